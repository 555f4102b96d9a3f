"""Real patches, made by git in many forms, and what mails, tools and people do to them on their way."""

import os
import random
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

MAIN = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgSign=false")


class Repository:
    """A repository whose commits touch files of several languages, some of them twice, and merge a branch."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._environ = {"PATH": os.defpath, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
        self._environ |= {f"GIT_{who}_DATE": "2020-01-01T00:00:00Z" for who in ("AUTHOR", "COMMITTER")}
        self.git("init", "-q", "-b", "main")
        self._fill()

    def git(self, *words: str, stdin: bytes = b"", codes: tuple[int, ...] = (0,)) -> bytes:
        """What git prints."""
        done = subprocess.run(
            ["git", *MAIN, *words], cwd=self._path, env=self._environ, input=stdin, capture_output=True, check=False
        )
        assert done.returncode in codes, done.stderr
        return done.stdout

    def counts(self, patch: bytes) -> list[tuple[int, int, str]] | None:
        """Added and deleted lines, and the path, of each file, as `git apply` reads a patch; None where it refuses it."""
        patch = re.sub(rb"^\xef\xbb\xbf", b"", patch, flags=re.MULTILINE)  # git takes the line for words
        command = ["git", "apply", "--numstat", "-z", "-"]
        done = subprocess.run(command, cwd=self._path, env=self._environ, input=patch, capture_output=True, check=False)
        if done.returncode != 0 or b"error:" in done.stderr:  # of some errors only the latter tells
            return None
        rows = [row.split("\t", 2) for row in done.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]]
        return [(_number(row[0]), _number(row[1]), row[2].removesuffix("\r")) for row in rows]

    def commit(self, title: str, files: Mapping[str, str | bytes | None]) -> None:
        """Write files, or remove them, and commit all."""
        for name, content in files.items():
            path = self._path / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.git("add", "-A")
        self.git("commit", "-q", "-m", title)

    def _fill(self) -> None:
        python = [f"def f{number}(x):\n    y = x + {number}\n\n    return y\n\n\n" for number in range(12)]
        script = [f"export const k{number} = (a) => {{\n  return a ** {number};\n}};\n\n" for number in range(9)]
        self.commit(
            "base\n\n- one\n+ two\n",
            {
                "shop/cart.py": "".join(python),
                "web/app.js": "".join(script),
                "docs/übersicht.md": "# Titel\n\n- eins\n- zwei\n---\n+ drei\n",
                "db/schema.sql": "-- tables\nCREATE TABLE a (\n  id int\n);\n\n-- end\n",
                "win.txt": "one\r\ntwo\r\nthree\r\n",
                "latin.txt": b"caf\xe9\nth\xe9\n",
                "with space.go": "package main\n\nfunc main() {\n}\n",
                "old.rb": "class A\n  def b\n  end\nend\n",
                "logo.png": b"\x89PNG\0\1",
            },
        )
        self.git("tag", "base")
        python[1] = "def f1(x):\n    return x\n\n\n"
        python[9] = python[9].replace("+ 9", "+ 90\n    z = y")
        self.commit(
            "first",
            {"shop/cart.py": "".join(python), "win.txt": "one\r\n2\r\nthree\r\nfour\r\n", "new.py": "x = 1\n\ny = 2"},
        )
        self.git("switch", "-q", "-c", "side", "base")
        self.commit("side", {"web/app.js": "".join(script).replace("a ** 3", "a * 33"), "side.c": "int a;\n\nint b;\n"})
        self.git("switch", "-q", "main")
        python[9] = python[9].replace("z = y", "z = y * 2\n\n    print(z)")
        self.commit(
            "second",
            {
                "shop/cart.py": "".join(python[:11]),
                "db/schema.sql": "CREATE TABLE a (\n  id int,\n\n  -- name\n  n text\n);\n-- end\n",
                "docs/übersicht.md": "# Titel\n\n- zwei\n---\n+ drei\n+ vier\n",
                "latin.txt": b"caf\xe9s\nth\xe9\n",
                "with space.go": "package main\n\nfunc main() {\n\tprintln(1)\n}\n",
                "logo.png": b"\x89PNG\0\2",
            },
        )
        self.git("mv", "old.rb", "lib.rb")
        (self._path / "run.sh").write_text("#!/bin/sh\n")
        self.git("add", "-A")
        self.git("update-index", "--chmod=+x", "new.py")
        self.commit("third", {"lib.rb": "class A\n  def b\n    1\n  end\nend\n", "win.txt": None, "empty.txt": ""})
        self.git("merge", "-q", "--no-commit", "-s", "ours", "side", codes=(0, 1))
        self.commit("merged", {"web/app.js": "".join(script).replace("a ** 3", "a * 34 + 1"), "side.c": "int a;\n"})
        self.git("tag", "head")


def _number(text: str) -> int:
    return 0 if text == "-" else int(text)


_SERIES = "base..head"
FORMS: Mapping[str, tuple[str, ...]] = {
    "diff": ("diff", "base", "head"),
    "no context": ("diff", "-U0", "base", "head"),
    "functions": ("diff", "-W", "base", "head"),
    "binary": ("diff", "--binary", "--full-index", "base", "head"),
    "blank": ("-c", "diff.suppressBlankEmpty=true", "diff", "base", "head"),
    "no renames": ("-c", "core.quotePath=false", "diff", "--no-renames", "--stat", "-p", "base", "head"),
    "series": ("format-patch", "--stdout", _SERIES),
    "one mail": ("format-patch", "--stdout", "--attach", "-1", "head~2"),
    "log": ("log", "-p", "--no-merges", _SERIES),
    "log onward": ("log", "-p", "--reverse", "--first-parent", "-m", _SERIES),
    "log with figures": ("log", "-p", "--stat", "--summary", _SERIES),
    "one line": ("log", "-p", "--oneline", "--no-merges", _SERIES),
    "show": ("show", "head~1"),
    "merge": ("show", "head"),
    "merges": ("log", "-p", "--cc", _SERIES),
    "no prefix": ("diff", "--no-prefix", "base", "head"),
    "word diff": ("diff", "--word-diff", "base", "head"),
    "colours": ("diff", "--color=always", "base", "head"),
    "raw": ("diff", "--patch-with-raw", "base", "head"),
}

Mutation = Callable[[random.Random, list[bytes], bytes], list[bytes]]


def mutated(dice: random.Random, patch: bytes, other: bytes) -> tuple[bytes, str]:
    """A patch after one to three things have happened to it, and their names; `other` is another patch."""
    names = dice.choices(list(MUTATIONS), k=dice.choice([1, 1, 1, 2, 3]))
    lines = (
        patch.splitlines(keepends=True) if b"\r" not in patch else [line + b"\n" for line in patch.split(b"\n")[:-1]]
    )
    for name in names:
        lines = MUTATIONS[name](dice, lines, other) if lines else lines
    return b"".join(lines), ", ".join(names)


def _at(dice: random.Random, lines: list[bytes]) -> int:
    return dice.randrange(len(lines))


def _in_hunk(dice: random.Random, lines: list[bytes]) -> int:
    """A line that may be a hunk's."""
    found = [index for index, line in enumerate(lines) if line[:1] in {b" ", b"+", b"-"}]
    return dice.choice(found) if found else _at(dice, lines)


