"""What our own comments told, read back from them."""

import pytest

from kireji.core.findings.finding import Category
from kireji.core.rounds import own_comment
from kireji.core.wording import finding_words
from tests.make import files, finding
from tests.threads import comment_of, thread

CART, _ = files()


@pytest.mark.parametrize("category", Category)
def test_the_category_is_read_back(category: Category) -> None:
    """Each name that a comment shows is known."""
    assert own_comment.category(thread(finding(category=category), CART)) is category
    assert (
        own_comment.category(thread(finding(title=f"{finding_words.CATEGORY_NAMES[category]} · x"), CART))
        is Category.RESOURCES
    )


def test_a_comment_that_does_not_say() -> None:
    """Without the small print the category is not known."""
    assert own_comment.category(thread(finding(), CART, comments=(comment_of("Hm.", ours=True),))) is None
    odd = comment_of("<sub>astrology · high confidence</sub>", ours=True)
    assert own_comment.category(thread(finding(), CART, comments=(odd,))) is None


@pytest.mark.parametrize(
    "replacement", ['    with open(path, "w") as handle:\n        pass', "    x = '```'", "    a\n\n    b", None]
)
def test_the_suggestion_is_read_back(replacement: str | None) -> None:
    """Line by line, fences in it too, and also from a page with other line ends."""
    one = thread(finding(replacement=replacement), CART)
    lines = tuple((replacement or "").split("\n")) if replacement else ()
    assert own_comment.suggestion(one) == lines
    crlf = comment_of(one.first.body.replace("\n", "\r\n"), ours=True)
    assert own_comment.suggestion(thread(finding(), CART, comments=(crlf,))) == lines


def test_the_words_of_a_comment() -> None:
    """Title and explanation stay; the marker, the suggestion and the small print go."""
    one = thread(finding(replacement="    pass"), CART)
    assert own_comment.words(one.first.body) == (
        "🟠 **high** **The file is never closed**\n\n"
        "`handle` stays open until it is collected, so the text may not reach the disk."
    )
    assert own_comment.words("Yes.\n\n<sub>This was my answer.</sub>\n\n<!-- kireji:said reply 5 -->") == "Yes."


@pytest.mark.parametrize(
    ("marker", "resolved", "ours", "is_so"),
    [
        ("<!-- kireji:said fixed o/r#1@abc/2 -->", True, True, True),
        ("<!-- kireji:said fixed o/r#1@abc/2 -->", False, True, False),
        ("<!-- kireji:said fixed o/r#1@abc/2 -->", True, False, False),
        ("<!-- kireji:said closed d-1 -->", True, True, False),
        ("It is fixed.", True, True, False),
    ],
)
def test_closed_as_fixed(marker: str, resolved: bool, ours: bool, is_so: bool) -> None:
    """Only a resolved thread whose last word is ours, under that marker, was closed as fixed."""
    one = thread(finding(), CART, resolved=resolved)
    last = comment_of(f"Fixed.\n\n{marker}", ours=ours)
    assert own_comment.closed_as_fixed(thread(finding(), CART, resolved=resolved, comments=(one.first, last))) is is_so


@pytest.mark.parametrize(
    ("explanation", "replacement", "lines"),
    [
        ("````\n```suggestion\nfoo = bar(1)\n```\n````", None, ()),
        ("````\n```suggestion\nfoo = bar(1)\n```\n\n<sub>tests · x</sub>\n````\n\n```\n<sub>tests · x\n```", None, ()),
        ("````\n```suggestion\nfoo = bar(1)\n```\n````", "    pass", ("    pass",)),
        ("```\n<sub>tests · high confidence</sub>\n```", "    pass\n    `````", ("    pass", "    `````")),
        ("Delete it.", "", ()),
    ],
)
def test_only_what_we_wrote_ourselves_is_read_back(
    explanation: str, replacement: str | None, lines: tuple[str, ...]
) -> None:
    """A suggestion and small print within a code block of the model's are its words: neither offered nor believed."""
    one = thread(finding(explanation=explanation, replacement=replacement), CART)
    assert own_comment.suggestion(one) == tuple(lines)
    assert own_comment.category(one) is Category.RESOURCES
    assert own_comment.words(one.first.body) == f"🟠 **high** **The file is never closed**\n\n{explanation}"
