"""Findings as the model wrote them -> findings whose path and quote stand in the diff, wherever it is plain which are meant.

`placement` then finds their lines. Path, quote and line are held together: what surrounds a quote is taken off, and where
the path is wrong, the quote counts if it stands once in what the model was asked about. What is not plain stays as it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from kireji.core.diff.folded import MIN_FRAGMENT, fold, folded_lines
from kireji.core.diff.unified import FileDiff, Line
from kireji.core.findings.coverage import Reading
from kireji.core.findings.finding import MAX_QUOTE, Finding, FoundBy
from kireji.core.findings.paths_meant import DiffPaths
from kireji.core.findings.placement import looked_for, named_lines
from kireji.core.findings.quotes_meant import lines_meant

MOST_SEARCHES = 1_000
"""How often lines are searched for pieces of them in one review, each time all lines of some files."""

Texts = tuple[str, ...]
"""What one line of a quote may mean, folded (see `quotes_meant`)."""


def anchored(readings: Sequence[Reading], files: Mapping[str, FileDiff]) -> list[Reading]:
    """The readings, their findings anchored as far as that is plain. `files` as `placement.by_path` makes them."""
    anchors = _Anchors(files)
    return [replace(reading, findings=tuple(anchors.of(reading))) for reading in readings]


class _Lines:
    """All lines of some files: where each text stands, and all texts as one, to be searched for pieces of lines."""

    def __init__(self, files: Iterable[FileDiff]) -> None:
        self.places: dict[str, list[tuple[FileDiff, Line]]] = {}
        for file in files:
            for text, places in folded_lines(file).items():
                self.places.setdefault(text, []).extend((file, hunk.lines[index]) for hunk, index in places)
        self._joined = "\n".join(self.places)

    def hold(self, piece: str) -> bool:
        """Whether a line holds the piece."""
        return piece in self._joined

    def only_one_with(self, piece: str) -> tuple[FileDiff, Line] | None:
        """The line that holds the piece; None if there are several, or none."""
        at = self._joined.find(piece)
        if at < 0:
            return None

        start = self._joined.rfind("\n", 0, at) + 1
        end = self._joined.find("\n", at)
        text = self._joined[start : end if end >= 0 else None]
        several = self._joined.find(piece, start + len(text)) >= 0
        return None if several else self.only(text)

    def only(self, text: str) -> tuple[FileDiff, Line] | None:
        """The line that is this text; None if there are several, or none."""
        places = self.places.get(text, [])
        return places[0] if len(places) == 1 else None


class _Anchors:
    """What is needed to anchor the findings of one review, made when it is first needed."""

    def __init__(self, files: Mapping[str, FileDiff]) -> None:
        self._files = files
        self._paths = DiffPaths(files)
        self._lines: dict[tuple[int, ...], _Lines] = {}
        self._searches = MOST_SEARCHES

    def of(self, reading: Reading) -> Iterator[Finding]:
        """The reading's findings, anchored. What has no parts was asked about all files."""
        parts = [part.file for part in reading.chunk.parts]
        for finding in reading.findings:
            yield finding if finding.found_by is FoundBy.CODE else self._anchor(finding, parts or self._files.values())

    def _anchor(self, finding: Finding, asked_about: Iterable[FileDiff]) -> Finding:
        path = self._paths.meant(finding.path)
        lines = lines_meant(finding.quote)

        if path is not None:
            finding = replace(finding, path=path)
            file = self._files[path]
            quote = _standing(finding, file, lines) or self._held(finding, file, lines)
            if quote is not None:
                return replace(finding, quote=quote)

        place = self._elsewhere(asked_about, lines)
        if place is None:
            return finding

        file, line = place
        return replace(finding, path=file.path, side=line.side, quote=line.text[:MAX_QUOTE])

    def _held(self, finding: Finding, file: FileDiff, lines: Sequence[Texts]) -> str | None:
        """The piece of a line in the file that the quote is; None if it is none."""
        there = self._lines_of((file,))
        held = next((text for text in _long_texts(lines) if self._search() and there.hold(text)), None)
        return finding.quote if held == looked_for(finding.quote) else held

    def _elsewhere(self, files: Iterable[FileDiff], lines: Sequence[Texts]) -> tuple[FileDiff, Line] | None:
        """The only line of the files that the quote, or a line of it, is, or is a piece of."""
        long_enough = _long_texts(lines)
        if not long_enough:
            return None

        there = self._lines_of(files)
        for text in long_enough:
            if place := there.only(text):
                return place
        if any(text in there.places for text in long_enough):
            return None

        for text in long_enough:
            if self._search() and (place := there.only_one_with(text)):
                return place
        return None

    def _search(self) -> bool:
        """Whether one more search may be made."""
        self._searches -= 1
        return self._searches >= 0

    def _lines_of(self, files: Iterable[FileDiff]) -> _Lines:
        several = {id(file): file for file in files}
        name = tuple(several)
        if name not in self._lines:
            self._lines[name] = _Lines(several.values())
        return self._lines[name]


def _long_texts(lines: Sequence[Texts]) -> list[str]:
    """What the lines may mean, as far as it is long enough to be looked for as a piece of a line."""
    return [text for text in chain.from_iterable(lines) if len(text) >= MIN_FRAGMENT]


def _standing(finding: Finding, file: FileDiff, lines: Sequence[Texts]) -> str | None:
    """The line of the file that the quote is, by the first of its lines that stands there; None if none does.

    Of what a line may mean, that counts which stands where the finding says; what is short must stand there.
    """
    there = folded_lines(file)
    within = _texts_within(finding, file)
    as_it_is = looked_for(finding.quote)

    for texts in lines:
        meant = [text for text in texts if text in within]
        meant += (text for text in texts if text in there and (text == as_it_is or len(text) >= MIN_FRAGMENT))
        if not meant:
            continue

        likeliest = meant[0]
        if likeliest == as_it_is:
            return finding.quote
        hunk, index = there[likeliest][0]
        return hunk.lines[index].text[:MAX_QUOTE]

    return None


def _texts_within(finding: Finding, file: FileDiff) -> set[str]:
    """The texts of the lines that the finding names."""
    return {fold(line.text) for line in named_lines(finding, file)}
