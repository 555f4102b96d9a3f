"""A finding in a few words of Markdown, the same on every page."""

from typing import Literal, assert_never

from kireji.core.findings.finding import Finding, Verification
from kireji.core.findings.mended_rows import NO_LINE
from kireji.core.text.inert import inert_code
from kireji.core.wording import finding_words

MAX_PLACES = 20  # of one finding

CheckedWord = Literal["verified", "unsure", "unverified"]


def badge(finding: Finding) -> str:
    """How grave it is."""
    return f"{finding_words.SEVERITY_MARKS[finding.severity]} **{finding.severity}**"


def kind(finding: Finding) -> str:
    """What kind of defect, how sure, and what the second reader said of it."""
    known = f"{finding_words.CATEGORY_NAMES[finding.category]} · {finding_words.CONFIDENCE_NAMES[finding.confidence]}"
    checked = finding_words.CHECKED.get(finding.checked, "")
    return f"{known} · {checked}" if checked else known


def checked_in_a_word(finding: Finding) -> CheckedWord | None:
    """What the second reader said of it, for programs; None where none was asked."""
    match finding.checked:
        case Verification.CONFIRMED:
            return "verified"
        case Verification.UNSURE:
            return "unsure"
        case Verification.UNVERIFIED:
            return "unverified"
        case Verification.REFUTED | None:  # what was refuted is not told
            return None
        case _:
            assert_never(finding.checked)


def elsewhere(finding: Finding) -> str:
    """The further places of the same defect, as many as people would read; "" if there are none."""
    if not finding.others:
        return ""
    places = ", ".join(f"{path_code(place.path)} line {place.line}" for place in finding.others[:MAX_PLACES])
    left = len(finding.others) - MAX_PLACES
    more = f" and at {left:,} more" if left > 0 else ""
    return f"The same at {places}{more}."


def where(finding: Finding) -> str:
    """Its file and line, if it names one."""
    line = "" if finding.start_line == NO_LINE else f" line {finding.start_line}"
    return f"{path_code(finding.path)}{line}"


def path_code(path: str) -> str:
    """A file name as code: it is untrusted, so nothing in it may end the code span or the table cell, or be our marker."""
    printable = "".join(char if char.isprintable() and char not in "`|" else "·" for char in path)
    return f"`{inert_code(printable)}`"
