"""Event -> jobs: what is to be done because of what happened."""

from typing import assert_never

from app.core.happened import Event, Ping, PullAction, PullRequestChanged
from app.core.job import ReviewJob


def jobs(event: Event | None) -> tuple[ReviewJob, ...]:
    """The jobs an event asks for; none for an event that Kireji does not know. A draft is read once it is ready."""
    match event:
        case PullRequestChanged(draft=True) | Ping() | None:
            return ()
        case PullRequestChanged():
            return (ReviewJob(event.ref, event.head_sha, pushed=event.action is PullAction.SYNCHRONIZE),)
        case _:
            assert_never(event)
