"""Path and text -> what it defines, what encloses a row, which names its rows use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.code.outline import MAX_NODES, DefinitionKind, Outline, outline

# Each: a file, its definitions as name:first-body-stop, and what its third row (from 0) calls.
CASES: dict[str, tuple[str, str, str]] = {
    "a.py": (
        "@dec\ndef f(a,\n      b):\n    return g(a)\nclass A(B):\n    X = 1\n    async def m(self): pass\nLIMIT = 3\n",
        "f:0-3-4 A:4-5-7 A.m:6-7-7 LIMIT:7-8-8",
        "g",
    ),
    "a.ts": (
        "export class A extends B {\n  m(a: string): void {\n    this.k(a)\n    new Till(g<T>(a))\n  }\n  h = () => {};\n}\n"
        "interface I { a: number }\nconst f = async (a) => {\n};\n",
        "A:0-1-7 A.m:1-2-5 A.h:5-6-6 I:7-8-8 f:8-9-10",
        "Till g",
    ),
    "a.js": ("exports.f = function (a) {\n  return 1;\n};\ng(1);\nconst LIMIT = 3\n", "f:0-1-3 LIMIT:4-5-5", "g"),
    "a.go": (
        "package a\nfunc (s *Store) Get(k string) int {\n\treturn 1\n}; var x = g(1)\ntype Store struct {\n\tx int\n}\nconst Max = 3\n",
        "Get:1-2-4 Store:4-7-7 Max:7-8-8",
        "g",
    ),
    "A.java": (
        "class A extends B {\n  A(int x) {}\n  public int f(int a) {\n    return g(a);\n  }\n}\n",
        "A:0-1-6 A.A:1-2-2 A.f:2-3-5",
        "g",
    ),
    "a.kt": (
        "class A(val x: Int) {\n  fun f(\n    a: Int): Int {\n    return g(a)\n  }\n}\nobject O {}\n",
        "A:0-1-6 A.f:1-3-5 O:6-7-7",
        "g",
    ),
    "A.cs": ("class A : B {\n  public int F(int a)\n  {\n    return G(a);\n  }\n}\n", "A:0-1-6 A.F:1-2-5", "G"),
    "a.c": (
        "int *f(int a,\n       int b)\n{\n  return g(a);\n}\nstruct S {\n  int x;\n};\nint h(int);\nstruct S s;\n",
        "f:0-2-5 S:5-6-8 h:8-9-9",
        "g",
    ),
    "a.cpp": (
        "class A {\n  int m(int a) { return 1; }\n};\nint A::f() { return this->g(); }\n",
        "A:0-1-3 A.m:1-2-2 f:3-4-4",
        "f g",
    ),
    "a.rb": ("class A < B\n  def f(a)\n    1\n    g a\n  end\nend\nMAX = 3\n", "A:0-1-6 A.f:1-2-5 MAX:6-7-7", "g"),
    "a.php": (
        "<?php\nclass A extends B {\n  function m($a) {\n    return $this->g($a);\n  }\n}\n",
        "A:1-2-6 A.m:2-3-5",
        "g",
    ),
    "a.rs": (
        "impl S {\n    fn m(&self)\n    {\n        self.g();\n    }\n}\nconst MAX: u32 = 3;\n",
        "S:0-1-6 S.m:1-2-5 MAX:6-7-7",
        "g",
    ),
    "a.sh": ('f() {\n  echo 1\n}\ng "$1"\n', "f:0-1-3", "g"),
    "a.swift": (
        "public class A {\n  func f(a: Int) {\n    print(a)\n    g(a)\n  }\n}\n\nlet MAX = 3\n",
        "A:0-1-6 A.f:1-2-5 MAX:7-8-8",
        "g",
    ),
    "a.lua": ("local function f(a)\n  print(a)\n\n  g(a)\nend\nfunction h() end\n", "f:0-1-5 h:5-6-6", "g"),
    "notes.md": ("# A class of things\ndef f\nclass A\ng(a)\n", "", ""),
    "LICENSE": ("class A {\n\n\ng(a)\n", "", ""),
}


def told(seen: Outline) -> str:
    """Its definitions, short."""
    return " ".join(f"{one.full_name}:{one.first}-{one.body}-{one.stop}" for one in seen.definitions)


@pytest.mark.parametrize("path", CASES)
def test_definitions_and_calls(path: str) -> None:
    """By each grammar, and by words and indentation where there is none; prose defines nothing."""
    text, definitions, calls = CASES[path]
    seen = outline(path, text, {3})
    assert told(seen) == definitions
    assert " ".join(use.name for use in seen.uses if use.called) == calls


def test_what_encloses_a_row() -> None:
    """Functions and types, outermost first; a header belongs to its own definition."""
    seen = outline(
        "a.py", "class A:\n    def f(self):\n        def g():\n            x = 1\n        return g\nLIMIT = 3\n"
    )
    names = [".".join(one.name for one in seen.enclosing(row)) for row in range(7)]
    assert names == ["A", "A.f", "A.f.g", "A.f.g", "A.f", "", ""]


def test_a_broken_place_is_read_by_indentation() -> None:
    """The rest of the file keeps its tree."""
    text = "def sound():\n    return 1\n\ndef broken(a, :\n    if (a:\n        return\n    x = (\n\nclass After:\n    pass\n"
    seen = outline("a.py", text)
    assert [one.name for one in seen.enclosing(4)][-1:] == ["broken"]
    assert seen.named("sound")[0].kind is DefinitionKind.FUNCTION


def test_members_and_imports() -> None:
    """A name behind a dot is a member; rows that import are known."""
    seen = outline("a.py", "import json\nfrom a.b import (\n    c,\n)\nx = json.loads(c())\n", {4})
    assert seen.imports == (0, 1, 2, 3)
    assert [(use.name, use.called, use.member) for use in seen.uses] == [
        ("x", False, False),
        ("json", False, False),
        ("loads", True, True),
        ("c", True, False),
    ]


@pytest.mark.parametrize("path", ["a.py", "a.js", "a.c", "a.rb", "a.swift"])
@pytest.mark.parametrize(
    "text", ["(" * 50_000, "{[" * 20_000, "a.b" * 30_000, "if x:\n" * 3000, "\0\ud800\r\f" * 99, ""]
)
def test_hostile_text(path: str, text: str) -> None:
    """Deep, long and odd text ends in an outline, within a bounded number of steps."""
    assert MAX_NODES < 100_000
    assert outline(path, text, {0}).path == path


def test_ten_thousand_symbols() -> None:
    """Up to the limit of nodes they are known, and each name is found."""
    text = "".join(f"def f{number}(): pass\n" for number in range(10_000))
    seen = outline("a.py", text)
    assert 2000 < len(seen.definitions) <= 10_000
    assert seen.named("f999")[0].first == 999


@given(st.text(alphabet="adef(){}: \n\t'\"class", max_size=200), st.sampled_from(["a.py", "a.ts", "a.go", "a.swift"]))
def test_rows_are_in_order(text: str, path: str) -> None:
    """A header begins its definition, and ends within it; whatever the text."""
    for one in outline(path, text, {0, 1}).definitions:
        assert 0 <= one.first < one.body
        assert one.first < one.stop <= text.count("\n") + 1


@pytest.mark.proof
def test_many_names_on_one_row_take_no_square_of_them() -> None:
    """No name is asked for what it stands in, which would go through all before it; the test's limit of time would end that."""
    for _ in range(3):
        assert len(outline("a.py", "a(" * 50_000, {0}).uses) > 10_000
