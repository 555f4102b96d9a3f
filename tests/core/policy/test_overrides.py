"""What whoever runs a review wants instead of what the policy says."""

from kireji.core.findings.finding import Severity
from kireji.core.policy.markdown import config_text
from kireji.core.policy.overrides import NONE, Overrides
from kireji.core.policy.reading import PolicySource, read_policy


def test_a_value_of_the_run_wins_and_says_where_it_comes_from() -> None:
    """Over the repository's own; other keys stay, and `/review config` tells the run apart."""
    reading = read_policy("findings:\n  min_severity: high\nlanguage: Deutsch\n", None)
    over = Overrides(values=(("findings.min_severity", Severity.LOW), ("conclusion.fail_on", None))).over(reading)
    assert over.policy.findings.min_severity is Severity.LOW
    assert over.policy.language == "Deutsch"
    assert over.sources["findings.min_severity"] is over.sources["conclusion.fail_on"] is PolicySource.RUN
    assert "| `findings.min_severity` | `low` | **run** |" in config_text(over)


def test_without_overrides_nothing_changes() -> None:
    """The policy is what its files say."""
    reading = read_policy("language: Deutsch\n", None)
    assert NONE.over(reading) == reading
