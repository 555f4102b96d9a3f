"""A change that is on no GitHub, and is read as if it were a pull request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kireji.core.code.identifiers import Hit
from kireji.core.diff.patch import read_patch
from kireji.core.diff.unified import Unread
from kireji.core.pulls.pull import PullRef, PullRequest

PATCH = "patch"

Texts = Callable[[Sequence[str]], Mapping[str, str]]
Search = Callable[[Sequence[str]], Sequence[Hit]]


def _none(paths: Sequence[str]) -> Mapping[str, str]:  # noqa: ARG001 - a patch alone has no files
    return {}


def _nothing(names: Sequence[str]) -> Sequence[Hit]:  # noqa: ARG001 - as above
    return ()


@dataclass(frozen=True, slots=True)
class Change:
    """A change: its `name` for people, what its commits say of it, and its diff.

    Texts are read of git when asked for; `search` finds lines of the head. `base_sha` and `head_sha` are commits, or words
    where there are none. `unread` and `binary` are a `FetchedDiff`'s.
    """

    name: str
    title: str
    body: str
    base: str
    base_sha: str
    head: str
    head_sha: str
    text: str
    unread: tuple[Unread, ...] = ()
    binary: frozenset[str] = frozenset()
    base_texts: Texts = _none
    head_texts: Texts = _none
    search: Search = _nothing

    def pull(self, ref: PullRef) -> PullRequest:
        """The pull request that it would be."""
        return PullRequest(
            ref=ref,
            title=self.title,
            body=self.body,
            author="",
            base_sha=self.base_sha,
            head_sha=self.head_sha,
            base_ref=self.base,
            head_ref=self.head,
            changed_files=0,
        )


def of_patch(text: str, title: str = "", body: str = "") -> Change:
    """A patch, as git writes it; what commands put around it is left out. Raises DiffError, see `read_patch`."""
    diff = read_patch(text)
    return Change("a patch", title or "A patch", body, "", "", PATCH, PATCH, diff.text, diff.unread)
