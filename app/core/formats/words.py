"""A finding in a few words of Markdown, the same on every page."""

from app.core import wording
from app.core.finding import Finding


def badge(finding: Finding) -> str:
    """How grave it is."""
    return f"{wording.SEVERITY_MARKS[finding.severity]} **{finding.severity}**"


def kind(finding: Finding) -> str:
    """What kind of defect, and how sure."""
    return f"{wording.CATEGORY_NAMES[finding.category]} · {wording.CONFIDENCE_NAMES[finding.confidence]}"


def where(finding: Finding) -> str:
    """Its file and line."""
    return f"{path_code(finding.path)} line {finding.start_line}"


def path_code(path: str) -> str:
    """A file name as code: it is untrusted, so nothing in it may end the code span or the table cell."""
    shown = "".join(char if char.isprintable() and char not in "`|" else "·" for char in path)
    return f"`{shown}`"
