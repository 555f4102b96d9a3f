"""Texts made to keep a parser, a comparison or a search busy, or to crash it: each costs what it is itself."""

import pytest

from kireji.adapters.apart import Processes
from kireji.core.code.outline import Outline
from kireji.core.context.outlining import Source, by_grammar, by_words
from kireji.core.diff.local_diff import Pair, make_patch
from kireji.core.diff.unified import parse
from kireji.core.secrets.leak_search import SearchedRows, rows_of, search_rows
from kireji.core.secrets.redacting import UntrustedText, redact_untrusted
from kireji.core.secrets.spans import KnownSecrets
from kireji.core.text.undone import Undone

# What tree-sitter 0.25 and its grammars take seconds for, or crash at: path, what is repeated, characters.
HOSTILE = [
    ("a.js", "->", 12_000),
    ("a.ts", "->", 12_000),
    ("a.tsx", "->", 12_000),
    ("a.go", "->", 12_000),
    ("a.java", "x=>", 30_000),
    ("a.c", "x=>", 30_000),
    ("a.cc", "x=>", 30_000),
    ("a.rs", "%w(", 30_000),
    ("a.cs", "? - ", 60_000),
    ("a.py", "\\\n", 200_000),
    ("a.kt", "x=>", 200_000),
    ("a.rb", "%w(", 200_000),
    ("a.php", "$a->", 200_000),
    ("a.sh", "$(", 200_000),
]
CODE = "class Cart { int total() { return 1; } }\n"


@pytest.mark.proof
@pytest.mark.parametrize(("path", "unit", "size"), HOSTILE, ids=[row[0] for row in HOSTILE])
async def test_a_hostile_file_costs_its_own_outline(path: str, unit: str, size: int) -> None:
    """In every language; the file beside it has its outline, and it has one itself by words and indentation."""
    pool = Processes({}, seconds=0.5, processes=1)
    text = (unit * size)[:size]
    hostile, harmless = await pool.each(by_grammar, [Source(path, text), Source("Cart.java", CODE)])

    assert isinstance(hostile, Undone | Outline)
    assert isinstance(harmless, Outline)
    assert [definition.full_name for definition in harmless.definitions] == ["Cart", "Cart.total"]

    pool.close()
    patient = Processes({}, seconds=20.0, processes=1)
    (plain,) = await patient.each(by_words, [Source(path, text)])

    assert isinstance(plain, Outline)

    patient.close()


async def test_a_file_that_crashes_its_parser() -> None:
    """Go's grammar overflows the stack at 100,000 nested brackets, and nothing else is lost."""
    pool = Processes({}, seconds=20.0)
    hostile, harmless = await pool.each(by_grammar, [Source("a.go", "[{" * 100_000), Source("Cart.java", CODE)])
    assert isinstance(hostile, Undone)
    assert isinstance(harmless, Outline)
    pool.close()


async def test_texts_that_cannot_be_compared() -> None:
    """A cycle of 105 lines and back takes a comparison seconds for 20,000 lines, and a minute for 49,000."""
    pool = Processes({}, seconds=0.5)
    there = b"".join(b"%d\n" % (line % 105) for line in range(40_000))
    back = b"".join(b"%d\n" % (-line % 105) for line in range(40_000))
    hostile, harmless = await pool.each(make_patch, [Pair(there, back), Pair(b"a\n", b"b\n")])
    assert hostile == Undone("it took more than 0.618 seconds")  # by its size
    assert harmless == "@@ -1 +1 @@\n-a\n+b\n"
    pool.close()


async def test_what_is_searched_apart_is_as_if_it_were_here() -> None:
    """Credentials found in another process are the same, with what is known of them."""
    pool = Processes({})
    password = "correct-horse-" + "battery-9"
    diff = f'diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x = 1\n+password = "{password}"\n'
    texts = rows_of(parse(diff).files[0])
    (found,) = await pool.each(search_rows, [texts])

    assert found == search_rows(texts)
    assert isinstance(found, SearchedRows)
    assert list(found.known.kinds) == [password]

    told = UntrustedText("b.py", f"say('{password}')", found.known)
    assert await pool.each(redact_untrusted, [told]) == ["say('<secret:password>')"]
    assert await pool.each(redact_untrusted, [UntrustedText("b.py", "say()", KnownSecrets())]) == ["say()"]

    pool.close()
