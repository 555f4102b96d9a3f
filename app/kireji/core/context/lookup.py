"""Names x outlines of files -> where they are defined, and where they are called."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from posixpath import commonprefix

from kireji.core.chunks.rendering import quote_path
from kireji.core.code.languages import language
from kireji.core.code.outline import Definition, DefinitionKind, Outline
from kireji.core.code.plain import find_words
from kireji.core.context.files import Surroundings
from kireji.core.context.names import changed_signatures, used_names
from kireji.core.context.sections import GAP, Section, barred_line
from kireji.core.context.view import View
from kireji.core.text.patterns import made, regex

MAX_WHOLE_ROWS = 8
MAX_HEADER_ROWS = 6
MAX_CALL_ROWS = 3
MAX_USES_PER_NAME = 6
FAR = 2  # see `_nearness`
AMBIGUOUS = 3  # so many definitions that are equally near say nothing
_FAMILIES = {  # languages that can use each other's names have a number in common
    **dict.fromkeys(("JavaScript", "TypeScript", "Vue", "Svelte"), 0),
    **dict.fromkeys(("C", "C++", "C/C++", "Objective-C"), 1),
    **dict.fromkeys(("Java", "Kotlin", "Scala", "Groovy"), 2),
}
_COMMENT = regex(r"\s*(?:#|//|/\*|\*|--\s)")
_WITHOUT_BRACKETS = frozenset({"Ruby", "shell", "Elixir", "Haskell", "Perl"})


def find_definitions(views: Sequence[View], files: Surroundings, known: Sequence[Section]) -> Iterator[Section]:
    """A section for each name that added lines use, where the repository has one definition of it that is meant."""
    shown = {view.path: view.shown for view in views}
    for name, use in used_names(views).items():
        found = _meant(name, use.view.outline, files, member=use.member)
        if found is None:
            continue

        file, definition = found
        in_sight = set(shown.get(file.path, frozenset()))
        for section in known:
            if section.path == file.path:
                in_sight |= section.rows
        if not in_sight.issuperset(range(definition.first, definition.body)):
            yield _definition(file, definition)


def find_callers(views: Sequence[View], files: Surroundings) -> Iterator[Section]:
    """A section for each place outside the part where something is called whose signature the part changes."""
    shown = {view.path: view.shown for view in views}
    for name, view in changed_signatures(views, files.heads).items():
        yield from islice(_uses(name, view, files, shown), MAX_USES_PER_NAME)


def _uses(name: str, view: View, files: Surroundings, shown: Mapping[str, frozenset[int]]) -> Iterator[Section]:
    """Where a name is used whose signature changes in this view, the likeliest files first."""
    users = [file for file in files.using(name) if same_family(view.path, file.path)]
    users.sort(key=lambda file: caller_order(view.path, file.path, files.heads))
    for file in users:
        for row in _calls(name, file, shown.get(file.path, frozenset())):
            yield _use(name, file, row)


def same_family(path: str, other: str) -> bool:
    """Whether two files' languages can use each other's names."""
    first = language(path)
    second = language(other)
    return first == second or (first in _FAMILIES and _FAMILIES[first] == _FAMILIES.get(second or ""))


def distance(path: str, other: str) -> int:
    """How many folders lie between two paths."""
    first = path.split("/")[:-1]
    second = other.split("/")[:-1]
    return len(first) + len(second) - 2 * len(commonprefix([first, second]))


def is_call_of(name: str, path: str, line: str) -> bool:
    """Whether a line of a file looks as if it called something."""
    if name not in line or _COMMENT.match(line):
        return False
    bare = language(path) in _WITHOUT_BRACKETS
    end = "" if bare else r"\s*(?:<[^<>()]{0,80}>\s*)?\("
    return made(rf"(?<![\w$]){re.escape(name)}(?![\w$]){end}").search(line[:1000]) is not None


def caller_order(path: str, other: str, heads: Mapping[str, Outline]) -> tuple[bool, bool, int, str]:
    """Code before tests, what the pull request does not touch before what it does, near before far."""
    return "test" in other.lower(), other in heads, distance(path, other), other


# -- Definitions -------------------------------------------------------------------------------------------------------


def _meant(name: str, user: Outline, files: Surroundings, *, member: bool) -> tuple[Outline, Definition] | None:
    """The definition that a file most likely means; None where there is none, or too many to tell."""
    ranked = [
        (_nearness(user, file), file, definition)
        for file, definition in files.defining(name)
        if same_family(user.path, file.path)
    ]
    if not ranked:
        return None

    ranked.sort(key=lambda row: (row[0], row[1].path, row[2].first))
    nearest, file, definition = ranked[0]
    rivals = sum(nearness == nearest for nearness, _, _ in ranked)
    if rivals >= AMBIGUOUS or (member and nearest >= FAR and len(ranked) > 1):
        return None
    return file, definition


def _nearness(user: Outline, file: Outline) -> int:
    """0 the same file, 1 one that it imports, 2 one in the same folder, 3 any other."""
    if user.path == file.path:
        return 0
    *folders, name = file.path.split("/")
    stems = {name.split(".")[0], *folders[-1:]} - {"index", "__init__", "mod", "src", "lib"}
    if any(stems.intersection(find_words(user.lines[row])) for row in user.imports if row < len(user.lines)):
        return 1
    return 2 if distance(user.path, file.path) == 0 else 3


def _definition(file: Outline, found: Definition) -> Section:
    """A definition that is short, or its header with the first line of its documentation; of a type some rows more."""
    whole = found.stop - found.first <= MAX_WHOLE_ROWS
    stop = found.stop if whole else min(found.body, found.first + MAX_HEADER_ROWS)
    if not whole and found.kind is DefinitionKind.TYPE:
        stop = found.first + MAX_WHOLE_ROWS
    elif not whole and stop < len(file.lines) and file.lines[stop].lstrip().startswith(('"""', "'''", "//", "#", "/*")):
        stop += 1

    rows = range(found.first, min(stop, len(file.lines)))
    lines = [barred_line(file.lines[row]) for row in rows if file.lines[row].strip()]
    title = f"{found.full_name} is defined in {quote_path(file.path)}"
    return Section(title, (*lines, *([] if whole else [GAP])), file.path, frozenset(rows))


# -- Callers -----------------------------------------------------------------------------------------------------------


def _calls(name: str, file: Outline, shown: frozenset[int]) -> Iterator[int]:
    """The rows on which a file calls something, but for those in sight."""
    skipped = {*file.imports, *shown}
    for definition in file.named(name):
        skipped.update(range(definition.first, definition.body))

    for row, line in enumerate(file.lines):
        if row not in skipped and is_call_of(name, file.path, line):
            yield row


def _use(name: str, file: Outline, row: int) -> Section:
    stop = row + 1
    while stop < min(row + MAX_CALL_ROWS, len(file.lines)) and _is_open("".join(file.lines[row:stop])):
        stop += 1
    inside = file.enclosing(row)
    place = f", in {inside[-1].full_name}" if inside else ""
    lines = tuple(barred_line(line) for line in file.lines[row:stop])
    return Section(f"{name} is used in {quote_path(file.path)}{place}", lines, file.path, frozenset(range(row, stop)))


def _is_open(text: str) -> bool:
    return text.count("(") > text.count(")")
