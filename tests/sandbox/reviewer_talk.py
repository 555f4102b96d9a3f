"""The stand-in reviewer's other answers: whether a finding is fixed, and what it says to people. Textual, as its checks."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from tests.sandbox.reviewer import STAND_IN_NAME, parse_chunk
from tests.sandbox.reviewer_across import review_across

Findings = Sequence[Mapping[str, object]]
Reviewer = Callable[[str], Findings]

FALSE_ALARM = "false alarm"
WITHDRAWS = f"You are right, that was a false alarm. This is {STAND_IN_NAME}, which takes your word for it."
EXPLAINS = f"This is {STAND_IN_NAME}. It cannot discuss code; the comment above says all that it knows."

_THREAD = re.compile(r"^=== thread (\d+): .*$", re.MULTILINE)
_FINDING = re.compile(r'^=== (\d+): [RL]\d+(?: to [RL]\d+)? of (".*?")(?: \(.*\))?$', re.MULTILINE)
_ELSEWHERE = re.compile(r'^--- elsewhere: (".*")$', re.MULTILINE)
_SHOWN_ABOVE = re.compile(r"^Code: see (\d+)\.$", re.MULTILINE)
_OUTLINED = re.compile(r'^=== (".*") \(', re.MULTILINE)
_BARRED = re.compile(r"(?:^\| .*$\n?)+", re.MULTILINE)


def judge(text: str, reviewer: Reviewer) -> dict[str, object]:
    """A verdict on each thread: "no" where the reviewer finds in the code there now what the comment says."""
    parts = _THREAD.split(text)
    verdicts = [_verdict(int(number), block, reviewer) for number, block in zip(parts[1::2], parts[2::2], strict=True)]
    return {"verdicts": verdicts}


def verify(text: str, reviewer: Reviewer) -> dict[str, object]:
    """Each finding is confirmed that the reviewer finds again in the code shown for it; of others it is unsure."""
    parts = _FINDING.split(text)
    numbers = [*map(int, parts[1::3])]
    paths = parts[2::3]
    blocks = parts[3::3]
    blocks = [_ELSEWHERE.sub(r"=== file: \1 ()", block) for block in blocks]
    code = {number: f"=== file: {path} ()\n{block}" for number, path, block in zip(numbers, paths, blocks, strict=True)}
    checked = list[dict[str, object]]()
    for number, block in zip(numbers, blocks, strict=True):
        shown = _SHOWN_ABOVE.search(block)
        there = code.get(int(shown[1]) if shown else number, "") + (block if shown else "")
        found = _said_again(block, there, lambda text: [*reviewer(text), *review_across(text)])
        reason = "the same check hits again (stand-in)"
        if not found:
            reason = "no check hits the code shown (stand-in)"
        checked.append({"n": number, "why": reason, "verdict": "confirmed" if found else "unsure"})

    return {"checked": checked}


def converse(text: str) -> dict[str, object]:
    """A polite answer; it withdraws where the person's last words say that it was a false alarm."""
    barred = _BARRED.findall(text)
    withdraw = bool(barred) and FALSE_ALARM in barred[-1].lower()
    return {"answer": WITHDRAWS if withdraw else EXPLAINS, "withdraw": withdraw}


def outline_plan(text: str) -> dict[str, object]:
    """A plan for each file of an outline, which says no more than that."""
    return {"plan": [{**row, "look_for": f"What else uses {row['path']} (stand-in)."} for row in planned(text)]}


def planned(text: str) -> list[dict[str, str]]:
    """The first files of an outline, as the rows of a plan name them."""
    return [{"path": str(json.loads(path))} for path in _OUTLINED.findall(text)[:20]]


def _verdict(number: int, block: str, reviewer: Reviewer) -> dict[str, object]:
    if title := _said_again(block, block, reviewer):
        return {"thread": number, "fixed": "no", "reason": f"{title}: the same check still hits (stand-in)"}
    return {"thread": number, "fixed": "yes", "reason": "the check does not hit the code there now (stand-in)"}


def _said_again(block: str, shown: str, reviewer: Reviewer) -> str:
    """The title of what the reviewer finds in the code shown, if the first words behind bars say the same; else ""."""
    comment = _BARRED.search(block)
    said = _letters(comment[0]) if comment else ""
    code = {line.code for line in chain.from_iterable(part.lines for part in parse_chunk(shown))}
    titles = (str(found.get("title", "")) for found in reviewer(shown) if found.get("quote") in code)
    return next((title for title in titles if _letters(title) in said), "")


def _letters(text: str) -> str:
    """What of a title survives being made safe for Markdown."""
    return "".join(char for char in text.lower() if char.isalnum())
