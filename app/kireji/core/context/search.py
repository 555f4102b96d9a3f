"""What is to be searched for in the whole repository, and which files of those that have it are worth reading."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, zip_longest

from kireji.core.chunks.chunk import Chunk, Part, Slice
from kireji.core.code.identifiers import Hit
from kireji.core.code.plain import find_definition
from kireji.core.context.files import Surroundings
from kireji.core.context.lookup import AMBIGUOUS, MAX_USES_PER_NAME, caller_order, distance, is_call_of, same_family
from kireji.core.context.names import changed_signatures, used_names
from kireji.core.context.view import make_views
from kireji.core.diff.unified import FileDiff
from kireji.core.policy.model import Pieces
from kireji.core.text.patterns import regex

MAX_NAMES = 20
MAX_FILES = 30

_NAME = regex(r"[A-Za-z_]\w{2,99}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NamesToSearch:
    """Name -> the changed file that makes it interesting."""

    called: Mapping[str, str] = field(default_factory=dict)
    """What has another signature now."""

    used: Mapping[str, str] = field(default_factory=dict)
    """What has no known definition."""

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(dict.fromkeys((*self.called, *self.used)))


def find_names_to_search(files: Sequence[FileDiff], known: Surroundings, pieces: Pieces) -> NamesToSearch:
    """What the files that are known already do not answer; at most MAX_NAMES, of changed signatures first."""
    whole = Chunk(tuple(_whole(file) for file in files), 0)
    seen = make_views(whole, known.heads)

    called: dict[str, str] = {}
    if pieces.callers:
        for name, view in changed_signatures(seen, known.heads).items():
            if _NAME.fullmatch(name):
                called[name] = view.path

    used: dict[str, str] = {}
    if pieces.definitions:
        for name, use in used_names(seen).items():
            if _NAME.fullmatch(name) and not _is_defined(name, use.view.path, known):
                used[name] = use.view.path

    called = dict(islice(called.items(), MAX_NAMES))
    return NamesToSearch(called, dict(islice(used.items(), MAX_NAMES - len(called))))


def _whole(file: FileDiff) -> Part:
    return Part(file, tuple(Slice(hunk, 0, len(hunk.lines), 0) for hunk in file.hunks))


def _is_defined(name: str, path: str, known: Surroundings) -> bool:
    """Whether a file that is known defines the name, in a language that this one can use."""
    return any(same_family(path, file.path) for file, _ in known.defining(name))


def choose_files(hits: Iterable[Hit], asked: NamesToSearch, known: Surroundings) -> tuple[str, ...]:
    """The paths to read, at most MAX_FILES: a few for each name, the likeliest first. None is known already."""
    found = [hit for hit in hits if hit.path not in known.heads and hit.path not in known.others]
    by_name = [
        *(_callers(name, path, found, known) for name, path in asked.called.items()),
        *(_defining(name, path, found) for name, path in asked.used.items()),
    ]

    in_turn = chain.from_iterable(zip_longest(*by_name))
    paths = dict.fromkeys(path for path in in_turn if path is not None)
    return tuple(islice(paths, MAX_FILES))


def _callers(name: str, path: str, hits: Sequence[Hit], known: Surroundings) -> Iterator[str]:
    paths = {hit.path for hit in hits if same_family(path, hit.path) and is_call_of(name, hit.path, hit.line)}
    return islice(sorted(paths, key=lambda other: caller_order(path, other, known.heads)), MAX_USES_PER_NAME)


def _defining(name: str, path: str, hits: Sequence[Hit]) -> Iterator[str]:
    """As many as show that there are too many to tell which is meant."""
    paths = {
        hit.path for hit in hits if same_family(path, hit.path) and (find_definition(hit.line) or ("",))[0] == name
    }
    return islice(sorted(paths, key=lambda other: (distance(path, other), other)), AMBIGUOUS)
