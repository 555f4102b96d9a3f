"""Review -> how many findings each rule has dropped, or moved to where they open no thread."""

from collections import Counter
from collections.abc import Mapping

from kireji.core.findings.rules import Rule
from kireji.core.review.result import Review


def dropped_by_rule(review: Review) -> Mapping[Rule, int]:
    """How many findings are not reported at all, by the rule that says so; the rules that drop most come first."""
    counts = Counter(dropped.rule for dropped in review.dropped)
    counts[Rule.PEOPLE_DISMISSED] = review.dismissed
    counts[Rule.PEOPLE_RESOLVED] = review.silenced - review.dismissed
    counts[Rule.SEVERITY_FLOOR] = review.minor
    counts[Rule.DUPLICATE_SAME] = review.repeated
    counts[Rule.ANSWER_MALFORMED] = review.malformed
    return _most_first(counts)


def moved_by_rule(review: Review) -> Mapping[Rule, int]:
    """How many findings are reported but open no thread, likewise."""
    counts = Counter(placement.rule for placement in review.in_summary)
    counts[Rule.THREAD_OPEN] = len(review.standing)
    return _most_first(counts)


def _most_first(counts: Counter[Rule]) -> Mapping[Rule, int]:
    """Those that are not 0; of equal counts, in the order of `Rule`."""
    order = list(Rule)
    applied = [rule for rule in order if counts[rule]]
    applied.sort(key=lambda rule: (-counts[rule], order.index(rule)))
    return {rule: counts[rule] for rule in applied}
