"""Groups of neighbouring paths: the quick way gives what the plain rule gives."""

from hypothesis import given
from hypothesis import strategies as st

from kireji.core.chunks.grouping import _border, by_directory, group_files
from tests import strategies


def plainly(paths: list[str], sizes: list[int], limit: int, offset: int = 0) -> list[range]:
    """The rule as it is said: split at the first of the borders until each part fits."""
    if sum(sizes) <= limit or len(paths) < 2:
        return [range(offset, offset + len(paths))] if paths else []
    at = 1 + min(range(len(paths) - 1), key=lambda index: _border(paths[index], paths[index + 1]))
    before = plainly(paths[:at], sizes[:at], limit, offset)
    return before + plainly(paths[at:], sizes[at:], limit, offset + at)


@strategies.calm
@given(
    st.dictionaries(
        st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map("/".join), st.integers(0, 9), max_size=20
    ),
    st.integers(0, 30),
)
def test_groups_follow_the_rule(sized: dict[str, int], limit: int) -> None:
    """Whatever the paths and sizes, the groups are those of the plain recursion."""
    paths = sorted(sized, key=by_directory)
    sizes = [sized[path] for path in paths]
    assert list(group_files(paths, sizes, limit)) == plainly(paths, sizes, limit)


def test_a_chain_of_directories_deeper_than_the_stack() -> None:
    """Nesting of thousands of levels is no recursion."""
    paths = ["d/" * depth + "f" for depth in range(2000)]
    assert list(group_files(paths, [1] * 2000, 1)) == [range(index, index + 1) for index in range(2000)]


def test_the_shallowest_border_first() -> None:
    """Top directories part before siblings do, and siblings before nothing at all."""
    paths = ["a/x", "a/y", "a/b/x", "c/x", "c/y"]
    assert list(group_files(paths, [1] * 5, 3)) == [range(3), range(3, 5)]
    assert list(group_files(paths, [1] * 5, 2)) == [range(2), range(2, 3), range(3, 5)]
