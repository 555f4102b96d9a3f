"""Our hidden marks in what is posted: what they say, and the proof that we said it there and nowhere else.

A mark is bound to the repository's id, the pull request's number and its own kind, and to the place within: a comment to
its file, an answer to its thread, a check run to its id and its conclusion. A copy elsewhere, or one that anybody else made,
is not ours, whatever account posted it.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from kireji.core.pulls.posting import READ_WHOLE, OwnPosts
from kireji.core.pulls.pull import PullRef
from kireji.core.pulls.signing import DIGITS, Signer
from kireji.core.text.patterns import regex

CONVERSATION = "conversation"
"""The place of what is said below the pull request, and in no thread."""

# The proof is a comment of its own: so a Kireji from before there were proofs, beside this one, knows its marks too.
_PROOF = rf"(?:<!-- kireji:proof (?P<code>[0-9a-f]{{{DIGITS}}}) -->)?"
_FINDING = regex(rf"<!-- kireji:finding (?P<fingerprint>\S+)(?: (?P<review>\S+))? -->{_PROOF}")
_REVIEW = regex(rf"<!-- kireji:review (?P<marker>\S+) (?P<keys>[0-9a-f,]+) -->{_PROOF}")
_SAID = regex(rf"<!-- kireji:said (?P<marker>[^<>]*) -->{_PROOF}")
_CHECK = regex(rf"<!-- kireji:check -->{_PROOF}")


async def nothing_noted(ref: PullRef) -> OwnPosts:  # noqa: ARG001 - where there is no database, none knows of any
    """What is known where no database is."""
    return OwnPosts()


@dataclass(frozen=True, slots=True)
class Ours:
    """What is ours on GitHub: what this `signer` signed, and what a database has `noted` as posted, by whatever key."""

    signer: Signer
    noted: Callable[[PullRef], Awaitable[OwnPosts]] = nothing_noted


@dataclass(frozen=True, slots=True)
class FindingMark:
    """What a finding's mark says."""

    fingerprint: str
    review: str
    signed: bool  # whether the proof is there


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks on one pull request, of the repository with this id."""

    signer: Signer
    repository: int
    number: int

    def mark_finding(self, path: str, fingerprint: str, review: str) -> str:
        """The mark of a comment in this file that tells a finding of a review."""
        about = " ".join(filter(None, (fingerprint, review)))
        return f"<!-- kireji:finding {about} -->{self._proof('finding', path, fingerprint, review)}"

    def read_finding(self, path: str, body: str) -> FindingMark | None:
        """What a comment in this file tells by its last mark, which alone is not quoted from a model."""
        marks = [*_FINDING.finditer(body)]
        if not marks:
            return None

        last = marks[-1]
        fingerprint = last["fingerprint"]
        review = last["review"] or ""
        return FindingMark(fingerprint, review, self._is_signed(last, "finding", path, fingerprint, review))

    def mark_review(self, marker: str, keys: str) -> str:
        """The mark of a review that has the comments with these keys."""
        return f"<!-- kireji:review {marker} {keys} -->{self._proof('review', marker, keys)}"

    def read_reviews(self, body: str) -> dict[str, tuple[str, ...]]:
        """Each marker of ours in a review's body, with the keys of its comments."""
        keys = dict[str, tuple[str, ...]]()
        for mark in _REVIEW.finditer(body):
            if self._is_signed(mark, "review", mark["marker"], mark["keys"]):
                keys[mark["marker"]] = tuple(mark["keys"].split(","))
        return keys

    def mark_statement(self, place: str, marker: str) -> str:
        """The mark of what is said once at this place: in the conversation, or in the thread of this id."""
        return f"<!-- kireji:said {marker} -->{self._proof('said', place, marker)}"

    def is_statement(self, place: str, body: str, marker: str | None = None) -> bool:
        """Whether we said this, under this marker if one is given. The last mark counts, as above.

        Where the key does not last, what an earlier run said counts by its marker alone: that only keeps us from
        repeating it.
        """
        marks = [*_SAID.finditer(body)]
        if not marks or marker not in {None, marks[-1]["marker"]}:
            return False
        return not self.signer.lasting or self._is_signed(marks[-1], "said", place, marks[-1]["marker"])

    def is_unsigned_statement(self, body: str, marker: str) -> bool:
        """Whether a text bears the marker as it was before marks were signed: enough only for being written over."""
        marks = [*_SAID.finditer(body)]
        return bool(marks) and marks[-1]["marker"] == marker and not marks[-1]["code"]

    def mark_check(self, check_id: int, conclusion: str, title: str, *, whole: bool) -> str:
        """The mark of a check run that is completed with this."""
        said = _concluded(check_id, conclusion, title, whole=whole)
        return f"<!-- kireji:check -->{self._proof('check', *said)}"

    def is_concluded(self, check_id: int, conclusion: str, title: str, summary: str) -> bool:
        """Whether we completed this check run, with just this."""
        marks = [*_CHECK.finditer(summary)]
        said = _concluded(check_id, conclusion, title, whole=summary.startswith(READ_WHOLE))
        return bool(marks) and self._is_signed(marks[-1], "check", *said)

    def _proof(self, kind: str, *said: str) -> str:
        return f"<!-- kireji:proof {self.signer.sign(kind, str(self.repository), str(self.number), *said)} -->"

    def _is_signed(self, mark: re.Match[str], kind: str, *said: str) -> bool:
        return self.signer.is_signed(mark["code"] or "", kind, str(self.repository), str(self.number), *said)


def _concluded(check_id: int, conclusion: str, title: str, *, whole: bool) -> tuple[str, ...]:
    return str(check_id), conclusion, " ".join(title.split()), "whole" if whole else ""
