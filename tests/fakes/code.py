"""A repository's code, in memory."""

from collections.abc import Callable, Mapping, Sequence

from kireji.core.code.identifiers import Hit
from kireji.core.code.plain import find_words
from kireji.core.pulls.pull import PullRef


class FakeCode:
    """Serves `files`, or fails with `error`. `asked` are the names of each search."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.error: Exception | None = None
        self.asked: list[tuple[str, ...]] = []

    async def find(
        self, ref: PullRef, sha: str, names: Sequence[str], choose: Callable[[Sequence[Hit]], Sequence[str]]
    ) -> Mapping[str, str]:
        """The files that `choose` picks by their lines."""
        assert (ref.repo, sha) == ("octo/shop", "head1")
        self.asked.append(tuple(names))
        if self.error:
            raise self.error
        rows = ((path, line) for path, text in self.files.items() for line in text.split("\n"))
        hits = [Hit(path, line) for path, line in rows if set(names).intersection(find_words(line))]
        return {path: self.files[path] for path in choose(hits)}
