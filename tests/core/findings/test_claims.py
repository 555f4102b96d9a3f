"""Claims that something is missing: known by their words, and looked up."""

import pytest

from kireji.core.code.uses import is_only_mentioned
from kireji.core.findings.claims import Absence, CodeAround, bound, claimed_absence, guarded, is_belied, subjects
from tests.make import finding


@pytest.mark.parametrize(
    ("title", "claimed"),
    [
        ("`json` is not imported", Absence.UNDEFINED),
        ("Undefined variable `rate`", Absence.UNDEFINED),
        ("Missing import of `json`", Absence.UNDEFINED),
        ("`user` may be None here", Absence.UNGUARDED),
        ("No null check on `user`", Absence.UNGUARDED),
        ("Nil dereference of `user`", Absence.UNGUARDED),
        ("`handle` is never closed", Absence.UNCLOSED),
        ("Connection leak in `fetch`", Absence.UNCLOSED),
        ("The lock is not released", Absence.UNCLOSED),
        ("`rate` is negative for refunds", None),
        ("Imports are slow", None),
        ("The shop is closed too early", None),
    ],
)
def test_what_is_claimed(title: str, claimed: Absence | None) -> None:
    """By the title alone."""
    assert (
        claimed_absence(finding(title=title, explanation="It is not defined, may be None and is never closed."))
        is claimed
    )


@pytest.mark.parametrize(
    ("title", "quote", "explanation", "names"),
    [
        ("`user.name` may be None", "x = y", "", ["user"]),
        ("rate may be None", "total(rate)", "", ["rate"]),
        ("It may be None", "total(rate)", "`rate` and `net` come from outside.", ["rate"]),
        ("It may be None", "total(rate)", "It comes from outside.", []),
    ],
)
def test_what_it_is_about(title: str, quote: str, explanation: str, names: list[str]) -> None:
    """Names in the title, in backticks or of the quoted line; else those that quote and explanation share."""
    assert subjects(finding(title=title, quote=quote, explanation=explanation)) == names


@pytest.mark.parametrize(
    ("line", "there"),
    [
        ("import rate", True),
        ("from shop import net, rate", True),
        ("import { rate } from './shop'", True),
        ("def rate(cart):", True),
        ("def total(cart, rate=1):", True),
        ("func (c *Cart) rate() int {", True),
        ("const { net, rate } = shop;", True),
        ("rate = 1", True),
        ("net, rate = pair", True),
        ("rate := 1", True),
        ("for rate in rates:", True),
        ("(net, rate) => net", True),
        ("    rate,", True),
        ("static int rate(int cart, int net) {", True),
        ("public List<int> rate(Cart cart) throws Gone {", True),
        ("  rate(cart) {", True),
        ("if rate(cart) {", False),
        ("} else if (rate(cart)) {", False),
        ("return rate(cart).map(one => {", False),
        ("if rate == 1:", False),
        ("use shop::rate;", True),
        ("using (Stream rate = open())", True),
        ("total(rate)", False),
        ("use(rate)", False),
        ("require(rate > 0)", False),
        ("self.rate = 1", False),
        ("rates = 1", False),
        ("# the rate is high", False),
    ],
)
def test_a_line_that_binds_a_name(line: str, there: bool) -> None:
    """Imports, definitions, declarations, assignments, parameters; not a use, an attribute or a longer name."""
    assert bound("rate", ["x = 1", line]) is there


