"""The lines that somebody says in a comment himself: paragraphs, without quotes, code, lists and what is not shown.

A mail that is answered, below a comment that came by mail, is nobody's own words: see `mail`.

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

from kireji.core.text import mail
from kireji.core.text.invisible import drop_invisible, encodable
from kireji.core.text.patterns import regex

MAX_CHARS = 65_536  # GitHub's own limit of a comment
MAX_LINES = 8_000  # blocks cost more than characters; of a comment as long as may be, lines of 8 characters

# Without "text_join" an escaped character stays apart: "\/review" is no command.
_PARSER = MarkdownIt("commonmark").disable(["link", "image", "emphasis", "entity", "text_join"])
_KINDS = {
    "paragraph_open": mail.BlockKind.TEXT,
    "heading_open": mail.BlockKind.TEXT,
    "blockquote_open": mail.BlockKind.QUOTE,
    "hr": mail.BlockKind.RULE,
}
_TAG = regex(r"<!--.*?(?:-->|\Z)|<[^<>]*>", re.DOTALL)
_IMAGE = regex(r"!\[[^\]\n]{0,200}\]\([^)\s]{0,2000}\)")
_QUOTING_TAG = regex(r"<(/?)(?:blockquote|pre|code)\b", re.IGNORECASE)
_LINE_END = regex(r"\r\n?")


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A line without indentation and invisible characters."""

    text: str

    plain: bool
    """It begins with text of its own, not with code or HTML."""


def own_paragraphs(comment: str) -> Iterator[Sequence[CommentLine]]:
    """The comment's own paragraphs, top ones only; a heading that is a paragraph underlined counts as one."""
    quoted = 0  # open HTML elements that quote
    before: Token | None = None

    for token in _own_tokens(_bounded(comment)):
        if token.type == "html_block" and token.level == 0:
            quoted = _quoted(token.content, quoted)
        elif token.type == "inline" and token.level == 1 and before is not None:
            lines, quoted = _lines(token.children or [], quoted)
            if before.type == "paragraph_open" or before.markup in {"=", "-"}:
                yield lines

        before = token


def without_mail(comment: str) -> str:
    """The comment without the mail that it answers, and without the signature, where it came by mail."""
    text = _bounded(comment)
    own = _before_mail(text, _PARSER.parse(text))
    return comment if own is None else own


def own_words(comment: str) -> str:
    """What somebody says in a comment himself, lists too, in lines; for code stands "code", for an image or HTML nothing."""
    said = list[str]()
    depth = 0
    for token in _own_tokens(_bounded(comment)):
        if token.type in {"blockquote_open", "blockquote_close"}:
            depth += token.nesting
        elif depth == 0 and token.type in {"fence", "code_block"}:
            said.append("code")
        elif depth == 0 and token.type == "html_block":
            said.append(_TAG.sub(" ", token.content))
        elif depth == 0 and token.type == "inline":
            said.append("".join(map(_word, token.children or [])))

    return drop_invisible(_IMAGE.sub(" ", "\n".join(said))).strip()


def _word(token: Token) -> str:
    match token.type:
        case "code_inline":
            return " code "
        case "html_inline":
            return ""
        case "softbreak" | "hardbreak":
            return "\n"
        case _:
            return token.content


def _own_tokens(text: str) -> Sequence[Token]:
    """Read again where a mail was cut off: up to there each block is what it was, but for the last one's end."""
    tokens = _PARSER.parse(text)
    own = _before_mail(text, tokens)
    return tokens if own is None else _PARSER.parse(own)


def _before_mail(text: str, tokens: Sequence[Token]) -> str | None:
    """What stands above the mail, or the signature; None where there is neither."""
    lines = text.split("\n")
    end = mail.find_mail_start(lines, [*_blocks(tokens)])
    return None if end is None else "\n".join(lines[:end])


def _blocks(tokens: Sequence[Token]) -> Iterator[mail.Block]:
    """What is said, in lists too, and between it quotations and rules; no code, and nothing within a quotation."""
    quoted_until = 0
    for token in tokens:
        kind = _KINDS.get(token.type)
        if kind is None or token.map is None or token.map[0] < quoted_until:
            continue
        start, end = token.map
        if kind is mail.BlockKind.QUOTE:
            quoted_until = end
        yield mail.Block(kind, start, end)


def _bounded(comment: str) -> str:
    """Line ends as the parser counts them; a byte order mark would hide from it what the first line is."""
    text = encodable(comment[:MAX_CHARS]).removeprefix("\ufeff")
    return "\n".join(_LINE_END.sub("\n", text).split("\n", MAX_LINES)[:MAX_LINES])


def _lines(children: Sequence[Token], quoted: int) -> tuple[list[CommentLine], int]:
    """A paragraph's lines, and how many quoting elements are open behind it. Code over several lines makes one line."""
    lines = list[CommentLine]()
    for is_break, group in groupby(children, key=lambda token: token.type in {"softbreak", "hardbreak"}):
        if is_break:
            continue

        tokens = [*group]
        plain = tokens[0].type == "text" and not quoted
        for token in tokens:
            if token.type == "html_inline":
                quoted = _quoted(token.content, quoted)

        text = drop_invisible("".join(map(_source, tokens)))
        lines.append(CommentLine(" ".join(text.split()), plain))

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
