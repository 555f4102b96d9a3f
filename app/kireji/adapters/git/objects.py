"""What `git grep` and `git cat-file --batch` are asked, and what they answer."""

from collections.abc import Iterator, Sequence
from itertools import chain

from kireji.core.code.identifiers import Hit
from kireji.core.scope.binary import is_binary, is_wide

MAX_FILE = 200_000  # bytes of a file; as `Forge.read_files` has it


def grep(place: str, names: Sequence[str]) -> tuple[str, ...]:
    """The arguments that search a commit, or the index ("--cached" as the place); no link, no binary file, no filter."""
    wanted = chain.from_iterable(("-e", name) for name in names)
    plain = ("--no-color", "--no-textconv", "--full-name", "--threads=1", "--no-recurse-submodules")
    return ("grep", "-z", "-I", "-w", "-F", *plain, *wanted, place, "--")


def hits(place: str, out: bytes) -> Iterator[Hit]:
    """The lines that git found, but for what stands in files with odd names."""
    prefix = "" if place.startswith("-") else f"{place}:"
    for row in out.split(b"\n"):
        path, found, line = row.partition(b"\0")
        name = path.decode("utf-8", "surrogateescape")
        if found and name.startswith(prefix):
            yield Hit(name.removeprefix(prefix), line[:1000].decode("utf-8", "replace"))


def questions(place: str, paths: Sequence[str]) -> tuple[list[str], bytes]:
    """The paths that can be asked for at a commit, or in the index (""), and what `cat-file` is to read."""
    asked = [path for path in paths if "\n" not in path and not path.startswith(("./", "../"))]
    return asked, "".join(f"{place}:{path}\n" for path in asked).encode("utf-8", "surrogateescape")


def texts(asked: Sequence[str], out: bytes) -> dict[str, str]:
    """Path -> text of what `cat-file` answers; what is missing, cut off, large or binary is left out."""
    fit = ((path, data) for path, data in _blobs(asked, out) if len(data) <= MAX_FILE and b"\0" not in data)
    return {path: data.decode("utf-8", "replace") for path, data in fit}


def binary(asked: Sequence[str], out: bytes) -> set[str]:
    """The paths of what `cat-file` answers and git takes for no text; text in UTF-16 is not among them."""
    return {path for path, data in _blobs(asked, out) if is_binary(data) and not is_wide(data)}


def _blobs(asked: Sequence[str], out: bytes) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each file that is there and is not cut off."""
    at = 0
    for path in asked:
        end = out.find(b"\n", at)
        if end < 0:
            return

        fields = out[at:end].split(b" ")
        at = end + 1
        if len(fields) != 3 or not fields[2].isdigit():
            continue  # "… missing"

        size = int(fields[2])
        data = out[at : at + size]
        at += size + 1
        if fields[1] == b"blob" and len(data) == size:
            yield path, data
