"""Inline Markdown -> text on which GitHub, and other bots, do not act.

Words with an effect become code spans: GitHub links neither mentions, references nor addresses inside code (source:
GitHub's documentation on mentions and autolinked references), and a raw line that begins with a backtick is no slash
command. Everything else that Markdown would read is escaped.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from itertools import groupby
from typing import assert_never

from markdown_it.token import Token

from kireji.core.text.invisible import drop_invisible
from kireji.core.text.patterns import regex

_TICKS = regex(r"`+")


class PieceKind(Enum):
    """What a piece of a line is."""

    TEXT = auto()
    CODE = auto()
    BOLD = auto()
    BREAK = auto()


Piece = tuple[PieceKind, str]

# Mentions and mail; #12, owner/repo#12; GH-12; addresses with a scheme, and those that GitHub links without one.
_ACTIVE = regex(r"@|#\d|(?<![a-z0-9])gh-\d|://|www\.|mailto:|xmpp:", re.IGNORECASE)
_WORD = regex(r"(\s+)")
_OPENING = "([{<\"'*_,;!?"
_CLOSING = ")]}>\"'*_,;:.!?"
# "_" inside a word is no emphasis; "$" would begin a formula even behind a backslash.
_SPECIAL = regex(r"[\\`*\[\]|~]|(?<!\w)_++|(?<!_)_++(?![^\W_])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"})
# What begins a list, a heading, its underline or a table's; or, as ".deploy" and "!merge", another bot's command.
_BLOCK_START = regex(r"\A(?:(?=[-+=#:]|[.!%]\w)|(\d+)(?=[.)](?:\s|\Z)))")
# Words that other bots act on without any mark (source: the manuals of bors, homu, Prow's and Jenkins' plugins, Zuul, Azure
# Pipelines and pre-commit.ci): at the beginning of a line, alone on one, or anywhere. With one letter written as an entity
# they are shown as before, and are no such words in the raw text.
_BOT_LINE = regex(
    r"\A[a-z](?:(?<=b)ors|(?<=h)omu|(?<=j)enkins|(?<=a)zp|(?<=l)gtm|(?<=s)hipit|(?<=r)[?+=]"
    r"|(?:(?<=m)erge|(?<=d)eploy|(?<=a)pproved?|(?<=r)e(?:try|run|build|base|verify|gate)|(?<=r)un[- ]tests?)(?:\s+\S+){0,2}\Z)"
    r"(?!['’\w])",
    re.IGNORECASE,
)
_BOT_WORD = regex(
    r"\b(?:re(?:test|check)|whitelist|autofix|pre-commit\.ci|test(?=\W+this\b)|ok(?=\W+to\b))\b", re.IGNORECASE
)
# Our own hidden markers are looked for in the raw text, where a code block hides nothing.
MARKER = regex(r"<!--(?=\s*kireji)", re.IGNORECASE)


def parse_pieces(tokens: Sequence[Token], *, bold: bool = True) -> list[Piece]:
    """The pieces of a parsed paragraph; a link becomes its text and, in code, its address; italics by `*` are dropped."""
    found: list[Piece] = []
    addresses: list[str] = []

    for token in tokens:
        match token.type:
            case "text":
                found.append((PieceKind.TEXT, _one_line(drop_invisible(token.content))))
            case "code_inline":
                found.append((PieceKind.CODE, _one_line(inert_code(token.content))))
            case "softbreak" | "hardbreak":
                found.append((PieceKind.BREAK, ""))
            case "link_open":
                if found and found[-1][1].endswith("!"):  # it was an image
                    found[-1] = (PieceKind.TEXT, found[-1][1][:-1])
                addresses.append("" if token.info == "auto" else str(token.attrs.get("href", "")))
            case "link_close":
                found += _address(addresses.pop())
            case _:
                found += _emphasis(token, bold=bold)

    return [*_spans(found)]


def render_lines(found: Iterable[Piece]) -> list[str]:
    """These pieces as lines of Markdown; empty ones are left out."""
    groups = groupby(found, key=lambda piece: piece[0] is PieceKind.BREAK)
    return [line for is_break, group in groups if not is_break and (line := _line([*group]))]


def inert_code(text: str) -> str:
    """Text for a code span or block: as it is but for invisible characters and our own markers."""
    return MARKER.sub("<! --", drop_invisible(text))


def code_span(text: str) -> str:
    """One line as a code span; it begins and ends with a backtick. "" for nothing."""
    ticks = "`" * (longest_run(text) + 1)
    padded = "`" in {text[:1], text[-1:]} or (text[:1] == text[-1:] == " " and not text.isspace())
    return f"{ticks} {text} {ticks}" if padded else f"{ticks}{text}{ticks}" if text else ""


def longest_run(text: str) -> int:
    """The length of the longest run of backticks."""
    return max(map(len, _TICKS.findall(text)), default=0)


def _emphasis(token: Token, *, bold: bool) -> list[Piece]:
    """Underscores belong rather to a name, as in __init__, than to emphasis."""
    if "_" in token.markup:
        return [(PieceKind.TEXT, token.markup)]
    return [(PieceKind.BOLD, "")] if bold and token.markup == "**" else []


def _escape(match: re.Match[str]) -> str:
    return "".join(f"\\{character}" for character in match[0])


def _with_an_entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0][0])};{match[0][1:]}"


def _one_line(text: str) -> str:
    """Entities, and characters that were line ends, must not begin a line."""
    return text.replace("\n", " ")


def _address(href: str) -> list[Piece]:
    return [(PieceKind.TEXT, " ("), (PieceKind.CODE, inert_code(href)), (PieceKind.TEXT, ")")] if href else []


def _spans(found: list[Piece]) -> Iterator[Piece]:
    """Join neighbouring text, which may form one word, and make active words code."""
    for is_text, group in groupby(found, key=lambda piece: piece[0] is PieceKind.TEXT):
        if is_text:
            for word in _WORD.split("".join(text for _, text in group)):
                yield from _word(word) if _ACTIVE.search(word) else [(PieceKind.TEXT, word)]
        else:
            yield from group


def _word(word: str) -> Iterator[Piece]:
    core = word.lstrip(_OPENING).rstrip(_CLOSING)
    if not _ACTIVE.search(core):
        core = word
    before, _, after = word.partition(core)
    yield from ((PieceKind.TEXT, before), (PieceKind.CODE, inert_code(core)), (PieceKind.TEXT, after))


def _line(found: list[Piece]) -> str:
    """One line that begins neither a block nor a command, whatever stands in it."""
    found = [*_without_nothing(found)]
    first = next((index for index, (_, text) in enumerate(found) if text.strip()), None)
    if first is None:
        return ""

    kind, text = found[first]
    if kind is PieceKind.TEXT and text.startswith("/"):
        command, bar, rest = text.partition("|")  # which in a table ends even code
        # Nothing between this code and more of it: see `_written`.
        behind = [(PieceKind.TEXT, bar + rest)] if bar else []
        found[first : first + 1] = [(PieceKind.CODE, inert_code(command)), *behind]

    line = "".join(_written(_together(found))).strip()
    line = _BOT_LINE.sub(_with_an_entity, line)
    return _BLOCK_START.sub(lambda match: f"{match[1] or ''}\\", line)


def _without_nothing(found: list[Piece]) -> Iterator[Piece]:
    """Leave out empty pieces, and where bold ends and begins at one place, both."""
    full = (piece for piece in found if piece[0] is PieceKind.BOLD or piece[1])
    for kind, group in groupby(full, key=lambda piece: piece[0]):
        run = [*group]
        yield from run[: len(run) % 2] if kind is PieceKind.BOLD else run


def _together(found: list[Piece]) -> Iterator[Piece]:
    """Neighbouring text in one piece: what bots act on may be several words."""
    for is_text, group in groupby(found, key=lambda piece: piece[0] is PieceKind.TEXT):
        if is_text:
            yield PieceKind.TEXT, "".join(text for _, text in group)
        else:
            yield from group


def _written(found: Iterable[Piece]) -> Iterator[str]:
    before = PieceKind.BREAK

    for kind, text in found:
        match kind:
            case PieceKind.TEXT:
                yield _BOT_WORD.sub(_with_an_entity, _SPECIAL.sub(_escape, text).translate(_ENTITIES))
            case PieceKind.CODE:
                yield f" {code_span(text)}" if before is PieceKind.CODE else code_span(text)
            case PieceKind.BOLD:
                yield "**"
            case PieceKind.BREAK:
                pass
            case _:
                assert_never(kind)

        before = kind
