"""One pull request, reviewed end to end."""

from tests.sandbox.sample_repo import PLANTED, base_files, head_files, make_change
from tests.stories.town import Town


def test_the_sample_pull_request_shows_each_planted_mistake_at_its_line(town: Town) -> None:
    """Each planted mistake has one inline comment at its line, nothing else has, and the check run tells what was read."""
    repo = town.github.create_repo("octo/shop", files=base_files())
    pull = repo.open_pull(
        title="Checkout", body="Adds a checkout.", author="alice", branch="checkout", files=head_files()
    )
    check = town.open(repo, pull.number)
    assert town.placed(repo, pull.number) == sorted((planted.path, planted.line) for planted in PLANTED)
    assert check["conclusion"] == "neutral"
    assert check["output"]["title"].startswith(f"{len(PLANTED)} findings in ")
    assert f"${town.claude.cost():.4f} · " in check["output"]["summary"]


def test_twenty_files(town: Town) -> None:
    """Twenty files: all planted findings inline, none elsewhere; at most 10 requests; all but the first call read the cache."""
    change = make_change(files=20, lines=1200, planted=12, seed=1)
    repo = town.github.create_repo("octo/shop", files=change.base)
    pull = repo.open_pull(title="Twenty files", body="", author="alice", branch="many", files=change.head)
    town.github.clear_traffic()
    check = town.open(repo, pull.number)
    assert town.placed(repo, pull.number) == sorted((planted.path, planted.line) for planted in change.planted)
    assert town.github.count() <= 10
    first, *rest = town.readings()
    assert first.usage.cache_write_tokens > 4096
    assert rest
    assert all(call.usage.cache_read_tokens > 4096 for call in rest)
    assert "1,200 of 1,200 changed lines" in check["output"]["summary"]
