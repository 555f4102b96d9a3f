"""Path and text -> syntax tree."""

import pytest

from kireji.core.code.grammars import parse_tree

SOUND = {
    "a.c": "int f(int a) { return a; }",
    "a.cs": "class A { int F() => 1; }",
    "a.cpp": "template<class T> T f(T a) { return a; }",
    "a.go": "package a\nfunc F(a int) int { return a }\n",
    "a.h": "#pragma once\nint f(int);",
    "a.java": "class A { int f() { return 1; } }",
    "a.js": "const a = () => 1;",
    "a.kt": "fun f(a: Int): Int = a",
    "a.php": "<?php function f($a) { return $a; }",
    "a.py": "def f(a):\n    return a\n",
    "a.rb": "def f(a)\n  a\nend",
    "a.rs": "fn f(a: i32) -> i32 { a }",
    "a.sh": "f() { echo a; }",
    "a.ts": "function f(a: number): number { return a }",
    "a.tsx": "const A = () => <div>a</div>",
}


@pytest.mark.parametrize("path", SOUND)
def test_each_language_has_its_grammar(path: str) -> None:
    """Sound code parses without error nodes, broken code with some."""
    sound, broken = parse_tree(path, SOUND[path]), parse_tree(path, SOUND[path] + "\n)) <?? {(")
    assert sound is not None
    assert not sound.root_node.has_error
    assert broken is not None
    assert broken.root_node.has_error


def test_a_language_without_a_grammar_has_no_tree() -> None:
    """Prose and unknown files are not parsed."""
    assert parse_tree("README.md", "# Title") is None
    assert parse_tree("LICENSE", "MIT") is None
