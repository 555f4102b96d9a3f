"""Views -> which names their changes use, and which signatures they change: what is to be looked up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from kireji.core.code.outline import Definition, DefinitionKind, Outline
from kireji.core.code.plain import find_definition, find_words
from kireji.core.context.view import View
from kireji.core.text.patterns import regex

MAX_NAMES = 40  # of a chunk, of each kind
MIN_CHARS = 3

# Names that every program uses and hardly any repository means by one definition.
_COMMON = """
    print len str int float bool list dict set tuple range open super type isinstance getattr setattr hasattr min max sum
    sorted reversed enumerate zip map filter any all abs next iter repr format hash vars round bytes object property
    append extend insert pop remove clear copy update items keys values get put add delete join split strip replace
    encode decode read write close startswith endswith lower upper index find count sort push slice concat forEach
    includes indexOf toString valueOf then catch finally resolve reject log error warn info debug parse stringify
    require console Promise Object Array String Number Boolean Error Math JSON Date Map Set Symbol RegExp undefined
    make new panic recover printf Println Printf Sprintf Errorf fmt errors context nil append cap delete string
    self this cls None True False Exception ValueError TypeError KeyError RuntimeError Optional Any List Dict
    Override Test System Integer Long Double Some Ok Err Vec Box unwrap clone into from default main run test setup init
    echo exit return local export source cd rm cp mkdir cat grep sed awk printf set shift eval exec
    async await yield lambda const let var function class def end nil true false null
"""
COMMON = frozenset(_COMMON.split())
_BUILDERS = frozenset({"__init__", "__new__", "constructor", "initialize", "__construct"})
_SPECIAL = regex(r"__\w+__")


@dataclass(frozen=True, slots=True)
class UsedName:
    """How the changes use a name."""

    view: View
    """The view whose added lines use it first."""

    member: bool
    """Whether it only ever stands behind a dot."""


def used_names(views: Sequence[View]) -> dict[str, UsedName]:
    """The names that added lines use, in the order of use: called ones first, then those that look like types."""
    found: dict[str, UsedName] = {}
    for calls in (True, False):
        for view in views:
            for use in view.outline.uses:
                counts = use.called if calls else use.name[:1].isupper()
                if not counts or use.row not in view.added:
                    continue
                if not _is_telling(use.name) or _is_own(view, use.name):
                    continue

                known = found.get(use.name)
                if known is None:
                    found[use.name] = UsedName(view, use.member)
                else:
                    found[use.name] = UsedName(known.view, known.member and use.member)
    return dict(islice(found.items(), MAX_NAMES))


def changed_signatures(views: Sequence[View], heads: Mapping[str, Outline]) -> dict[str, View]:
    """Name -> the view that changes its signature, or removes it; a class's name where it is its constructor."""
    found: dict[str, View] = {}
    for view in views:
        for name in (*_changed(view), *_removed(view, heads)):
            if _is_telling(name):
                found.setdefault(name, view)
    return dict(islice(found.items(), MAX_NAMES))


def _changed(view: View) -> Iterator[str]:
    deleted = set[str]()
    for line in view.deleted:
        deleted.update(find_words(line))

    for definition in view.outline.definitions:
        header = range(definition.first, definition.body)
        if definition.kind is not DefinitionKind.FUNCTION or not any(row in header for row in view.focus):
            continue

        existed = definition.name in deleted or _name_row(view.outline, definition) not in view.added
        added = any(row in view.added for row in header)
        cut_into = any(definition.first < row < definition.body for row in view.focus)
        if existed and (added or cut_into):
            is_constructor = definition.name in _BUILDERS and definition.within
            yield definition.within[-1] if is_constructor else definition.name


def _name_row(outline: Outline, definition: Definition) -> int:
    """The row of the header on which the name stands."""
    rows = range(definition.first, min(definition.body, len(outline.lines)))
    naming = (row for row in rows if definition.name in find_words(outline.lines[row]))
    return next(naming, definition.first)


def _removed(view: View, heads: Mapping[str, Outline]) -> Iterator[str]:
    """What deleted lines define and no changed file defines any more."""
    for line in view.deleted:
        found = find_definition(line)
        if found and found[1] is not DefinitionKind.VALUE and not any(head.named(found[0]) for head in heads.values()):
            yield found[0]


def _is_telling(name: str) -> bool:
    return len(name) >= MIN_CHARS and name not in COMMON and not _SPECIAL.fullmatch(name)


def _is_own(view: View, name: str) -> bool:
    """Whether the part shows the definition itself."""
    definitions = view.outline.named(name)
    return any(found.first in view.shown and found.body - 1 in view.shown for found in definitions)
