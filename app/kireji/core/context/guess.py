"""Outline of a changed file -> paths of the repository that it probably imports; who asks for them learns which exist."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from posixpath import join, normpath

from kireji.core.code.languages import language
from kireji.core.code.outline import Outline
from kireji.core.code.plain import find_words
from kireji.core.text.patterns import regex

MAX_PATHS = 12  # paths for one file

_QUOTED = regex(r"""["']([^"'\s]{1,200})["']""")
_PYTHON = regex(r"^\s*from\s+(\.*)([\w.]*)\s+import\b|^\s*import\s+([\w.]+)")
_DOTTED = regex(r"^\s*import\s+(?:static\s+)?([\w.]+)")
_RUST = regex(r"^\s*(?:pub\s+)?use\s+crate::([\w:]+)")
_SCRIPTS = (".ts", ".tsx", ".js", ".jsx", "/index.ts", "/index.js")
_SCRIPT = regex(r"\.[mc]?jsx?$")


def imported_paths(file: Outline) -> tuple[str, ...]:
    """Candidates, those whose names the added lines use first. None lies outside the repository."""
    used = {use.name for use in file.uses}
    lines = [file.lines[row] for row in file.imports]
    lines += [line for line in file.lines if "require" in line and language(file.path) in {"JavaScript", "Ruby"}]
    lines.sort(key=lambda line: not used.intersection(find_words(line)))

    found = chain.from_iterable(_candidates(file.path, line[:400]) for line in lines)
    clean = (normpath(path) for path in found)
    return tuple(dict.fromkeys(path for path in clean if path[0] not in "./" and path != file.path))[:MAX_PATHS]


def _candidates(path: str, line: str) -> Iterator[str]:
    guess = _GUESSES.get(language(path) or "")
    return iter(()) if guess is None else guess(path, line)


def _script(path: str, line: str) -> Iterator[str]:
    for name in _QUOTED.findall(line):
        if name.startswith("."):
            stem = _SCRIPT.sub("", join(_folder(path), name))
            yield from (f"{stem}{end}" for end in _SCRIPTS)


def _java(path: str, line: str) -> Iterator[str]:
    if (match := _DOTTED.match(line)) and (root := _source_root(_folder(path), match[1])) is not None:
        yield f"{root}{match[1].replace('.', '/')}.{path.rpartition('.')[2]}"


def _c(path: str, line: str) -> Iterator[str]:
    for name in _QUOTED.findall(line):
        yield from (join(_folder(path), name), join("include", name))


def _ruby(path: str, line: str) -> Iterator[str]:
    for name in _QUOTED.findall(line):
        yield from (f"{join(_folder(path), name)}.rb", f"{join('lib', name)}.rb")


def _rust(path: str, line: str) -> Iterator[str]:
    if match := _RUST.match(line):
        parts = [part for part in match[1].split("::") if part]
        root = path[: path.index("src/") + 4] if "src/" in path else "src/"
        yield from (f"{root}{'/'.join(parts[:count])}.rs" for count in (len(parts), len(parts) - 1) if count > 0)


def _python(path: str, line: str) -> Iterator[str]:
    match = _PYTHON.match(line)
    if match is None:
        return

    folder = _folder(path)
    dots = match[1] or ""
    module = match[2] or match[3] or ""
    if dots:
        roots = [join(folder, *[".."] * (len(dots) - 1))]
    else:  # from the folder that holds the package; else from the repository's root, or src/
        parts = folder.split("/")
        first = module.partition(".")[0]
        roots = ["/".join(parts[: parts.index(first)])] if first in parts else ["", "src", folder]

    for root in roots:
        stem = join(root, module.replace(".", "/")).rstrip("/")
        yield from (f"{stem}.py", f"{stem}/__init__.py")


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _source_root(folder: str, package: str) -> str | None:
    """The folder in which packages begin, with its slash; None if the import is of other people's."""
    first, _, rest = package.partition(".")
    second = rest.partition(".")[0]
    at = f"/{folder}/".find(f"/{first}/{second}/")
    return None if at < 0 else folder[:at]


_GUESSES: Mapping[str, Callable[[str, str], Iterator[str]]] = {
    "Python": _python,
    **dict.fromkeys(("JavaScript", "TypeScript", "Vue", "Svelte"), _script),
    **dict.fromkeys(("Java", "Kotlin", "Scala"), _java),
    **dict.fromkeys(("C", "C++", "C/C++", "Objective-C"), _c),
    "Ruby": _ruby,
    "Rust": _rust,
}
