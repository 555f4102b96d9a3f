"""Makes the model's Markdown safe to post under the bot's name.

The source is parsed and written anew from an allow-list of tokens: paragraphs, lists, quotes, code and bold. Headings
become bold, links and images their text, and all else is escaped: raw HTML, hidden comments, reference definitions, task
lists, footnotes, tables. So what GitHub shows is what was written here, not what the model meant it to find.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kireji.core.text.inert import Piece, PieceKind, inert_code, longest_run, parse_pieces, render_lines
from kireji.core.text.invisible import drop_invisible
from kireji.core.text.patterns import regex

MAX_CHARS = 10_000
MAX_DEPTH = 4
MAX_NUMBER = 999

# Without their rules HTML, reference definitions and images are text like any other ("![a](b)" is "!" and a link).
_PARSER = MarkdownIt("commonmark", {"html": False}).disable(["reference", "image"])

# The names of fences that merely colour code. "suggestion" would offer a commit; "mermaid", "math" and maps are drawn.
_COLOURED = (
    "bash c c++ cpp cs csharp css diff dockerfile go graphql hcl html java javascript js json jsx kotlin lua make php "
    "powershell proto py python rb rs ruby rust scala scss sh shell sql swift terraform text toml ts tsx typescript "
    "vue xml yaml yml zsh"
)
_CODE_NAMES = frozenset(_COLOURED.split())
_LISTS = frozenset({"bullet_list", "ordered_list"})
_CONTAINERS = _LISTS | {"blockquote"}
# Some bots look for commands in raw lines, inside code blocks too; "//" and "/*" are comments.
_COMMAND = regex(r"^\s*/\w", re.MULTILINE)
_BAR = regex(r"(\|)")
_NEXT_LINE = regex(r"\n(?!\n|\Z)")


def neutralise(markdown: str) -> str:
    """The same in Markdown that mentions, links, commands, hides and draws nothing. Reads MAX_CHARS of the source."""
    stack = [_Block("root")]

    for token in _PARSER.parse(drop_invisible(_bounded(markdown))):
        match token.nesting:
            case 1:
                stack.append(stack[-1].child(token))
            case -1:
                closed = stack.pop()
                stack[-1].add(closed.kind, closed.text())
            case _:
                stack[-1].add(*stack[-1].leaf(token))

    return stack[0].joined()


def neutral_line(text: str) -> str:
    """The same for one line, as a title or a table's cell: of all Markdown only code spans are kept."""
    tokens = _PARSER.parseInline(" ".join(drop_invisible(_bounded(text)).split()))
    return " ".join(render_lines(_flat(parse_pieces(tokens[0].children or [], bold=False))))


def fence_code(text: str, info: str = "") -> str:
    """A code block that nothing in the text can end. `info` is ours, never the model's."""
    ticks = "`" * max(3, longest_run(text) + 1)
    body = text if not text or text.endswith("\n") else f"{text}\n"
    return f"{ticks}{info}\n{body}{ticks}"


def _bounded(text: str) -> str:
    return text if len(text) <= MAX_CHARS else f"{text[:MAX_CHARS]}…"


def _flat(found: Iterable[Piece]) -> Iterator[Piece]:
    """On one line; "|" stands outside of code, because in a table it would end the cell even within."""
    for kind, text in found:
        if kind is PieceKind.BREAK:
            yield PieceKind.TEXT, " "
        elif kind is PieceKind.CODE:
            for part in _BAR.split(text):
                yield (PieceKind.TEXT if part == "|" else PieceKind.CODE), part
        else:
            yield kind, text


@dataclass(slots=True)
class _Block:
    """A block that is being written."""

    kind: str
    """The parser's name for it, "flat" where it is not written as such."""

    depth: int = 0
    """Counts the lists and quotes around and with it; below MAX_DEPTH they are flat."""

    start: int = 1
    quoted: bool = False
    blocks: list[tuple[str, str]] = field(default_factory=list)

    def child(self, token: Token) -> "_Block":
        """A block within this one."""
        kind = token.type.removesuffix("_open")
        depth = self.depth + (kind in _CONTAINERS)
        if depth > MAX_DEPTH and kind in _CONTAINERS:
            kind = "flat"
        start = min(int(token.attrs.get("start", 1)), MAX_NUMBER)
        return _Block(kind, depth, start, self.quoted or kind == "blockquote")

    def leaf(self, token: Token) -> tuple[str, str]:
        """The kind and text of a token that holds no blocks; no text for rules and whatever else there may be."""
        match token.type:
            case "inline":
                return "inline", self._inline(token)
            case "fence" | "code_block":
                return "fence", self._fence(token)
            case _:
                return token.type, ""

    def add(self, kind: str, text: str) -> None:
        """Put a finished block behind the others; a list directly behind one of its kind goes on with it."""
        if not text:
            return
        if kind in _LISTS and self.blocks and self.blocks[-1][0] == kind:
            text = f"{self.blocks.pop()[1]}\n{text}"
        self.blocks.append((kind, text))

    def text(self) -> str:
        """This block, finished."""
        match self.kind:
            case "bullet_list":
                return "\n".join(_indented("- ", text) for _, text in self.blocks)
            case "ordered_list":
                numbered = enumerate(self.blocks, start=self.start)
                return "\n".join(_indented(f"{number}. ", text) for number, (_, text) in numbered)
            case "blockquote":
                return _quote(self.joined())
            case _:
                return self.joined()

    def joined(self) -> str:
        """The blocks in this one. A list in an item follows its text at once, which keeps the outer list tight."""
        tight = self.kind == "list_item"
        parts = [("\n" if tight and kind == "bullet_list" else "\n\n") + text for kind, text in self.blocks]
        return "".join(parts).lstrip("\n")

    def _inline(self, token: Token) -> str:
        heading = self.kind == "heading"
        written = render_lines(parse_pieces(token.children or [], bold=not heading))
        return f"**{' '.join(written)}**" if heading and written else "\n".join(written)

    def _fence(self, token: Token) -> str:
        name = next(iter(token.info.lower().split()), "")
        block = fence_code(inert_code(token.content), name if name in _CODE_NAMES else "")
        return _quote(block) if _COMMAND.search(token.content) and not self.quoted else block


def _indented(marker: str, text: str) -> str:
    return marker + _NEXT_LINE.sub("\n" + " " * len(marker), text)


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n")) if text else ""
