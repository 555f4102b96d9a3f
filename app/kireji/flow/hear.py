"""A delivery, as whoever carries it out reads it: without credentials, and of comments only those that ask for something."""

from kireji.core.events import command_parser
from kireji.core.events.delivery import Delivery, parse_event
from kireji.core.events.happened import CommentWritten
from kireji.core.events.job import Errand, Job
from kireji.core.events.payloads.kept import kept
from kireji.core.secrets.leaks import without_secrets
from kireji.core.text.small_talk import wants_answer
from kireji.flow.dispatch import jobs


def hear(delivery: Delivery, mention: str = "kireji") -> tuple[Job, ...]:
    """The jobs that a delivery asks for, its texts redacted before anything else is done with them.

    `mention` is the App's slug. Raises DeliveryError for a payload that is not as GitHub documents it.
    """
    payload = without_secrets(kept(delivery.payload))
    heard = jobs(parse_event(Delivery(delivery.id, delivery.event, payload)))
    return tuple(job for job in heard if matters(job, mention))


def matters(job: Job, mention: str) -> bool:
    """Whether it may ask for something. An edit of a comment counts only if its command is new.

    A reply may be for us if its thread may be ours; one for somebody else, or a mere thanks, is not.
    """
    if not isinstance(job, Errand) or not isinstance(job.event, CommentWritten):
        return True
    comment = job.event
    command = command_parser.parse_command(comment.body, mention)
    if comment.before is None:
        return command is not None or (comment.reply_to is not None and wants_answer(comment.body, mention))
    return command is not None and command != command_parser.parse_command(comment.before, mention)
