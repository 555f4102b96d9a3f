"""Comments that came by mail: where somebody's own words end, and the mail that he answers, or his signature, begins.

Known by form: a line that tells who wrote when, the head of a mail as Outlook puts it, a "forwarded message" rule, a
signature, and the footer of GitHub's own notifications. Words alone are no such line: it must stand by itself. What is
marked with ">" needs none of this: text that goes on below such a quotation is the writer's own, as in answers that
stand between the lines. Linear: each line is looked at with the few that follow it.

Sources: RFC 3676 (4.3, signatures); the forms were collected from mails of Gmail, Outlook, Apple Mail and Thunderbird.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import zip_longest
from typing import assert_never

from kireji.core.text.mail_words import (
    CLIENTS,
    DATE_LABELS,
    FORWARDS,
    FROM_LABELS,
    OPENERS,
    PRONOUNS,
    SENT_FROM,
    SUBJECT_LABELS,
    TO_LABELS,
    VERBS,
    WEEKDAYS,
)
from kireji.core.text.patterns import regex

MAX_WRAPPED_LINES = 3  # lines over which a client breaks the line that tells who wrote when
MAX_OPENER_CHARS = 400  # characters of that line
MAX_HEAD_LINES = 12  # lines of a mail's head, with those that some clients leave blank between them
MAX_LABEL_CHARS = 60  # characters of a line of a mail's head, in which its label stands
MAX_SIGNATURE_CHARS = 80  # characters of a telephone's

_SIGNATURE = regex(r"--[ \xa0]\s*")
_UNDERSCORES = regex(r"_{32,}\s*")  # Outlook has 32
_LABEL = regex(r"[*_]{0,2}(?P<label>[^\W\d_][\w .'’-]{0,24}?)\s?[*_]{0,2}\s?(?::[*_]{0,2}(?:\s|$)|：)")
_ADDRESS = regex(r"[<(\[]\S{1,200}@\S{1,200}[>)\]]|\*\*\*@\*\*\*")  # GitHub shows addresses as ***@***.***
_TIME = regex(r"\b\d{1,2}[:.h]\d{2}(?!\d)|\d{1,2}\s?[時时点]")
_DATE = regex(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\b(?:19|20)\d\d\b|\d\s?[年月日년월일]")
_WORD = regex(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_FOOTER = (
    regex(r"Reply to this email directly,? .{0,40}\bview it on GitHub\b"),
    regex(r"You are receiving this because (?:you|your|of) .{0,80}"),
    regex(r"View it on GitHub: <?https?://\S+"),
)


class BlockKind(StrEnum):
    """What a block of a comment is, as far as it matters here."""

    TEXT = "text"
    QUOTE = "quote"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a comment, from `start` up to and without `end`, 0-based."""

    kind: BlockKind
    start: int
    end: int


def find_mail_start(lines: Sequence[str], blocks: Sequence[Block]) -> int | None:
    """The line at which the mail below a comment begins, or its signature; None if all is the writer's own.

    `blocks` are those of `lines` in their order; what is code, or not shown, is in none.
    """
    for block, after in zip_longest(blocks, blocks[1:]):
        found: int | None = None
        match block.kind:
            case BlockKind.QUOTE:
                pass
            case BlockKind.RULE:
                found = block.start if _opens_head(lines, block, after) else None
            case BlockKind.TEXT:
                found = _in_text(lines, block, quoted=after is not None and after.kind is BlockKind.QUOTE)
            case _:
                assert_never(block.kind)

        if found is not None:
            return found

    return None


def _in_text(lines: Sequence[str], block: Block, *, quoted: bool) -> int | None:
    """The same for one block. `quoted`: a quotation with marks of its own comes next."""
    for index in range(block.start, block.end):
        if _is_mail(lines[index]) or _is_head(lines, index):
            return index
        end = index + _attribution(lines[index : min(index + MAX_WRAPPED_LINES, block.end)])
        if end > index and not (quoted and end == block.end):
            return index
    return None


# -- who wrote when ----------------------------------------------------------------------------------------------------


def _attribution(lines: Sequence[str]) -> int:
    """Over how many lines it stands; 0 if there is none."""
    said = ""
    for count, line in enumerate(lines, 1):
        said = f"{said} {line.strip()}".lstrip()
        if len(said) > MAX_OPENER_CHARS:
            return 0
        if said.endswith((":", "：")) and _tells_who_wrote(said):
            return count
    return 0


def _tells_who_wrote(said: str) -> bool:
    """An address with a day or a time in any language, or, in those that are known, the words with a day, but of no "I"."""
    dated = _TIME.search(said) is not None or _DATE.search(said) is not None
    if dated and _ADDRESS.search(said):
        return True

    words = _WORD.findall(said)
    lowered = said.lower()
    if not PRONOUNS.isdisjoint(words[1:]) or not any(verb in lowered for verb in VERBS):
        return False

    days = [word.lower() in WEEKDAYS for word in words[:3]]
    if lowered.startswith(OPENERS):
        return dated or (any(days) and "," in said)
    return dated and (said[0].isdecimal() or days[:1] == [True])


# -- the head of a mail ------------------------------------------------------------------------------------------------


def _opens_head(lines: Sequence[str], rule: Block, after: Block | None) -> bool:
    """Whether Outlook's line of underscores stands above the head of a mail, be its language known or not."""
    if after is None or after.kind is not BlockKind.TEXT or not _UNDERSCORES.fullmatch(lines[rule.start].strip()):
        return False
    head = [_label(line) for line in lines[after.start : after.end][:4]]
    return head[0] in FROM_LABELS or sum(label != "" for label in head) >= 3


def _is_head(lines: Sequence[str], index: int) -> bool:
    """Whether a mail's head begins at this line: who, and below it the subject, and when or to whom."""
    if _label(lines[index]) not in FROM_LABELS:
        return False
    below = {_label(line) for line in lines[index + 1 : index + MAX_HEAD_LINES]}
    return not SUBJECT_LABELS.isdisjoint(below) and not (DATE_LABELS | TO_LABELS).isdisjoint(below)


def _label(line: str) -> str:
    """ "from" of "**From:** Carl", "" of a line without a label."""
    return _label_at(line.strip()[:MAX_LABEL_CHARS])


@lru_cache(maxsize=1_024)  # each line of a comment is looked at with those below it
def _label_at(beginning: str) -> str:
    match = _LABEL.match(beginning)
    return match["label"].strip().lower() if match else ""


# -- single lines ------------------------------------------------------------------------------------------------------


def _is_mail(line: str) -> bool:
    """Whether the line alone tells that a mail, or a signature, begins."""
    if _SIGNATURE.fullmatch(line):
        return True
    said = line.strip()
    return len(said) <= MAX_OPENER_CHARS and (_is_forward(said) or _is_sent_from(said) or _is_footer(said))


def _is_forward(said: str) -> bool:
    """ "-----Original Message-----" in any of its languages, or Apple Mail's words with a colon."""
    dashed = said.startswith("--") and said.endswith("--")
    ended = said.endswith((":", "："))
    return (dashed or ended) and said.strip("-_*:： ").lower() in FORWARDS


def _is_sent_from(said: str) -> bool:
    """A telephone's signature, or a mail program's for itself: "Sent from my iPhone"."""
    words = said.strip("<>*_[ ").lower()
    known = words.startswith(SENT_FROM) and any(client in words for client in CLIENTS)
    return known and len(words) <= MAX_SIGNATURE_CHARS


def _is_footer(said: str) -> bool:
    return any(footer.match(said) for footer in _FOOTER)
