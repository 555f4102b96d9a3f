"""A Store over one small file: what one run of the Action leaves for the next, carried there by the workflow's cache.

The file is bounded: the oldest answers go first. One that is missing, broken or of another version counts as empty, which
costs money and no more: what stands on the pull request is read back from GitHub. So does one that is not signed by us for
this repository: other workflows write into the cache as well.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from typing_extensions import override

from kireji.adapters.in_process.store import MemoryStore
from kireji.core.events.job import ReviewJob
from kireji.core.models.answer import Stop
from kireji.core.models.catalogue import Usage
from kireji.core.money.ledger import RememberedAnswer
from kireji.core.pulls.pull import PullRef, key_of_repository
from kireji.core.pulls.signing import Signer
from kireji.core.rounds.history import History
from kireji.core.wording import check_words

VERSION = 1
MAX_BYTES = 4_000_000  # of answers; a workflow's caches share 10 GB, and the file is read at each start
AROUND_TEXT = 300  # bytes of an answer in the file, beside its text
MAX_SEEN = 20_000  # digests a pull request
MAX_FILE = 40_000_000
HOUR = 3600.0

log = logging.getLogger("kireji.state")


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    key: str
    model: str
    text: str
    review_id: str
    at: float


class _Past(BaseModel):
    model_config = ConfigDict(extra="ignore")

    reviewed_head: str | None = None
    seen: list[str] = []
    dismissed: list[str] = []
    asked: dict[str, list[float]] = {}  # when people asked for answers


class _State(BaseModel):
    model_config = ConfigDict(extra="ignore")

    version: int = VERSION
    answers: list[_Answer] = []
    pulls: dict[str, _Past] = {}
    keys: dict[int, str] = {}


@dataclass(frozen=True, slots=True)
class StateSigner:
    """Signs a state, for this repository only: its first line is the code of all that follows."""

    signer: Signer
    repository: str

    def signed(self, state: bytes) -> bytes:
        """The state as it is written: its code in a line of its own, then the state."""
        return self.signer.sign("state", *self._said(state)).encode() + b"\n" + state

    def verified(self, written: bytes) -> bytes | None:
        """The state that was written; None where it was not written by us, or not for this repository."""
        code, _, state = written.partition(b"\n")
        good = self.signer.is_signed(code.decode("ascii", "replace"), "state", *self._said(state))
        return state if good else None

    def _said(self, state: bytes) -> tuple[str, str]:
        return self.repository, sha256(state).hexdigest()


class FileStore(MemoryStore):
    """Remembers as `MemoryStore` does, and also what earlier runs left in `file`; `save` leaves it for the next one.

    Without a `signer` nothing is believed, and nothing left.
    """

    def __init__(self, file: Path, signer: StateSigner | None) -> None:
        super().__init__()
        self._file = file
        self._signer = signer

        state = _State() if signer is None else _read(file, signer)
        self._pasts = state.pulls
        self._keys = state.keys
        for answer in state.answers:
            self._answers[answer.key] = RememberedAnswer(
                answer.key, answer.model, answer.text, Stop.END, Usage(), answer.review_id, answer.at
            )

    @override
    async def key(self, ref: PullRef) -> str:
        return self._key(ref)

    @override
    async def history(self, ref: PullRef) -> History:
        past = self._pasts.get(self._name(ref), _Past())
        return History(reviewed_head=past.reviewed_head, seen=frozenset(past.seen), dismissed=frozenset(past.dismissed))

    @override
    async def reviewed(self, job: ReviewJob, urls: Sequence[str], seen: Collection[str] = ()) -> None:
        past = self._past(job.ref)
        past.reviewed_head = job.head_sha
        past.seen = [*dict.fromkeys((*past.seen, *sorted(seen)))][-MAX_SEEN:]

    @override
    async def cancelled(self, review_id: str) -> str | None:
        """Always: no other process goes on with what a run leaves."""
        return check_words.CANCELLED_RUN

    @override
    async def asked(self, ref: PullRef, login: str, cause: str, now: float, most: int) -> int:
        """Counts in this pull request only, as far as a run finds what earlier ones have left."""
        asked = self._past(ref).asked
        recent = [at for at in asked.get(login, []) if 0 <= now - at < HOUR]
        asked[login] = recent if len(recent) > most else [*recent, now]
        return len(recent)

    def dismiss(self, ref: PullRef, fingerprint: str) -> None:
        """Remember, for this run and later ones, that people dismissed a finding."""
        past = self._past(ref)
        past.dismissed = [*dict.fromkeys((*past.dismissed, fingerprint))]

    def save(self, now: datetime) -> bool:
        """Write the file, as far as it may grow; False where there is nothing to sign it with."""
        if self._signer is None:
            return False

        answers = self._newest_answers(now)
        state = _State(answers=answers, pulls=self._pasts, keys=self._keys).model_dump_json().encode()

        self._file.parent.mkdir(parents=True, exist_ok=True)
        written = self._file.with_suffix(".new")
        written.write_bytes(self._signer.signed(state))
        written.replace(self._file)
        return True

    def _newest_answers(self, now: datetime) -> list[_Answer]:
        """The newest answers that there is room for, and that were not cut off."""
        answers = list[_Answer]()
        remaining = MAX_BYTES
        for known in sorted(self._answers.values(), key=lambda known: -known.created_at):
            remaining -= len(known.text.encode(errors="replace")) + AROUND_TEXT
            if remaining < 0 or known.stop is not Stop.END:
                continue

            at = min(known.created_at, now.timestamp())
            text = known.text.encode(errors="replace").decode()  # JSON has no half of a surrogate pair
            answers.append(_Answer(key=known.key, model=known.model, text=text, review_id=known.review_id, at=at))
        return answers

    def _name(self, ref: PullRef) -> str:
        return f"{self._key(ref)}#{ref.number}"

    def _key(self, ref: PullRef) -> str:
        """The repository's name when its id was first heard of: a later one changes nothing."""
        if ref.repo_id is None:
            return ref.repo
        taken = ref.repo in self._keys.values()
        return self._keys.setdefault(ref.repo_id, key_of_repository(ref.repo, ref.repo_id, taken=taken))

    def _past(self, ref: PullRef) -> _Past:
        return self._pasts.setdefault(self._name(ref), _Past())


def _read(file: Path, signer: StateSigner) -> _State:
    try:
        if file.stat().st_size > MAX_FILE:
            log.warning("%s is too large to be a state of ours; it is not used", file)
            return _State()

        verified = signer.verified(file.read_bytes())
        if verified is None:
            log.warning("%s is not signed by us; what earlier runs remembered is paid for again", file)
            return _State()

        state = _State.model_validate_json(verified)
    except FileNotFoundError:
        return _State()
    except (OSError, ValidationError):
        log.warning("%s cannot be read; what earlier runs remembered is paid for again", file)
        return _State()

    return state if state.version == VERSION else _State()
