"""The stand-in reviewer's other answers: whether a finding is fixed, and what it says to people. Textual, as its checks."""

import re
from collections.abc import Callable, Mapping, Sequence

from app.sandbox.reviewer import STAND_IN_NAME, parse_chunk

Findings = Sequence[Mapping[str, object]]
Reviewer = Callable[[str], Findings]

FALSE_ALARM = "false alarm"
WITHDRAWS = f"You are right, that was a false alarm. This is {STAND_IN_NAME}, which takes your word for it."
EXPLAINS = f"This is {STAND_IN_NAME}. It cannot discuss code; the comment above says all that it knows."

_THREAD = re.compile(r"^=== thread (\d+): .*$", re.MULTILINE)
_BARRED = re.compile(r"(?:^\| .*$\n?)+", re.MULTILINE)


def judge(text: str, reviewer: Reviewer) -> dict[str, object]:
    """A verdict on each thread: "no" where the reviewer finds in the code there now what the comment says."""
    parts = _THREAD.split(text)
    verdicts = [_verdict(int(number), block, reviewer) for number, block in zip(parts[1::2], parts[2::2], strict=True)]
    return {"verdicts": verdicts}


def converse(text: str) -> dict[str, object]:
    """A polite answer; it withdraws where the person's last words say that it was a false alarm."""
    barred = _BARRED.findall(text)
    withdraw = bool(barred) and FALSE_ALARM in barred[-1].lower()
    return {"answer": WITHDRAWS if withdraw else EXPLAINS, "withdraw": withdraw}


def _verdict(number: int, block: str, reviewer: Reviewer) -> dict[str, object]:
    comment = _BARRED.search(block)
    said = _letters(comment[0]) if comment else ""
    code = {line.code for part in parse_chunk(block) for line in part.lines}
    for found in reviewer(block):
        title = str(found.get("title", ""))
        if _letters(title) in said and found.get("quote") in code:
            return {"thread": number, "fixed": "no", "reason": f"{title}: the same check still hits (stand-in)"}
    return {"thread": number, "fixed": "yes", "reason": "the check does not hit the code there now (stand-in)"}


def _letters(text: str) -> str:
    """What of a title survives being made safe for Markdown."""
    return "".join(char for char in text.lower() if char.isalnum())
