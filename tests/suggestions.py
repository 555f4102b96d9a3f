"""A seeded corpus of suggestions for files in many languages: sound ones, and ones broken in a known way.

Each file below is sound code. A sound suggestion comes from a table of edits; a broken one is a sound one spoiled.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import unified_diff

from kireji.core.diff.unified import FileDiff, parse_diff
from kireji.core.findings.finding import Finding
from tests.make import finding

FILES = {
    "shop/cart.py": """\
import json


class Cart:
    def total(self, rate):
        net = 0
        for item in self.items:
            net += item.price * rate
        return net

    def save(self, path):
        handle = open(path, "w")
        handle.write(json.dumps(self.items))
        return path


def names(carts):
    return [cart.name for cart in carts if cart]
""",
    "web/orders.ts": """\
import { db } from "./db";

export async function order(id: string): Promise<string> {
  const found = await db.get(id);
  if (found === null) {
    throw new Error(`no order ${id}`);
  }
  const lines = found.lines.map((line) => line.text);
  return lines.join("\\n");
}
""",
    "store/cache.go": """\
package store

import "errors"

func (c *Cache) Get(key string) ([]byte, error) {
\tc.mu.Lock()
\tvalue, ok := c.values[key]
\tif !ok {
\t\treturn nil, errors.New("missing")
\t}
\tc.mu.Unlock()
\treturn value, nil
}
""",
    "src/Pool.java": """\
package shop;

public class Pool {
    private final int size;

    Pool(int size) {
        this.size = size;
    }

    String take(String name) {
        if (name == "none") {
            return null;
        }
        return name.trim();
    }
}
""",
    "src/read.rs": """\
use std::fs;

pub fn read(path: &str) -> String {
    let text = fs::read_to_string(path).unwrap();
    let mut count = 0;
    for line in text.lines() {
        count += line.len();
    }
    format!("{} {}", path, count)
}
""",
    "src/buffer.c": """\
#include <string.h>

int copy(char *to, const char *from, int size)
{
    int length = strlen(from);
    if (length > size) {
        return -1;
    }
    memcpy(to, from, length);
    return length;
}
""",
    "lib/user.rb": """\
class User
  def initialize(name)
    @name = name
  end

  def label(prefix)
    text = prefix + @name
    if text.empty?
      return nil
    end
    text.strip
  end
end
""",
    "web/app.js": """\
const items = [3, 1, 2];

function sorted(list) {
  const copy = list.slice();
  copy.sort();
  return copy.map((n) => {
    return n * 2;
  });
}

module.exports = { sorted, items };
""",
    "deploy/run.yml": """\
name: run
services:
  web:
    image: shop:latest
    ports:
      - "80:80"
    environment:
      MODE: production
      DEBUG: "1"
  worker:
    image: shop:latest
""",
    "package.json": """\
{
  "name": "shop",
  "version": "1.0.0",
  "scripts": {
    "build": "tsc",
    "test": "jest"
  },
  "private": true
}
""",
    "Cargo.toml": """\
[package]
name = "shop"
version = "0.1.0"

[dependencies]
serde = { version = "1", features = ["derive"] }
tokio = "1"
""",
    "bin/deploy.sh": """\
#!/bin/bash
set -e
target=$1
if [ -z "$target" ]; then
  echo "no target"
  exit 1
fi
for host in $(cat hosts); do
  scp build.tar $host:$target
