"""Chunk -> the text in which the model reads it.

The pull request's authors write the content, so nothing in it may look like structure: every line of content stands
behind a label, and whatever could end a line or hide in it is shown as its code point.
"""

import json
from collections.abc import Iterator

from kireji.core.chunks.chunk import Chunk, Part, Slice
from kireji.core.chunks.weight import MAX_LINE_CHARS, max_shown_chars
from kireji.core.code.languages import language
from kireji.core.diff.unified import FileDiff, FileStatus, Hunk, Line, Side
from kireji.core.text.invisible import make_visible, make_visible_in_json

MAX_SECTION_CHARS = 200
NO_NEWLINE = "\\ No newline at end of file"
ELSEWHERE = "~"


def render_chunk(chunk: Chunk) -> str:
    """The chunk, one block a file part, blocks separated by an empty line; `rules.md` explains the format to the model."""
    return "\n\n".join("\n".join(_part(part)) for part in chunk.parts)


def render_slice(cut: Slice) -> str:
    """The lines of a slice alone, with their labels, below the head of what they stand in where git tells it."""
    lines = cut.hunk.lines[cut.start : cut.stop]
    section = one_line(cut.hunk.section, MAX_SECTION_CHARS)
    width = max((len(_label(line)) for line in lines), default=0)
    return "\n".join((*([f"@@ {section}"] if section else []), *_lines(cut, cut.start, width)))


def quote_path(path: str) -> str:
    """A path as a JSON string on one line, which gives back exactly the path when decoded."""
    return make_visible_in_json(json.dumps(path, ensure_ascii=False))


def describe_change(file: FileDiff) -> str:
    """What happened to a file, as 'renamed from "old.py"'."""
    moved = file.status in {FileStatus.RENAMED, FileStatus.COPIED}
    return f"{file.status} from {quote_path(file.old_path)}" if moved else file.status.value


def describe_oddities(file: FileDiff) -> Iterator[str]:
    """What sets a file's change apart: all but that its lines are others now."""
    if file.status is not FileStatus.MODIFIED:
        yield describe_change(file)
    if file.old_mode and file.new_mode and file.old_mode != file.new_mode:
        yield f"mode {one_line(file.old_mode)} to {one_line(file.new_mode)}"
    if file.symlink:
        yield "symbolic link"


def one_line(text: str, most: int = MAX_LINE_CHARS) -> str:
    r"""Text that ends no line and hides nothing, cut after `most` characters with a mark. A final "\r" goes unseen."""
    text = make_visible(text.removesuffix("\r")).replace("\n", "<U+000A>")
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most} more characters)"


def _part(part: Part) -> Iterator[str]:
    yield f"=== file: {quote_path(part.file.path)} ({', '.join(_details(part.file))})"
    width = max(map(_label_width, part.slices), default=0)
    hunk: Hunk | None = None
    done = 0

    for cut in part.slices:
        if cut.hunk != hunk:
            yield from _gap(hunk, done, len(hunk.lines) if hunk else 0)
            hunk = cut.hunk
            done = 0
            yield _heading(hunk)

        first = max(cut.lead, done)
        yield from _gap(hunk, done, first)
        yield from _lines(cut, first, width)
        done = cut.stop

    yield from _gap(hunk, done, len(hunk.lines) if hunk else 0)


def _details(file: FileDiff) -> Iterator[str]:
    if file.status is FileStatus.MODIFIED:
        yield describe_change(file)
    yield from describe_oddities(file)
    if not file.symlink and (name := language(file.path)):
        yield name


def _heading(hunk: Hunk) -> str:
    ranges = f"-{hunk.old_start},{hunk.old_count} +{hunk.new_start},{hunk.new_count}"
    return f"@@ {ranges} @@ {one_line(hunk.section, MAX_SECTION_CHARS)}".rstrip()


def _gap(hunk: Hunk | None, done: int, start: int) -> Iterator[str]:
    count = start - done
    if hunk and count > 0:
        yield f"... {count} {'line' if count == 1 else 'lines'} of this hunk {'is' if count == 1 else 'are'} not shown"


def _lines(cut: Slice, first: int, width: int) -> Iterator[str]:
    for index in range(first, cut.stop):
        line = cut.hunk.lines[index]
        mark = ELSEWHERE if line.changed and index < cut.start else line.kind.value
        yield f"{_label(line):<{width}} {mark} | {one_line(line.text, max_shown_chars(line))}"
        if not line.newline:
            yield NO_NEWLINE


def _label_width(cut: Slice) -> int:
    """How wide the widest label of the lines is that a slice shows."""
    return max((len(_label(line)) for line in cut.hunk.lines[cut.lead : cut.stop]), default=0)


def _label(line: Line) -> str:
    return f"{'L' if line.side is Side.LEFT else 'R'}{line.number}"
