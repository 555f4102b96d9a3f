"""A path as the model writes it -> the file of the diff that it means, if there is only one."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import islice

from kireji.core.chunks.rendering import quoted
from kireji.core.diff.unified import FileDiff
from kireji.core.text.invisible import encodable
from kireji.core.text.patterns import regex

MAX_CHARS = 5_000  # of a path that is looked for: no file's is longer
MAX_PREFIXES = 2

# `=== file: "shop/cart.py" (modified, Python)`, as a chunk shows it, whole or in part.
_HEADER = regex(r'(?:={3}\s*+)?(?:file:\s*+)?"(?P<path>(?:[^"\\]|\\.)*+)"', re.DOTALL)
_LINES = regex(r"(?::[LR]?\d+(?:[-:][LR]?\d+)?|#L\d+(?:-L?\d+)?)\Z")
_MARKS = "`'\"<>* "
_BEFORE = regex(r"(?:\./|/|[abciow]/)")  # git's prefixes, also those of `diff.mnemonicPrefix`


class DiffPaths:
    """The paths of a diff, as `placement.by_path` has them, made ready once for any number of questions."""

    def __init__(self, files: Mapping[str, FileDiff]) -> None:
        self._exact = {path: path for path in files}
        for path in files:
            for alias in (encodable(path), quoted(path)[1:-1]):
                self._exact.setdefault(alias, path)

        # Folded and backwards, so that all paths with one end stand side by side.
        self._ends = sorted((_folded(path)[::-1], file.path) for path, file in files.items())

    def meant(self, said: str) -> str | None:
        """The path, or None where nothing or several files are meant.

        Escaped, in quotation marks or with its lines behind it; with git's prefixes; in other case; or its end only.
        """
        if said in self._exact:
            return self._exact[said]
        if len(said) > MAX_CHARS:
            return None

        forms = [*_forms(said)]
        for form in forms:
            if form in self._exact:
                return self._exact[form]
        return next((path for form in forms if (path := self._by_end(form))), None)

    def _by_end(self, said: str) -> str | None:
        """The only file whose path is this, or else ends with it after a slash, whatever the case."""
        wanted = _folded(said)[::-1]
        return (self._only(wanted, "") or self._only(wanted, "/")) if wanted else None

    def _only(self, wanted: str, before: str) -> str | None:
        """The one file with a path that ends so, and has `before` there, which is "" for the whole path."""
        sought = wanted + before
        found = set[str]()

        for end, path in islice(self._ends, bisect_left(self._ends, (sought,)), None):
            if not (end.startswith(sought) if before else end == sought):
                break
            found.add(path)
            if len(found) > 1:
                return None

        return next(iter(found), None)


def _forms(said: str) -> Iterator[str]:
    """What may stand around a path taken off, a step at a time."""
    form = said.strip()
    yield form
    if header := _HEADER.match(form):
        form = header["path"]
        yield form

    form = _LINES.sub("", form)
    yield form
    form = _LINES.sub("", form.strip(_MARKS))
    yield form

    if "\\" in form and "/" not in form:
        form = form.replace("\\", "/")
        yield form

    for _ in range(MAX_PREFIXES):
        if before := _BEFORE.match(form):
            form = form[before.end() :]
            yield form


def _folded(path: str) -> str:
    """As file systems compare them that know no case, or write letters with their accents apart."""
    return unicodedata.normalize("NFC", encodable(path)).casefold()
