"""Views -> what stands around the changes and the part does not show: headers, imports, the function's other lines."""

from collections.abc import Iterator, Sequence

from kireji.core.chunks.rendering import quote_path
from kireji.core.code.outline import Definition, DefinitionKind
from kireji.core.code.plain import find_words
from kireji.core.context.sections import BELOW, GAP, Section, barred_line
from kireji.core.context.view import View

MAX_HEADER_ROWS = 6
MAX_IMPORT_ROWS = 8
MAX_DISTANCE = 25  # rows from the nearest change


def show_surrounding_rows(views: Sequence[View], room: int) -> list[Section]:
    """A section a file, rows in the file's order, what tells most first as far as the room goes."""
    candidates = set[tuple[int, int, int, int]]()
    for number, view in enumerate(views):
        candidates.update(_candidates(number, view))

    chosen: dict[int, set[int]] = {}
    for _, _, number, row in sorted(candidates):
        view = views[number]
        cost = len(barred_line(view.outline.lines[row]).encode("utf-8", "replace")) + 1
        cost += 2 * len(GAP) if number in chosen else len(_title(view).encode("utf-8", "replace")) + len(BELOW) + 8
        if row not in chosen.get(number, ()) and cost <= room:
            room -= cost
            chosen.setdefault(number, set()).add(row)

    return [_section(views[number], rows) for number, rows in sorted(chosen.items())]


def _candidates(number: int, view: View) -> Iterator[tuple[int, int, int, int]]:
    """Rows with their urgency: (kind, distance, view, row). Headers first, then imports, then the rest of a function."""
    lines = view.outline.lines
    for rank, distance, row in (*_headers(view), *_imports(view), *_bodies(view)):
        if row < len(lines) and row not in view.shown and lines[row].strip():
            yield rank, distance, number, row


def _headers(view: View) -> Iterator[tuple[int, int, int]]:
    for definition, depth in _enclosing(view).items():
        stop = min(definition.body, definition.first + MAX_HEADER_ROWS)
        yield from ((0, depth, row) for row in range(definition.first, stop))


def _imports(view: View) -> Iterator[tuple[int, int, int]]:
    used = {use.name for use in view.outline.uses if use.row in view.added}
    rows = [row for row in view.outline.imports if used.intersection(find_words(view.outline.lines[row]))]
    yield from ((1, 0, row) for row in rows[:MAX_IMPORT_ROWS])


def _bodies(view: View) -> Iterator[tuple[int, int, int]]:
    for row in view.focus:
        enclosing = reversed(view.outline.enclosing(row))
        function = next((around for around in enclosing if around.kind is DefinitionKind.FUNCTION), None)
        if function is not None:
            first = max(function.body, row - MAX_DISTANCE)
            stop = min(function.stop, row + MAX_DISTANCE)
            yield from ((2, abs(row - near), near) for near in range(first, stop))


def _enclosing(view: View) -> dict[Definition, int]:
    """What encloses the changes, and how many definitions lie between, 0 for the innermost."""
    found: dict[Definition, int] = {}
    for row in view.focus:
        for depth, definition in enumerate(reversed(view.outline.enclosing(row))):
            found[definition] = min(depth, found.get(definition, depth))
    return found


def _title(view: View) -> str:
    return f"around the changes in {quote_path(view.path)}"


def _section(view: View, rows: set[int]) -> Section:
    lines: list[str] = []
    before = -1
    for row in sorted(rows):
        if any(between in view.shown for between in range(before + 1, row)):
            lines.append(BELOW)
        elif before >= 0 and any(view.outline.lines[between].strip() for between in range(before + 1, row)):
            lines.append(GAP)
        lines.append(barred_line(view.outline.lines[row]))
        before = row

    if any(row > before for row in view.shown):
        lines.append(BELOW)
    return Section(_title(view), tuple(lines), view.path, frozenset(rows))
