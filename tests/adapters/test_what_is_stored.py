"""A delivery on its way from HTTP into the database: who looks into what people wrote, and what stands there of it."""

import hashlib
import hmac
import json
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import select

import kireji
from kireji.adapters.queue.seal import Seal
from kireji.adapters.store.deliveries import show_delivery
from kireji.adapters.store.engine import reading, writing
from kireji.adapters.store.tables import deliveries
from kireji.entry.service.web import create_app
from kireji.errors import UserError
from kireji.flow.hear import hear
from tests.adapters.conftest import Office

SECRET = b"swordfish"
ROOT = Path(kireji.__file__).parent
TOKEN = "ghp_" + "R4nD0mT0k3nV4lu3" * 2 + "abcd"
# All that may run of `kireji.core` and `kireji.flow` between HTTP and the database. None of it knows a pattern for texts.
ALLOWED = {
    *(f"core/events/{name}.py" for name in ("delivery", "happened", "job")),
    *(f"core/events/payloads/{name}.py" for name in ("checks", "comments", "fields", "installations", "kept", "pulls")),
    *(f"core/events/payloads/{name}.py" for name in ("queues", "repositories")),
    *("core/operations/lifecycle.py", "core/pulls/pull.py"),
    "flow/dispatch.py",
}
PERSON = {"login": "stranger", "type": "User"}


def comment(office: Office, body: str) -> dict[str, Any]:
    """The payload of a comment, with tokens where GitHub puts texts that no parser reads."""
    return {
        "action": "created",
        "issue": {"number": 7, "title": TOKEN, "body": TOKEN, "user": PERSON, "pull_request": {"url": TOKEN}},
        "comment": {"id": 9, "body": body, "user": {**PERSON, "email": TOKEN}, "diff_hunk": TOKEN},
        "repository": {"id": 5, "full_name": office.repo, "description": TOKEN},
        "sender": PERSON,
        "installation": {"id": 42},
    }


def post(office: Office, guid: str, event: str, payload: dict[str, Any], *, watched: set[str] | None = None) -> int:
    """Deliver it by HTTP; the status. `watched` gets the files of `kireji` that ran meanwhile."""
    client = create_app(office.intake, secret=SECRET, max_body_bytes=1_000_000).test_client()
    body = json.dumps(payload).encode()
    headers = {
        "content-type": "application/json",
        "x-github-event": event,
        "x-github-delivery": guid,
        "x-hub-signature-256": "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest(),
    }

    def watch(frame: FrameType, _event: str, _what: object) -> None:
        path = Path(frame.f_code.co_filename)
        if watched is not None and path.is_relative_to(ROOT):
            watched.add(path.relative_to(ROOT).as_posix())

    before = sys.getprofile()
    sys.setprofile(watch if watched is not None else before)
    try:
        return client.post("/webhook", data=body, headers=headers).status_code
    finally:
        sys.setprofile(before)


@pytest.mark.parametrize("body", ["Nice.", "/review deep", 'x.password("' + "'" * 60, f"I use {TOKEN}"])
def test_nothing_in_the_web_process_looks_into_a_comment(office: Office, body: str) -> None:
    """Between its signature and the database no code runs that redacts, finds commands, or has a pattern for texts."""
    ran = set[str]()
    assert post(office, f"web-{abs(hash(body))}", "issue_comment", comment(office, body), watched=ran) == 202
    looked = {path for path in ran if path.startswith(("core/", "flow/"))}
    assert "core/events/payloads/comments.py" in looked
    assert looked <= ALLOWED


def test_no_text_stands_in_the_database_in_clear(office: Office) -> None:
    """Not even what a parser reads: that is under seal. Who opens it has it without credentials."""
    guid = f"clear-{office.repo[5:20]}"
    assert post(office, guid, "issue_comment", comment(office, f"/review ask about {TOKEN}?")) == 202

    with reading(office.engine) as conn:
        row = conn.execute(select(deliveries).where(deliveries.c.id == guid)).one()

    assert TOKEN not in str(row)
    assert "stranger" not in str(row)
    found = office.desk.delivery(guid)
    assert json.dumps(found.payload).count(TOKEN) == 1  # in the comment's own text, which is to be read
    (job,) = hear(found)
    assert TOKEN not in str(job)
    assert "/review ask about <secret:" in str(job)


def test_another_secret_opens_nothing_until_it_is_delivered_again(office: Office) -> None:
    """The operator has changed it: what was stored before says what to do, and a redelivery can be read again."""
    guid = f"seal-{office.repo[5:20]}"
    payload = comment(office, "/review")
    post(office, guid, "issue_comment", payload)
    office.intake.seal = Seal(b"another")
    with pytest.raises(UserError, match="under another KIREJI_WEBHOOK_SECRET") as caught:
        office.desk.delivery(guid)

    assert caught.value.remedy == "Redeliver it, in the App's Advanced settings."
    post(office, guid, "issue_comment", {**payload, "action": "edited"})  # another body under its id changes nothing

    with pytest.raises(UserError, match="under another"):
        office.desk.delivery(guid)

    assert post(office, guid, "issue_comment", payload) == 202
    assert len(hear(office.desk.delivery(guid))) == 1


def test_what_was_stored_before_there_were_seals_is_read_as_it_is(office: Office) -> None:
    """An upgrade loses no delivery that waits."""
    guid = f"old-{office.repo[5:20]}"
    payload = comment(office, "/review")
    post(office, guid, "issue_comment", {**payload, "sealed": "not theirs to say"})
    with writing(office.engine) as conn:
        conn.execute(deliveries.update().where(deliveries.c.id == guid).values(payload=payload))
    stored = show_delivery(office.engine, guid)
    assert stored is not None
    assert office.desk.delivery(guid).payload == stored.payload == payload
