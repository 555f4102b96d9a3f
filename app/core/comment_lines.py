"""The lines that somebody says in a comment himself: paragraphs, without quotes, code, lists and what is not shown.

Structure comes from a CommonMark parser without the inline rules that change no line, whose cost is linear in what is
left: MAX_CHARS characters and MAX_LINES lines, about a second at worst. Links are not read as such, since looking for
their ends is quadratic: text in a link's title counts as said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.core.invisible import dropped, encodable

MAX_CHARS = 65_536  # GitHub's own limit of a comment
MAX_LINES = 8_000  # blocks cost more than characters; of a comment as long as may be, lines of 8 characters

# Without "text_join" an escaped character stays apart: "\/review" is no command.
_PARSER = MarkdownIt("commonmark").disable(["link", "image", "emphasis", "entity", "text_join"])
_QUOTING_TAG = re.compile(r"<(/?)(?:blockquote|pre|code)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line without indentation and invisible characters. `plain`: it begins with text of its own, not with code or HTML."""

    text: str
    plain: bool


def paragraphs(comment: str) -> Iterator[Sequence[Line]]:
    """The comment's own paragraphs, top ones only; a heading that is a paragraph underlined counts as one."""
    quoted = 0  # open HTML elements that quote
    before: Token | None = None
    for token in _PARSER.parse(_bounded(comment)):
        if token.type == "html_block" and token.level == 0:
            quoted = _quoted(token.content, quoted)
        elif token.type == "inline" and token.level == 1 and before is not None:
            lines, quoted = _lines(token.children or [], quoted)
            if before.type == "paragraph_open" or before.markup in {"=", "-"}:
                yield lines
        before = token


def _bounded(comment: str) -> str:
    """Line ends as the parser counts them; a byte order mark would hide from it what the first line is."""
    text = encodable(comment[:MAX_CHARS]).removeprefix("\ufeff")
    return "\n".join(re.sub("\r\n?", "\n", text).split("\n", MAX_LINES)[:MAX_LINES])


def _lines(children: Sequence[Token], quoted: int) -> tuple[list[Line], int]:
    """A paragraph's lines, and how many quoting elements are open behind it. Code over several lines makes one line."""
    lines = list[Line]()
    for is_break, group in groupby(children, key=lambda token: token.type in {"softbreak", "hardbreak"}):
        if is_break:
            continue
        tokens = [*group]
        plain = tokens[0].type == "text" and not quoted
        for token in tokens:
            if token.type == "html_inline":
                quoted = _quoted(token.content, quoted)
        lines.append(Line(" ".join(dropped("".join(map(_source, tokens))).split()), plain))
    return lines, quoted


def _source(token: Token) -> str:
    match token.type:
        case "code_inline":
            return f"{token.markup}{token.content}{token.markup}"
        case "html_inline" if token.content.startswith("<!--"):
            return ""
        case _:
            return token.content


def _quoted(html: str, quoted: int) -> int:
    """How many quoting elements are open behind this HTML."""
    if html.startswith("<!--"):
        return quoted
    for tag in _QUOTING_TAG.finditer(html):
        quoted = max(0, quoted + (-1 if tag[1] else 1))
    return quoted
