"""What the demo tells of a check run."""

from tests.sandbox.demo_view import account


def test_the_check_runs_own_account_is_its_bill() -> None:
    """Wherever it stands in the summary; what follows it, a mark that nobody sees among it, is not the account."""
    bill = "$0.0238 · 9 calls to claude-haiku-4-5 · 55,056 tokens in, 79% of them from the cache, 1,273 out · 10.4 s"
    assert account(f"Read 13 of 13 hunks.\n\n{bill}\n\n<!-- kireji:check --><!-- kireji:proof 3d -->\n") == bill
    assert not account("Nothing to review.")
