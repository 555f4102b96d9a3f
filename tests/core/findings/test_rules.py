"""Rules that drop or move a finding: each is named on one page, and each is applied somewhere."""

import re

import pytest

from kireji.core.findings.rules import PHRASES, Rule
from tests.rooms import PACKAGE

GUIDE = PACKAGE.parent / "guide" / "rules.md"
_ROW = re.compile(r"^\| `([a-z]+/[a-z-]+)` \| (.+) \| (.+) \|$", re.MULTILINE)


def test_the_page_has_a_row_for_each_rule_in_its_order() -> None:
    """Each with what it means and what to do, both of them sentences."""
    rows = _ROW.findall(GUIDE.read_text("utf-8"))
    assert [name for name, _, _ in rows] == [rule.value for rule in Rule]
    for name, meaning, advice in rows:
        assert meaning.endswith("."), name
        assert advice.endswith("."), name


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_is_applied_somewhere(rule: Rule) -> None:
    """No id is published that nothing in the product can name."""
    uses = [
        path
        for path in PACKAGE.rglob("*.py")
        if path.name != "rules.py" and f"Rule.{rule.name}" in path.read_text("utf-8")
    ]
    assert uses


def test_ids_and_their_names_in_code_agree() -> None:
    """`nit/style` is Rule.NIT_STYLE, so that a search for one finds the other."""
    assert {rule.name for rule in Rule} == {re.sub(r"[/-]", "_", rule.value).upper() for rule in Rule}


def test_phrases_are_of_what_is_dropped_before_a_review_is_put_together() -> None:
    """Whatever `find_doubt`, `merge` or a second reader drops has a phrase for people."""
    by_code = {rule for rule in Rule if rule.value.startswith(("nit/", "claim/", "name/", "line/"))}

    assert PHRASES.keys() == by_code | {Rule.VERIFY_REFUTED, Rule.DUPLICATE_REWORDED}
