"""What is no finding by its own words, and what only sounds like it."""

import pytest

from kireji.core.findings.finding import Category, FoundBy, Severity
from kireji.core.findings.nits import Nit, nit
from tests.make import finding

LIGHT = {"severity": Severity.MEDIUM, "category": Category.CORRECTNESS}


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Consider a set here", Nit.ADVICE),
        ("**Nit**: double quotes", Nit.ADVICE),
        ("This could be simplified", Nit.ADVICE),
        ("You might want to log this", Nit.ADVICE),
        ("Use a constant, for consistency", Nit.ADVICE),
        ("Rename `x`", Nit.STYLE),
        ("Typo in the message", Nit.STYLE),
        ("Good use of a generator", Nit.PRAISE),
        ("LGTM", Nit.PRAISE),
        ("Why is the lock gone", Nit.QUESTION),
        ("Is `rate` ever zero?", Nit.QUESTION),
        ("Missing unit tests for `total`", Nit.ABSENT),
        ("`total` is not covered by tests", Nit.ABSENT),
        ("Version 9.1 does not exist", Nit.OUTDATED),
        ("`actions/checkout@v7` doesn't exist", Nit.OUTDATED),
    ],
)
def test_strong_words(title: str, kind: Nit) -> None:
    """They are believed of any finding the model has, however grave it calls that; never of what code found."""
    assert nit(finding(title=title, severity=Severity.CRITICAL, category=Category.SECURITY)) is kind
    assert nit(finding(title=title, found_by=FoundBy.CODE)) is None


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Inconsistent naming", Nit.STYLE),
        ("Magic number 86400", Nit.STYLE),
        ("Unused import of `os`", Nit.STYLE),
        ("Trailing whitespace", Nit.STYLE),
        ("The line is too long", Nit.STYLE),
        ("Missing type hints", Nit.ABSENT),
        ("No logging of the failure", Nit.ABSENT),
        ("Duplicated code", Nit.ADVICE),
        ("This may cause issues", Nit.ADVICE),
    ],
)
def test_weak_words(title: str, kind: Nit) -> None:
    """They are believed of what is light, and not where much is at stake: there they may be the reason."""
    assert nit(finding(title=title, **LIGHT)) is kind
    assert nit(finding(title=title, **{**LIGHT, "severity": Severity.HIGH})) is None
    assert nit(finding(title=title, **{**LIGHT, "category": Category.DATA_LOSS})) is None


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
    assert nit(finding(title=title, explanation="Consider a guard. Why not? Missing tests.", **LIGHT)) is None
