"""What the model writes does nothing on GitHub but be read."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kireji.core.text.invisible import is_clean
from kireji.core.text.neutral import MAX_CHARS, fence_code, neutral_line, neutralise

# Reads as GitHub does, as far as markdown-it can: with HTML, tables and strikethrough.
GITHUB = MarkdownIt("commonmark", {"html": True, "maxNesting": 100}).enable(["table", "strikethrough"])
HARMLESS = {
    *("paragraph_open", "paragraph_close", "inline", "text", "softbreak", "code_inline", "strong_open", "strong_close"),
    *("bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close", "list_item_open"),
    *("list_item_close", "blockquote_open", "blockquote_close", "fence"),
}
ACTIVE = re.compile(r"@\w|#\d|(?<![a-z0-9])gh-\d|\w://|www\.\w|mailto:", re.IGNORECASE)


def tokens(markdown: str) -> Iterator[Token]:
    """All tokens, those within lines too."""
    for token in GITHUB.parse(markdown):
        yield token
        yield from token.children or []


def assert_harmless(markdown: str) -> None:
    """Nothing in it links, mentions, commands, hides, draws or commits."""
    found = [*tokens(markdown)]
    assert {token.type for token in found} <= HARMLESS
    for token in found:
        if token.type == "text":
            assert not ACTIVE.search(token.content), token.content
        if token.type == "fence":
            assert re.fullmatch(r"[a-z+]*", token.info)
            assert token.info not in {"suggestion", "mermaid", "math", "geojson", "topojson", "stl"}
    assert not re.search(r"^\s*/\w", markdown, re.MULTILINE)
    prose = re.sub(r"^(?:> )*```.*?^(?:> )*```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    assert not re.search(r"^[>\s]*(?:- |\d+\. )*(?:[.!%]\w|(?:bors|homu)\b|r[?+])", prose, re.MULTILINE | re.IGNORECASE)
    assert not re.search(r"<!--\s*kireji", markdown, re.IGNORECASE)
    assert is_clean(markdown)
    markdown.encode()


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        # Who would be told
        ("Ask @octocat and @org/team.", "Ask `@octocat` and `@org/team`."),
        ("&#64;octocat &commat;octocat", "`@octocat` `@octocat`"),
        ("\\@octocat @\u200boctocat @&#8203;octocat", "`@octocat` `@octocat` `@octocat`"),
        ("[@octocat](https://e.com)", "`@octocat` (`https://e.com`)"),
        ("@[octocat](https://e.com)", "`@octocat` (`https://e.com`)"),
        ("@*octocat*, **@octocat**", "`@octocat`, **`@octocat`**"),
        ("(ann@example.com)", "(`ann@example.com`)"),
        ("`@property` and `a`", "`@property` and `a`"),
        # What would be linked
        ("Fixes #12, a/b#3, GH-4, gh-5", "Fixes `#12`, `a/b#3`, `GH-4`, `gh-5`"),
        ("See https://github.com/a/b/issues/1.", "See `https://github.com/a/b/issues/1`."),
        ("www.example.com ftp://x.y", "`www.example.com` `ftp://x.y`"),
        ("<https://e.com> <a@b.com>", "`https://e.com` `a@b.com`"),
        ('[click](https://e.com "now")', "click (`https://e.com`)"),
        ("[run](javascript:alert(1))", "\\[run\\](javascript:alert(1))"),
        ("[a][r]\n\n[r]: https://e.com", "\\[a\\]\\[r\\]\n\n\\[r\\]: `https://e.com`"),
        ("a[^1]\n\n[^1]: note", "a\\[^1\\]\n\n\\[^1\\]: note"),
        # What would be loaded, drawn or hidden
        ("![pixel](https://e.com/p.png)", "pixel (`https://e.com/p.png`)"),
        ("![](https://e.com/p.png)", "(`https://e.com/p.png`)"),
        ("<img src=x onerror=y>", "&lt;img src=x onerror=y&gt;"),
        ("&lt;b&gt; &#60;i>", "&lt;b&gt; &lt;i&gt;"),
        ("a <!-- kireji:finding 1 --> b", "a &lt;!-- kireji:finding 1 --&gt; b"),
        ("<!--\n\nkireji:review x -->", "&lt;!--\n\nkireji:review x --&gt;"),
        ("`<!-- kireji:review x -->`", "`<! -- kireji:review x -->`"),
        ("<details>\n\nx\n\n</details>", "&lt;details&gt;\n\nx\n\n&lt;/details&gt;"),
        ("admin\u202e\u2066 \U000e0041b\ufeff", "admin b"),
        ("costs $5 and $x$", "costs &#36;5 and &#36;x&#36;"),
        ("```mermaid\ngraph\n```", "```\ngraph\n```"),
        ("```suggestion\nevil()\n```", "```\nevil()\n```"),
        ("~~~ Suggestion:-0+1\nevil()\n~~~", "```\nevil()\n```"),
        # What other bots would do
        ("/approve\n  /merge now", "`/approve`\n`/merge` now"),
        ("a&#10;/approve&#10;&#13;/lgtm", "a /approve  /lgtm"),
        ("a\n\n/approve", "a\n\n`/approve`"),
        ("- /approve", "- `/approve`"),
        ("```\n/approve\n```", "> ```\n> /approve\n> ```"),
        ("> ```\n> /approve\n> ```", "> ```\n> /approve\n> ```"),
        ("/a``b`@octocat http://e.com <img src=x>`", "```/a``b``` `@octocat http://e.com <img src=x>`"),
        ("# /a``b`@octocat`", "**```/a``b``` `@octocat`**"),
        ("```go\n// a comment\n```", "```go\n// a comment\n```"),
        ("/ or // divide", "`/` or // divide"),
        (".deploy\n!merge now\n%run", "\\.deploy\n\\!merge now\n\\%run"),
        ("- .noop", "- \\.noop"),
        ("bors r+\nHomu: try\nr? ann", "&#98;ors r+\n&#72;omu: try\n&#114;? ann"),
        ("Please retest this please", "Please &#114;etest this please"),
        ("It is ok to **test** this", "It is &#111;k to **test** this"),
        ("test this please, add to whitelist", "&#116;est this please, add to &#119;hitelist"),
        ("pre-commit.ci autofix", "&#112;re-commit.ci &#97;utofix"),
        ("azp run\n\nLGTM\n\nrun-tests", "&#97;zp run\n\n&#76;GTM\n\n&#114;un-tests"),
        ("merge the two loops into one", "merge the two loops into one"),
        ("...so 3.14 and .5", "...so 3.14 and .5"),
        # What would break the comment's layout
        ("# Head with `code`\ntext", "**Head with `code`**\n\ntext"),
        ("Head **bold**\n===", "**Head bold**"),
        ("a\n\n---\n\nb", "a\n\nb"),
        ("- [ ] task\n- [x] done", "- \\[ \\] task\n- \\[x\\] done"),
        ("> [!WARNING]\n> x", "> \\[!WARNING\\]\n> x"),
        ("| a |\n| - |", "\\| a \\|\n\\| - \\|"),
        ("a\n:-", "a\n\\:-"),
        ("\\# no head\n\\- no list\n1\\. no", "\\# no head\n\\- no list\n1\\. no"),
        ("~~x~~ a | b", "\\~\\~x\\~\\~ a \\| b"),
        ("```py\nopen", "```py\nopen\n```"),
        ("````\n```\n````", "````\n```\n````"),
        ("    indented", "```\nindented\n```"),
        # What stays
        ("Call `f(x)` with **care**.", "Call `f(x)` with **care**."),
        ("a *b* _c_ snake_case __init__", "a b \\_c\\_ snake_case \\_\\_init\\_\\_"),
        ("``a ` b`` `` `x` ``", "``a ` b`` `` `x` ``"),
        ("1. one\n2. two\n   - three", "1. one\n2. two\n   - three"),
        ("3) three", "3. three"),
        ("- a\n\n  ```py\n  x = 1\n\n  y = 2\n  ```\n- b", "- a\n\n  ```py\n  x = 1\n\n  y = 2\n  ```\n- b"),
        ("one\ntwo  \nthree\\\nfour", "one\ntwo\nthree\nfour"),
        ("* a\n+ b", "- a\n- b"),
        ("Vec<T> & 2 * 3 - 1", "Vec&lt;T&gt; &amp; 2 \\* 3 - 1"),
        ("日本語 — naïve ⚠️", "日本語 — naïve ⚠️"),
        ("", ""),
        (" \n\t\n", ""),
    ],
)
def test_attacks_become_text_and_honest_text_stays(markdown: str, expected: str) -> None:
    """Each thing that GitHub or a bot would act on is shown and does nothing; code and lists survive."""
    written = neutralise(markdown)
    assert written == expected
    assert_harmless(written)
    assert neutralise(written) == written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`x` is None | empty", "`x` is None \\| empty"),
        ("`a | b` fails", "`a `\\|` b` fails"),
        ("two\nlines  \n\n here", "two lines here"),
        ("**Bold** and # head", "Bold and # head"),
        ("# head", "\\# head"),
        ("- @octocat", "\\- `@octocat`"),
        ("/merge|now @a|b", "`/merge`\\|now `@a`\\|`b`"),
        ("/a``b`@octocat <b>`", "```/a``b``` `@octocat <b>`"),
        ("<b>x</b> [l](http://e)", "&lt;b&gt;x&lt;/b&gt; l (`http://e`)"),
        ("```py", "\\`\\`\\`py"),
        ("", ""),
    ],
)
def test_plain_fits_a_title_and_a_table_cell(text: str, expected: str) -> None:
    """One line, without any bar that would end a cell."""
    written = neutral_line(text)
    assert written == expected
    assert not re.search(r"(?<!\\)\|", written)


@pytest.mark.parametrize("text", ["", "\n", "x", "x\n", "a\n\nb", "```", "a\n````py\nb\n````", "~~~\n", "`" * 50])
def test_nothing_in_a_fence_ends_it(text: str) -> None:
    """The block holds exactly the text, and is all there is."""
    (token,) = GITHUB.parse(fence_code(text, "suggestion"))
    assert (token.type, token.info) == ("fence", "suggestion")
    assert token.content == (text if not text or text.endswith("\n") else f"{text}\n")


BOMBS = ("> ", "- ", "1. ", "*a ", "**a ", "[", "![", "[a](", "`", "`a``", "<", "&", "@", "#1", "\\", "- > ", "\u202e")


@pytest.mark.parametrize(
    "bomb", [pytest.param(bomb, marks=() if bomb in {"> ", "`", "@"} else pytest.mark.proof) for bomb in BOMBS]
)
def test_bombs_are_defused(bomb: str) -> None:
    """Deep nesting and endless repetition neither raise nor run away, and what comes out is bounded."""
    markdown = (bomb * MAX_CHARS)[: MAX_CHARS * 2]
    written = neutralise(markdown)
    assert_harmless(written)
    assert len(written) < 6 * MAX_CHARS
    assert len(neutral_line(markdown)) < 6 * MAX_CHARS


def test_deep_nesting_is_flattened_and_nothing_is_lost() -> None:
    """Beyond the fourth level the text stays, the indentation does not."""
    nested = "\n".join("  " * level + f"- level{level}" for level in range(9))
    written = neutralise(nested)
    assert all(f"level{level}" in written for level in range(9))
    assert max(len(line) - len(line.lstrip()) for line in written.split("\n")) <= 8
    assert_harmless(written)


FRAGMENTS = st.sampled_from(
    [
        *("@", "octocat", "#1", "GH-1", "https://", "www.", "e.com", "/merge", "\n", "\n\n", "\n    ", "  ", " ", "\t"),
        *("`", "``", "```", "~~~", "suggestion\n", "*", "**", "***", "_", "__", "[", "](", ")", "]", "![", "]: ", "[^1]"),
        *("<", ">", "<!--", "-->", "kireji:", "<b>", "</b>", "&#64;", "&lt;", "&#8203;", "&#10;", "&#32;", "&nbsp;", "$"),
        *("- ", "+ ", "1. ", "7) ", "# ", "> ", "---", "===", "|", "|-|", ":-", "\\", "!", "[ ]", "\u200b", "\u2028", "\r"),
        *("a", "word", "日本", "(", ".", ",", ":", "=", "-", "~"),
    ]
)  # fmt: skip
MARKDOWN = st.lists(FRAGMENTS | st.text(max_size=3), max_size=25).map("".join)


@given(MARKDOWN)
def test_whatever_the_model_writes_is_harmless(markdown: str) -> None:
    """No combination of fragments leaves anything that GitHub, read strictly, would act on."""
    assert_harmless(neutralise(markdown))


@given(MARKDOWN)
def test_a_second_pass_changes_nothing_that_is_seen(markdown: str) -> None:
    """What is neutral stays as it is."""
    written = neutralise(markdown)
    assert GITHUB.render(neutralise(written)) == GITHUB.render(written)


@given(MARKDOWN)
def test_plain_is_harmless_anywhere(text: str) -> None:
    """As a line of its own, in bold, and in a table's cell, a title does nothing and stays where it is."""
    written = neutral_line(text)
    assert_harmless(written)
    assert "\n" not in written
    cells = [token.content for token in GITHUB.parse(f"| a | b |\n| - | - |\n| {written} | end |")]
    assert cells.count("end") == 1


TICKS = st.integers(0, 3).map("`".__mul__)


@given(st.sampled_from(["/a", "# /a", "- /a", "x "]), TICKS, st.sampled_from(["x", "|", ""]), TICKS, TICKS)
def test_nothing_gets_out_of_its_code(before: str, first: str, between: str, second: str, third: str) -> None:
    """However slashes, bars and runs of backticks follow each other, what was put into code stays there."""
    text = f"{before}{first}{between}{second}@b http://e.com <b>{third}"
    assert_harmless(neutralise(text))
    assert_harmless(neutral_line(text))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.sampled_from(["", "py"]))
def test_a_fence_holds_any_text(text: str, info: str) -> None:
    """One block, whatever the text."""
    assert [token.type for token in GITHUB.parse(fence_code(text, info))] == ["fence"]
