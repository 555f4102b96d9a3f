"""Many deliveries at once, over HTTP, to the real processes."""

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, select

from kireji.adapters.store.engine import reading
from kireji.adapters.store.tables import deliveries, reviews
from kireji.core.operations.lifecycle import ReviewState
from tests.chaos.crowd import FILES
from tests.chaos.house import await_that
from tests.chaos.town import Town

SETTINGS = {"KIREJI_DEBOUNCE_SECONDS": "15"}  # longer than a busy machine takes from push to push
POSTER = Path(__file__).with_name("poster.py")
PROCESSES = 4
CALLS = FILES + 1  # of a review: one a chunk, and the second reader's
Webhook = tuple[dict[str, str], bytes]


def test_the_same_delivery_twenty_times_at_once(place: Town) -> None:
    """All are answered 202; there is one delivery, one review, one check run, and each chunk is asked for once."""
    repo, asked = place.crowd.add_repository("octo/once"), place.claude.count()
    number = place.crowd.open(repo, tell=False)
    headers, body = place.github.webhook("pull_request", action="opened", repo=repo, number=number)
    with ThreadPoolExecutor(20) as threads:
        statuses = set(threads.map(place.post, [headers] * 20, [body] * 20))
    place.await_quiet()
    assert statuses == {202}
    with reading(place.store) as conn:
        assert conn.scalar(select(func.count()).where(deliveries.c.repo == repo.full_name)) == 1
    assert place.checks(repo) == [(repo.pull(number).head_sha, "neutral")]
    assert len(repo.reviews(number)) == 1
    assert place.claude.count() - asked == CALLS
    assert place.judge().wrong == {}


def test_a_command_twenty_times_at_once(place: Town) -> None:
    """One comment, delivered twenty times: one reaction, one more review of the head."""
    repo = place.crowd.add_repository("octo/asked")
    repo.grant("maria", "write")
    number = place.crowd.open(repo)
    place.await_quiet()
    comment = repo.comment(number, "/review full", by="maria")
    headers, body = place.github.webhook(
        "issue_comment", action="created", repo=repo, number=number, comment_id=comment.id, sender="maria"
    )
    with ThreadPoolExecutor(20) as threads:
        assert set(threads.map(place.post, [headers] * 20, [body] * 20)) == {202}
    await_that(lambda: len(place.checks(repo)) == 2, 30, "the command was not carried out")
    place.await_quiet()
    assert [content for _, content in repo.reactions(comment.id)] == ["eyes"]
    assert [conclusion for _, conclusion in place.checks(repo)] == ["neutral", "neutral"]
    assert len(repo.reviews(number)) == 1
    assert place.judge().wrong == {}


def test_160_pushes_from_four_processes(place: Town, tmp_path: Path) -> None:
    """Six pull requests, 160 pushes as fast as they are taken: six reviews, each of the last push; no other is begun."""
    repos, asked = place.crowd.repositories()[:2], place.claude.count()
    pulls = [(repo, place.crowd.open(repo, tell=False)) for repo in repos for _ in range(3)]
    webhooks = list[Webhook]()
    for turn in range(160):
        repo, number = pulls[turn % len(pulls)]
        place.crowd.push(repo, number, tell=False)
        webhooks.append(place.github.webhook("pull_request", action="synchronize", repo=repo, number=number))
    last = len(pulls)
    statuses = [*_post(place, webhooks[:-last], tmp_path), *_post(place, webhooks[-last:], tmp_path)]
    assert statuses == [202] * 160
    place.await_quiet()
    its = reviews.c.repo.in_([repo.full_name for repo in repos])
    columns = reviews.c.repo, reviews.c.number, reviews.c.head_sha
    with reading(place.store) as conn:
        done = conn.execute(select(*columns).where(its, reviews.c.state == ReviewState.DONE)).all()
    heads = {(repo, number): head for repo, number, head in done}
    assert heads == {(repo.full_name, number): repo.pull(number).head_sha for repo, number in pulls}
    assert sorted(check for repo in repos for check in place.checks(repo)) == sorted(
        (head, "neutral") for head in heads.values()
    )
    assert place.claude.count() - asked == CALLS * len(pulls)
    assert place.judge().wrong == {}


def _post(place: Town, webhooks: Sequence[Webhook], folder: Path) -> Iterable[int]:
    """Send the webhooks from so many processes at once; the statuses."""
    posters = list[subprocess.Popen[str]]()
    for number in range(PROCESSES):
        file = folder / f"webhooks-{number}"
        mine = webhooks[number::PROCESSES]
        file.write_text("".join(json.dumps([headers, body.decode()]) + "\n" for headers, body in mine), "utf-8")
        command = [sys.executable, str(POSTER), place.app.url, str(file)]
        posters.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    for poster in posters:
        told, _ = poster.communicate(timeout=60)
        yield from map(int, told.split())
