"""What is no finding by its own words, and what only sounds like it."""

import pytest

from kireji.core.findings.finding import Category, FoundBy, Severity
from kireji.core.findings.nits import find_nit
from kireji.core.findings.rules import Rule
from tests.make import finding

LIGHT = {"severity": Severity.MEDIUM, "category": Category.CORRECTNESS}


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Consider a set here", Rule.NIT_ADVICE),
        ("**Nit**: double quotes", Rule.NIT_ADVICE),
        ("This could be simplified", Rule.NIT_ADVICE),
        ("You might want to log this", Rule.NIT_ADVICE),
        ("Use a constant, for consistency", Rule.NIT_ADVICE),
        ("Rename `x`", Rule.NIT_STYLE),
        ("Typo in the message", Rule.NIT_STYLE),
        ("Good use of a generator", Rule.NIT_PRAISE),
        ("LGTM", Rule.NIT_PRAISE),
        ("Why is the lock gone", Rule.NIT_QUESTION),
        ("Is `rate` ever zero?", Rule.NIT_QUESTION),
        ("Missing unit tests for `total`", Rule.NIT_ABSENT),
        ("`total` is not covered by tests", Rule.NIT_ABSENT),
        ("Version 9.1 does not exist", Rule.NIT_OUTDATED),
        ("`actions/checkout@v7` doesn't exist", Rule.NIT_OUTDATED),
    ],
)
def test_strong_words(title: str, kind: Rule) -> None:
    """They are believed of any finding the model has, however grave it calls that; never of what code found."""
    assert find_nit(finding(title=title, severity=Severity.CRITICAL, category=Category.SECURITY)) is kind
    assert find_nit(finding(title=title, found_by=FoundBy.CODE)) is None


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Inconsistent naming", Rule.NIT_STYLE),
        ("Magic number 86400", Rule.NIT_STYLE),
        ("Unused import of `os`", Rule.NIT_STYLE),
        ("Trailing whitespace", Rule.NIT_STYLE),
        ("The line is too long", Rule.NIT_STYLE),
        ("Missing type hints", Rule.NIT_ABSENT),
        ("No logging of the failure", Rule.NIT_ABSENT),
        ("Duplicated code", Rule.NIT_ADVICE),
        ("This may cause issues", Rule.NIT_ADVICE),
    ],
)
def test_weak_words(title: str, kind: Rule) -> None:
    """They are believed of what is light, and not where much is at stake: there they may be the reason."""
    assert find_nit(finding(title=title, **LIGHT)) is kind
    assert find_nit(finding(title=title, **{**LIGHT, "severity": Severity.HIGH})) is None
    assert find_nit(finding(title=title, **{**LIGHT, "category": Category.DATA_LOSS})) is None


@pytest.mark.parametrize(
    "title",
    [
        "Retry loop never ends when the queue is empty",
        "Missing await before the save",
        "The lock is not released if `load` raises",
        "Two files of one name overwrite each other",
        "The refund is considered twice",
        "Goods without a price are sold for nothing",
        "A test that cannot fail: nothing is asserted",
    ],
)
def test_true_findings(title: str) -> None:
    """A defect's plain words are none of these, and an explanation may advise."""
    assert find_nit(finding(title=title, explanation="Consider a guard. Why not? Missing tests.", **LIGHT)) is None
