"""Lines -> what they define, by their words and indentation: where there is no grammar, or the tree is broken."""

from collections.abc import Iterator, Sequence

from kireji.core.code.kinds import DefinitionKind
from kireji.core.code.languages import WORKFLOW
from kireji.core.text.patterns import regex

MAX_CHARS = 300  # of a line that is looked at

NOT_CODE = frozenset(
    f"Markdown|text|reStructuredText|JSON|YAML|TOML|INI|XML|CSS|HTML|{WORKFLOW}|Dockerfile|ignore rules|CODEOWNERS"
    "|Python requirements|Go checksums|Go module|Jupyter notebook|template".split("|")
)

_TYPES = "class|interface|struct|trait|module|enum|protocol|extension|object|contract|record|union|message|type"
_FUNCTIONS = "defp?|defmacro|fn|func|fun|function|sub|proc|procedure|macro|rpc"
_KEYWORD = regex(
    rf"^\s*(?:[\w@(),.]+ +){{0,5}}?(?:(?P<type>{_TYPES})|{_FUNCTIONS})\s+(?:self\.|\([^()]*\)\s*)?(?P<name>[A-Za-z_$][\w$]*)"
)
_TYPED = regex(r"^\s*(?:[\w<>\[\],.?&*:]+\s+){1,6}[*&]*(?:\w+::)?~?(?P<name>[A-Za-z_]\w*)\s*\([^;]*$")
_ASSIGNED = regex(
    r"^\s*(?:export\s+)?(?:const|let|var)\s+(?P<name>[A-Za-z_$][\w$]*)[^=]*=\s*(?:async\b|function\b|\(|\w+\s*=>)"
)
_CONSTANT = regex(r"^\s*(?:[\w:]+\s+){0,5}?(?P<name>[A-Z][A-Z0-9_]{2,})\s*(?::[^=]+)?=(?!=)")
_WORDS = "if for while switch catch return else new await throw do case elif when match in not and or"
_NO_NAMES = frozenset(_WORDS.split())
_WORD = regex(r"[A-Za-z_$][\w$]*")


def find_definition(line: str) -> tuple[str, DefinitionKind] | None:
    """The name that a line looks as if it defined."""
    line = line[:MAX_CHARS]

    if match := _KEYWORD.match(line):
        return match["name"], DefinitionKind.TYPE if match["type"] else DefinitionKind.FUNCTION
    if match := _ASSIGNED.match(line):
        return match["name"], DefinitionKind.FUNCTION
    if match := _CONSTANT.match(line):
        return match["name"], DefinitionKind.VALUE

    match = _TYPED.match(line)
    if match is None or match["name"] in _NO_NAMES or line.split(maxsplit=1)[0] in _NO_NAMES:
        return None
    return match["name"], DefinitionKind.FUNCTION


def find_blocks(lines: Sequence[str]) -> Iterator[tuple[str, DefinitionKind, int, int]]:
    """Each definition's name, kind, first row and the row after its last, by indentation."""
    ends = _ends(lines)
    for row, line in enumerate(lines):
        if found := find_definition(line):
            yield (*found, row, ends[row])


def _ends(lines: Sequence[str]) -> list[int]:
    """For each row the row after the last line that is indented deeper, a closing line taken in."""
    ends = [row + 1 for row in range(len(lines))]
    depths = [_depth(line) for line in lines]
    open_rows: list[int] = []
    last = -1

    for row, depth in enumerate(depths):
        if depth is None:
            continue

        while open_rows and (depths[open_rows[-1]] or 0) >= depth:
            started = open_rows.pop()
            closes = depths[started] == depth and _closes(lines[row])
            ends[started] = row + 1 if closes else last + 1

        open_rows.append(row)
        last = row

    for started in open_rows:
        ends[started] = last + 1

    return ends


def _depth(line: str) -> int | None:
    """How far a line is indented, None if it is blank; a tab counts as four."""
    stripped = line.lstrip(" \t")
    return None if not stripped.strip() else len(line[: len(line) - len(stripped)].expandtabs(4))


def _closes(line: str) -> bool:
    word = line.strip()
    return word.startswith(("}", ")")) or word in {"end", "esac", "fi", "done"}


def find_words(line: str) -> list[str]:
    """The identifiers of a line."""
    return _WORD.findall(line[:MAX_CHARS])