@pytest.mark.parametrize(
    ("path", "code", "told"),
    [
        ("a.py", "x = 1  # rate of the shop", True),
        ("a.py", '"""The rate.\n\nOf the rate."""\nx = 1', True),
        ("a.py", "x = 'the rate of it'", True),
        ("a.py", "x = 'rate'", False),
        ("a.py", "x = f'the {rate} of it'", False),
        ("a.py", "x = 3 // rate", False),
        ("a.py", "# rate\ntotal(rate)", False),
        ("a.py", "rates = 1  # no such word", False),
        ("a.go", "// rate of the shop\nx := 1", True),
        ("a.go", "/* the rate\n * rate\n */\nx := 1", True),
        ("a.go", "x := 'a' // rate", True),
        ("a.go", "x := a / rate", False),
        ("a.ts", "const x = 'the rate of it';", True),
        ("a.ts", "const x = `the ${rate} of it`;", False),
        ("a.ts", "get('https://x.example', rate);", False),
        ("a.rs", "fn f<'a>(x: &'a str) { rate(x) }", False),
        ("a.md", "the rate", False),
        ("a.go", "/* " * 60_000 + "rate", True),
        ("a.go", "// rate\n" * 90_000, False),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_name_in_comments_and_sentences_only(path: str, code: str, told: bool) -> None:
    """By the language's signs; a text of one word, one with places for values and a file too long count as code."""
    assert is_only_mentioned("rate", path, code.split("\n")) is told


@pytest.mark.parametrize(
    ("code", "safe"),
    [
        ("def f(user):\n    if user is None:\n        return 1\n    return user.name", True),
        ("def f(user):\n    if not user: raise Gone\n    return user.name", True),
        ("def f(user):\n    if user is not None:\n        return user.name", True),
        ("def f(user):\n    assert user is not None\n    return user.name", True),
        ("func f(user *User) {\n\tif user == nil {\n\t\treturn\n\t}\n\tuse(user.Name)", True),
        ("function f(user) {\n  return user?.name;", True),
        ("def f(user):\n    return user.name", False),
        ("def f(user):\n    if user is None:\n        log(1)\n    return user.name", False),
        ("def f(user):\n    if user is None:\n        return 1\n    user = load()\n    return user.name", False),
        ("def f(user):\n    if other is None:\n        return 1\n    return user.name", False),
        ("    if user is None:\n        return 1\ndef g(user):\n    return user.name", False),
        ("def f(user):\n    if user is not None:\n        log(1)\n    return user.name", False),
    ],
)
def test_a_use_behind_a_guard(code: str, safe: bool) -> None:
    """The last line's `user` has a value: a guard above leaves or encloses it, and nothing gives it another meanwhile."""
    lines = code.split("\n")
    assert guarded("user", CodeAround(lines, len(lines) - 1)) is safe


@pytest.mark.parametrize(
    ("title", "code", "lie"),
    [
        ("`handle` is never closed", "handle = open(p)\nuse(handle)\nhandle.close()", True),
        ("`handle` is never closed on errors", "handle = open(p)\nuse(handle)\nhandle.close()", False),
        ("`handle` is never closed on errors", "handle = open(p)\ntry:\n    use()\nfinally:\n    handle.close()", True),
        ("`handle` is never closed on errors", "handle, err := open(p)\ndefer handle.Close()", True),
        ("`handle` is never closed", "with open(p) as handle:\n    use(handle)", True),
        ("`handle` is never closed", "handle = open(p)\nother.close()", False),
        ("`handle` is not defined", "handle = open(p)\nuse(handle)", True),
        ("`handle` is not defined", "use(handle)", False),
        ("It may be None", "use(handle)", False),
    ],
)
def test_what_the_code_belies(title: str, code: str, lie: bool) -> None:
    """The first line is the finding's; a plain close says nothing of other paths."""
    one = finding(title=title, explanation="So it stays.", quote="")
    claimed = claimed_absence(one)
    assert claimed is not None
    assert is_belied(one, claimed, CodeAround(code.split("\n"), 0)) is lie


@pytest.mark.parametrize("line", ["x, ", "x ", "(x ", "x<x>", "a ,", "for ", "const {", "def f("])
def test_no_line_takes_the_square_of_it(line: str) -> None:
    """Lines made for it are looked through at once; the test's own limit of time would end what tries each word of them anew."""
    assert not bound("x", [f"{line * 40_000};=x"])
    assert bound("x", [f"{line * 40_000};", "x = 1"])


@pytest.mark.parametrize(
    ("line", "is_so"),
    [
        ("(x) => y", True),
        ("(a, x: int) => y", True),
        ("x, a => y", True),
        ("const f = async (a, x) => {", True),
        ("f(x); () => y", False),
        ("a.x => y", False),
        ("for a, x in y", True),
        ("y = 1  # for as x", True),
        ("for a = x", False),
        ("const {a, x} = y", True),
        ("a = const {b} = x", False),
    ],
)
def test_where_a_name_is_bound(line: str, *, is_so: bool) -> None:
    """In an arrow's parameters, behind a word that declares, in what is taken apart."""
    assert bound("x", [line]) is is_so
