"""The prompt cache: what is said when it does not work."""

import pytest

from kireji.core.wording import review_words
from tests.stories import changes
from tests.stories.town import Town

THREE = changes.parts(3)

pytestmark = pytest.mark.settings(KIREJI_CHUNK_TOKENS=changes.CHUNK_TOKENS)


@pytest.mark.parametrize("enabled", [True, False], ids=["works", "is dropped on the way"])
def test_a_cache_that_does_not_work_is_told(town: Town, enabled: bool, caplog: pytest.LogCaptureFixture) -> None:
    """Two calls in a row that neither write nor read it, as behind a gateway that drops `cache_control`, make a warning.

    It stands in the log and in the check run, once each; with a cache that works there is none.
    """
    town.claude.cache.enabled = enabled
    repo = town.github.create_repo("octo/shop", files=THREE.base)
    repo.open_pull(files=THREE.head)
    check = town.open(repo, 1)
    assert len(town.readings()) == 3
    assert check["output"]["summary"].count(review_words.CACHE_DEAD) == (0 if enabled else 1)
    assert caplog.text.count("neither wrote nor read the prompt cache") == (0 if enabled else 1)
    assert (" 0% of them from the cache" in check["output"]["summary"]) is not enabled


def test_a_second_review_reads_what_the_first_has_written(town: Town) -> None:
    """Within minutes the rules are still in the cache: a second pull request pays for its own brief only."""
    repo = town.github.create_repo("octo/shop", files=THREE.base)
    repo.open_pull(title="First", branch="first", files={THREE.paths[0]: THREE.head[THREE.paths[0]]})
    repo.open_pull(title="Second", branch="second", files={THREE.paths[1]: THREE.head[THREE.paths[1]]})
    town.open(repo, 1)
    town.open(repo, 2)
    first, second = town.readings()
    assert first.usage.cache_write_tokens > 4096
    assert second.usage.cache_read_tokens > 4096
    assert second.usage.cache_write_tokens < 500