def _replaced(lines: list[bytes], at: int, *by: bytes) -> list[bytes]:
    return [*lines[:at], *by, *lines[at + 1 :]]


def _starting(dice: random.Random, lines: list[bytes], *starts: bytes) -> int:
    """A line that starts so, or any."""
    found = [index for index, line in enumerate(lines) if line.startswith(starts)]
    return dice.choice(found) if found else _at(dice, lines)


def _blank(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    at = _at(dice, lines)
    return [*lines[:at], *[dice.choice([b"\n", b" \n", b"\r\n"])] * dice.choice([1, 1, 2]), *lines[at:]]


def _blank_between_hunks(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    at = _starting(dice, lines, b"@@ ", b"diff --git ")
    return [*lines[:at], b"\n", *lines[at:]]


def _no_blanks(_dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    return [line for line in lines if line.strip()]


def _stripped(_dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    return [line.rstrip() + b"\n" for line in lines]


def _stripped_context(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    if dice.random() < 0.3:
        return [line.removeprefix(b" ") for line in lines]
    at = _in_hunk(dice, lines)
    return _replaced(lines, at, lines[at][1:])


def _other_mark(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    at = _in_hunk(dice, lines)
    return _replaced(lines, at, dice.choice([b" ", b"+", b"-", b"\\ ", b"> ", b"=", b""]) + lines[at][1:])


def _no_line(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    return _replaced(lines, _at(dice, lines))


def _twice(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    at = _at(dice, lines)
    return _replaced(lines, at, lines[at], lines[at])


def _swapped(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    at = _at(dice, lines)
    return [*lines[:at], *lines[at : at + 2][::-1], *lines[at + 2 :]]


def _sections(lines: list[bytes]) -> list[list[bytes]]:
    sections: list[list[bytes]] = [[]]
    for line in lines:
        if line.startswith(b"diff --"):
            sections.append([])
        sections[-1].append(line)
    return sections


def _other_order(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    first, *rest = _sections(lines)
    dice.shuffle(rest)
    return [*first, *(line for section in rest for line in section)]


def _section_twice(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    sections = _sections(lines)
    at = dice.randrange(len(sections))
    return [line for section in [*sections[: at + 1], *sections[at:]] for line in section]


def _cut(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    at = _at(dice, lines)
    return [*lines[:at], lines[at][: dice.randrange(len(lines[at]) + 1)]]


def _cut_before(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    return lines[_at(dice, lines) :]


def _cut_within(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    at, size = _at(dice, lines), dice.randrange(1, 12)
    return [*lines[:at], *lines[at + size :]]


def _other_counts(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    at = _starting(dice, lines, b"@@ ")
    digits = [index for index, byte in enumerate(lines[at][:20]) if 48 <= byte <= 57]
    if not digits:
        return lines
    place = dice.choice(digits)
    return _replaced(lines, at, lines[at][:place] + b"%d" % dice.randrange(10) + lines[at][place + 1 :])


def _no_hunk_header(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    return _replaced(lines, _starting(dice, lines, b"@@ "))


def _no_header(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    return _replaced(lines, _starting(dice, lines, b"diff --git ", b"index ", b"--- ", b"+++ ", b"new file", b"rename"))


def _no_header_at_all(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    at = _starting(dice, lines, b"diff --git ")
    end = next((index for index in range(at, len(lines)) if lines[index].startswith(b"@@ ")), at)
    return [*lines[:at], *lines[end + dice.randrange(2) :]]


def _joined(dice: random.Random, lines: list[bytes], other: bytes) -> list[bytes]:
    both = [lines, other.splitlines(keepends=True)]
    dice.shuffle(both)
    return [*both[0], *dice.choice([[], [b"\n"], [b"-- \n", b"2.39.5\n", b"\n"]]), *both[1]]


def _marked(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    at = dice.choice([0, 0, _at(dice, lines), _starting(dice, lines, b"diff --git ")])
    return _replaced(lines, at, b"\xef\xbb\xbf" + lines[at])


def _wide(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    code = dice.choice(["utf-16", "utf-16-le", "utf-16-be"])
    at = dice.choice([0, _at(dice, lines)])
    text = b"".join(lines[at:]).decode("utf-8", "replace").encode(code)
    return [*lines[:at], text]


def _other_code(_dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    return [line.decode("utf-8", "replace").encode("latin-1", "replace") for line in lines]


def _returns(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    if dice.random() < 0.5:
        return [line.removesuffix(b"\n") + b"\r\n" for line in lines]
    at = _at(dice, lines)
    return _replaced(lines, at, lines[at].removesuffix(b"\n") + dice.choice([b"\r\n", b"\r"]))


def _wrapped(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    at = _in_hunk(dice, lines)
    place = dice.randrange(len(lines[at]))
    return _replaced(lines, at, lines[at][:place] + b"\n", lines[at][place:])


def _unwrapped(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    at = _at(dice, lines)
    return _replaced(lines, at, lines[at].removesuffix(b"\n"))


def _indented(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    by = dice.choice([b"> ", b" ", b"    ", b"| ", b"\t"])
    start = dice.choice([0, _at(dice, lines)])
    stop = dice.choice([len(lines), min(start + dice.randrange(1, 30), len(lines))])
    return [by + line if start <= index < stop else line for index, line in enumerate(lines)]


def _printable(_dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    return [line.replace(b"=", b"=3D").replace(b" \n", b"=20\n") for line in lines]


def _said(dice: random.Random, lines: list[bytes], _other: bytes) -> list[bytes]:
    said = [
        b"words\n",
        b"-- \n",
        b"---\n",
        b"+ words\n",
        b"- words\n",
        b"commit 1234\n",
        b"\\ No newline at end of file\n",
    ]
    at = _at(dice, lines)
    return [
        *lines[:at],
        dice.choice([*said, b"From " + b"1a" * 20 + b" Mon\n", b"commit " + b"1a" * 20 + b"\n"]),
        *lines[at:],
    ]


MUTATIONS: Mapping[str, Mutation] = {
    function.__name__.removeprefix("_"): function
    for function in (
        *(
            _blank,
            _blank_between_hunks,
            _no_blanks,
            _stripped,
            _stripped_context,
            _other_mark,
            _no_line,
            _twice,
            _swapped,
        ),
        *(_other_order, _section_twice, _cut, _cut_before, _cut_within, _other_counts, _no_hunk_header, _no_header),
        *(
            _no_header_at_all,
            _joined,
            _marked,
            _wide,
            _other_code,
            _returns,
            _wrapped,
            _unwrapped,
            _indented,
            _printable,
            _said,
        ),
    )
}
