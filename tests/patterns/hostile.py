"""Hostile texts for a pattern, made of its own alphabet: pieces that it begins to match and then cannot end."""

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.patterns.alphabet import ALL, some, taken
from tests.patterns.automaton import parsed
from tests.patterns.engine import sre

_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
_TIMES = (0, 1, 2, 20, 200, 4000)
_BETWEEN = ("", "\n", " ", "é")
LONGEST = 20_000  # characters of one piece

# What is something to a reader of diffs, paths, policies, Markdown, mails, comments, JSON, code or credentials.
GENERAL = (
    "'", '"', "`", "*", "_", "[", "](", "<", "<!--", "<a ", "&", "&#", "\\", "- ", "> ", "1. ", "# ", "|", "~~~\n",
    "```\n", " ", "\t", "\n", "\r", "\r\n", "a", "a ", "a\n", "0", "9.", "+", "-", "+a\n", "-a\n", " a\n",
    "@@ -1 +1 @@\n+a\n", "diff --git a/a b/a\n", "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n", "\\303", '"a\\', "/", "../",
    "a/", "*a", "**/", "[a", "{", '{"a":', "[1,", '"a",', "a: ", "a:\n  ", "- a\n", "&a ", "*a ", "!!", "@", "@kireji ",
    "/review ", "/review\n", "> /review\n", "On Monday x wrote:\n", "From: a\n", "key", "password", "password=",
    "password = '", "password: ", "key'", "eyJ", "eyJ.", "ghp_", "AKIA", "://", "://a:", "-----BEGIN PRIVATE KEY-----\n",
    "MIIE", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "\xe9", "\u200b", "\u2028", "\ufb00",
    "\ud800", 'x.password("', "IDENTIFIED BY '", "machine ", "<password>", "curl -u ", "note to ai reviewers ", "ignore ",
    "please ", "def f(", "class A:\n", "import a\n", "function(", "{}\n", ";", "=> ", "->", "( ", "(", ")", "lgtm ",
    "\U0001f44d", "thanks\n", "=", "==", "$", "$$", "%", ":", "::", "##[", "#1 ", "http://a ", "www.a ", "a@b.c ",
    "|a|b|\n", "|-|-|\n", "<details>\n", "\\(", "![", "[^1]: ", "[a]: b\n",
)  # fmt: skip
"""Pieces for readers, which know more than one pattern."""


@dataclass(slots=True)
class _Writer:
    """Writes what a tree matches, with each repeat done `times` times where it may be."""

    times: int
    chance: random.Random
    groups: dict[int, str] = field(default_factory=dict)

    def write(self, tree: Any, flags: int) -> str:
        return "".join(self._element(kind, value, flags) for kind, value in tree)[:LONGEST]

    def _element(self, kind: Any, value: Any, flags: int) -> str:
        if kind is sre.BRANCH:
            return self.write(self.chance.choice(value[1]), flags)
        if kind is sre.SUBPATTERN:
            number, more, less, body = value
            text = self.write(body, (flags | more) & ~less)
            self.groups[number] = text
            return text
        if kind is sre.ATOMIC_GROUP:
            return self.write(value, flags)
        if kind is sre.GROUPREF:
            return self.groups.get(value, "")
        if kind in _REPEATS:
            least, most, body = value
            many = max(least, min(most, self.times))
            return "".join(self.write(body, flags) for _ in range(min(many, 3))) * max(1, many // 3) if many else ""
        if kind in {sre.AT, sre.ASSERT, sre.ASSERT_NOT}:
            return ""
        return some(taken((kind, value), flags) or ALL)


def pieces(source: str, flags: int = 0) -> Iterator[str]:
    """Pieces to be repeated up to any length, each once; the same ones at every call."""
    tree, flags = parsed(source, flags)
    chance = random.Random(zlib.crc32(source.encode("utf-8", "surrogatepass")))
    seen = {""}
    for times in _TIMES:
        for cut in range(min(len(tree), 6)):
            written = (_Writer(times, chance).write(part, flags) for part in (tree[: len(tree) - cut], tree[cut:]))
            for piece in written:
                for between in _BETWEEN:
                    if (text := piece + between) not in seen:
                        seen.add(text)
                        yield text