done
""",
}

# (path, first line, last line, replacement): each is right as it stands.
EDITS: list[tuple[str, int, int, str]] = [
    ("shop/cart.py", 6, 6, "        net = Decimal(0)"),
    ("shop/cart.py", 7, 9, "        for item in self.items:\n            net += item.price\n        return net * rate"),
    ("shop/cart.py", 12, 13, '        with open(path, "w") as handle:\n            json.dump(self.items, handle)'),
    ("shop/cart.py", 12, 12, ""),
    ("shop/cart.py", 18, 18, "    return [cart.name for cart in carts]"),
    ("shop/cart.py", 14, 14, '        text = """\n```\nsome\n```\n"""\n        return text'),
    ("web/orders.ts", 5, 5, "  if (found == null) {"),
    ("web/orders.ts", 5, 7, "  if (found == null) {\n    return `no order ${id}`;\n  }"),
    ("web/orders.ts", 5, 7, ""),
    ("web/orders.ts", 8, 9, "  return found.lines.map((line) => line.text).join(`\\n`);"),
    ("store/cache.go", 9, 9, '\t\tc.mu.Unlock()\n\t\treturn nil, errors.New("missing")'),
    ("store/cache.go", 6, 6, "\tc.mu.Lock()\n\tdefer c.mu.Unlock()"),
    ("store/cache.go", 11, 11, ""),
    ("store/cache.go", 7, 10, "\tvalue, ok := c.values[key]\n\tif !ok {\n\t\tvalue = c.load(key)\n\t}"),
    ("src/Pool.java", 11, 11, '        if ("none".equals(name)) {'),
    ("src/Pool.java", 14, 14, "        return name == null ? null : name.trim();"),
    ("src/Pool.java", 7, 7, "        this.size = Math.max(1, size);"),
    ("src/Pool.java", 11, 13, ""),
    ("src/read.rs", 4, 4, '    let text = fs::read_to_string(path).expect("readable");'),
    ("src/read.rs", 5, 8, "    let count: usize = text.lines().map(str::len).sum();"),
    ("src/read.rs", 9, 9, '    format!("{path} {count}")'),
    ("src/buffer.c", 5, 5, "    size_t length = strlen(from);"),
    ("src/buffer.c", 6, 8, "    if (length >= size) {\n        return -1;\n    }"),
    ("src/buffer.c", 9, 9, "    memcpy(to, from, length + 1);"),
    ("lib/user.rb", 7, 7, '    text = "#{prefix}#{@name}"'),
    ("lib/user.rb", 8, 10, "    return nil if text.empty?"),
    ("lib/user.rb", 3, 3, "    @name = name.to_s"),
    ("web/app.js", 5, 5, "  copy.sort((a, b) => a - b);"),
    ("web/app.js", 6, 8, "  return copy.map((n) => n * 2);"),
    ("web/app.js", 11, 11, "module.exports = { sorted };"),
    ("deploy/run.yml", 4, 4, "    image: shop:1.2"),
    ("deploy/run.yml", 8, 9, "      MODE: production"),
    ("deploy/run.yml", 9, 9, ""),
    ("deploy/run.yml", 6, 6, '      - "127.0.0.1:80:80"'),
    ("package.json", 5, 5, '    "build": "tsc --noEmit",'),
    ("package.json", 6, 6, '    "test": "jest --ci"'),
    ("package.json", 4, 7, '  "scripts": {},'),
    ("Cargo.toml", 6, 6, 'serde = { version = "1.0", features = ["derive", "rc"] }'),
    ("Cargo.toml", 7, 7, 'tokio = { version = "1", features = ["full"] }'),
    ("Cargo.toml", 3, 3, 'version = "0.2.0"'),
    ("bin/deploy.sh", 4, 4, 'if [ -z "${target:-}" ]; then'),
    ("bin/deploy.sh", 9, 9, '  scp build.tar "$host:$target"'),
    ("bin/deploy.sh", 8, 10, 'while read -r host; do\n  scp build.tar "$host:$target"\ndone < hosts'),
]


@dataclass(frozen=True)
class Case:
    """A suggestion and the file it is for. `kind` says what is wrong with it, "" if nothing is."""

    kind: str
    finding: Finding
    file: FileDiff
    text: str
    expected: str


def corpus(count: int, seed: int) -> list[Case]:
    """So many cases, half of them broken."""
    rng = random.Random(seed)
    sound = [_sound(rng, edit) for edit in rng.choices(EDITS, k=count // 2)]
    broken = _broken(rng)
    return [*sound, *(next(broken) for _ in range(count - len(sound)))]


def file_of(path: str, text: str, *, changed: range) -> FileDiff:
    """A change after which the file is this text: lines in `changed` are new, and all of it is shown."""
    new = text.splitlines(keepends=True)
    old = [line for number, line in enumerate(new, 1) if number not in changed]
    diff = "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in unified_diff(old, new, f"a/{path}", f"b/{path}", n=len(new))
    )
    return parse_diff(f"diff --git a/{path} b/{path}\n{diff}").files[0]


def _sound(rng: random.Random, edit: tuple[str, int, int, str]) -> Case:
    """An edit of a file with either line ending, with or without an end of its last line, sometimes badly indented."""
    path, start, end, replacement = edit
    text = FILES[path]
    if rng.random() < 0.2:
        text = text.replace("\n", "\r\n")
    if rng.random() < 0.2:
        text = text.removesuffix("\n").removesuffix("\r")
    case = _case("", path, text, start, end, replacement)
    lead = len(replacement) - len(replacement.lstrip())
    if rng.random() < 0.25 and lead and '"""' not in replacement:
        shallow = "\n".join(line[lead:] if line[:lead].isspace() else line for line in replacement.split("\n"))
        return replace(case, finding=replace(case.finding, replacement=shallow))
    return case


def _case(  # noqa: PLR0917 - a row of a table
    kind: str, path: str, text: str, start: int, end: int, replacement: str, right: str = ""
) -> Case:
    """`right` is the sound edit that the replacement was made of, where it could be mended to that."""
    lines = text.split("\n")
    quote = next(line for line in lines[start - 1 : end] if line.strip()).removesuffix("\r")
    found = finding(path=path, start_line=start, end_line=end, quote=quote, replacement=replacement)
    crlf = "\r\n" in text
    text_after = right or replacement
    new = [line + "\r" * crlf for line in text_after.split("\n")] if text_after else []
    if new and end == len(lines):
        new[-1] = new[-1].removesuffix("\r")
    expected = "\n".join([*lines[: start - 1], *new, *lines[end:]])
    return Case(kind, found, file_of(path, text, changed=range(start, end + 1)), text, expected)


def _broken(rng: random.Random) -> Iterator[Case]:
    """Sound ones, spoiled in each way in turn."""
    ways = [_syntax, _quote, _indentation, _tabs, _range, _stale, _repeated, _endings, _nothing, _marks]
    while True:
        for way in ways:
            case = None
            while case is None:
                path, start, end, replacement = rng.choice(EDITS)
                case = way(rng, path, start, end, replacement) if replacement else None
            yield case


def _syntax(rng: random.Random, path: str, start: int, end: int, replacement: str) -> Case | None:
    """A bracket or keyword too few."""
    at = [index for index, char in enumerate(replacement) if char in "()[]{}" and not {'"', "`"} & set(replacement)]
    if not at:
        return None
    index = rng.choice(at)
    return _case("syntax", path, FILES[path], start, end, replacement[:index] + replacement[index + 1 :])


def _quote(_: random.Random, path: str, start: int, end: int, replacement: str) -> Case | None:
    """A string that does not end."""
    if replacement.count('"') != 2 or path.endswith((".yml", ".sh")):
        return None
    index = replacement.rindex('"')
    return _case("quote", path, FILES[path], start, end, replacement[:index] + replacement[index + 1 :])


def _indentation(rng: random.Random, path: str, start: int, end: int, replacement: str) -> Case | None:
    """One line of several stands elsewhere than it should."""
    lines = replacement.split("\n")
    inner = [n for n, line in enumerate(lines) if n and line.startswith(("  ", "\t"))]
    if not inner or '"""' in replacement:
        return None
    n = rng.choice(inner)
    lines[n] = lines[n].lstrip()
    if lines[n].startswith(("}", "end", "else")):
        return None
    return _case("indentation", path, FILES[path], start, end, "\n".join(lines), replacement)


def _tabs(_: random.Random, path: str, start: int, end: int, replacement: str) -> Case | None:
    """Tabs for spaces, or spaces for tabs."""
    if ("  " not in replacement and "\t" not in replacement) or '"""' in replacement:
        return None
    other = replacement.replace("\t", "    ") if "\t" in replacement else replacement.replace("  ", "\t")
    return _case("tabs", path, FILES[path], start, end, other, replacement)


def _range(rng: random.Random, path: str, start: int, end: int, replacement: str) -> Case | None:
    """Lines that the diff does not have."""
    case = _case("range", path, FILES[path], start, end, replacement)
    return replace(case, finding=replace(case.finding, end_line=end + rng.randint(20, 400)))


def _stale(rng: random.Random, path: str, start: int, end: int, replacement: str) -> Case | None:
    """The file has moved on."""
    case = _case("stale", path, FILES[path], start, end, replacement)
    lines = case.text.split("\n")
    lines.insert(rng.randint(0, start - 1), "")
    return replace(case, text="\n".join(lines))


def _repeated(_: random.Random, path: str, start: int, end: int, replacement: str) -> Case | None:
    """The line after comes again."""
    lines = FILES[path].split("\n")
    if len(lines[end].strip()) < 8:
        return None
    return _case("repeated", path, FILES[path], start, end, f"{replacement}\n{lines[end]}")


def _endings(rng: random.Random, path: str, start: int, end: int, replacement: str) -> Case | None:
    """A file that has both line endings."""
    lines = FILES[path].split("\n")
    for n in rng.sample(range(len(lines) - 1), 2):
        lines[n] += "\r"
    return _case("endings", path, "\n".join(lines), start, end, replacement)


def _nothing(_: random.Random, path: str, start: int, end: int, _replacement: str) -> Case | None:
    """What stands there already."""
    lines = FILES[path].split("\n")[start - 1 : end]
    return _case("nothing", path, FILES[path], start, end, "\n".join(lines) + "  ")


def _marks(rng: random.Random, path: str, start: int, end: int, replacement: str) -> Case | None:
    """The labels or the signs of the diff are in it, or the fence of an answer."""
    lines = replacement.split("\n")
    spoiled = {
        "labels": [f"R{start + n} + | {line}" for n, line in enumerate(lines)],
        "signs": [f"+{line}" for line in lines],
        "fence": ["```", *lines, "```"],
        "hidden": [lines[0] + "<U+200B>", *lines[1:]],
    }
    return _case("marks", path, FILES[path], start, end, "\n".join(spoiled[rng.choice(list(spoiled))]))
