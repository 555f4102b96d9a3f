"""Bare git repositories: commits written by one `git fast-import`, everything read by real git under a clean environment."""

import os
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.sandbox.github.diffs import FileChange, parse_changes, parse_hunks

ZERO = "0" * 40
_DIFF = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--full-index", "--find-renames", "-l3000")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file with a mode of its own: 100755 (executable), 120000 (symlink) or 160000 (submodule; `data` is the SHA)."""

    data: bytes
    mode: str = "100644"


Content = str | bytes | Entry | None


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit as git tells it. Times are ISO 8601 in UTC."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: str
    email: str
    date: str
    message: str


@dataclass(frozen=True, slots=True)
class TreeItem:
    """One row of a tree. `size` is in bytes, None for what is no blob."""

    mode: str
    kind: str
    sha: str
    size: int | None
    path: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `git diff base...head` says: the text as served, and its files in the same order."""

    merge_base: str
    text: bytes
    files: tuple[FileChange, ...]


def _environment(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _quoted(path: str) -> bytes:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return b'"' + escaped.encode("utf-8", "surrogateescape") + b'"'


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)


def _file_command(path: str, content: Content) -> bytes:
    if content is None:
        return b"D " + _quoted(path) + b"\n"
    if isinstance(content, str):
        content = content.encode()
    entry = content if isinstance(content, Entry) else Entry(content)
    if entry.mode == "160000":
        return b"M 160000 %b %b\n" % (entry.data, _quoted(path))
    return b"M %b inline %b\n" % (entry.mode.encode(), _quoted(path)) + _data(entry.data)


class GitStore:
    """One bare repository on disk. Safe to use from many threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._environment = _environment(path.parent)
        self._lock = threading.RLock()
        self._comparisons: dict[tuple[str, str], Comparison] = {}
        self._blobs: dict[str, bytes] = {}
        self._entries: dict[str, dict[str, TreeItem]] = {}
        self._refs: dict[str, str] = {}  # spares a process a look-up: nobody else writes to this repository
        path.mkdir(parents=True, exist_ok=True)
        self._run("init", "--quiet", "--bare", "--template=", "--initial-branch=main")

    def _run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        done = self._try(*arguments, stdin=stdin)
        if done.returncode != 0:
            raise LookupError(f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout

    def _try(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        # one pack a commit instead of a folder an object: less to write, and less to remove at the end
        command = ["git", "-c", "core.quotePath=true", "-c", "fastimport.unpackLimit=1", *arguments]
        return subprocess.run(
            command, cwd=self.path, env=self._environment, input=stdin, capture_output=True, check=False
        )

    def commit(
        self,
        ref: str,
        parent: str | None,
        files: Mapping[str, Content],
        *,
        renames: Mapping[str, str] | None = None,
        message: str,
        author: str,
        when: datetime,
    ) -> str:
        """Write one commit onto `parent` and point `ref` at it; its SHA. Renames come first, then `files`."""
        person = f"{author} <{author}@example.com> {int(when.timestamp())} +0000".encode()
        stream = [b"commit %b\nmark :1\nauthor %b\ncommitter %b\n" % (ref.encode(), person, person)]
        stream.append(_data(message.encode()))
        if parent is not None:
            stream.append(b"from %b\n" % parent.encode())
        stream += [b"R %b %b\n" % (_quoted(old), _quoted(new)) for old, new in (renames or {}).items()]
        stream += [_file_command(path, content) for path, content in files.items()]
        stream.append(b"\nget-mark :1\ndone\n")
        return self._imported(ref, stream)

    def _imported(self, ref: str, stream: list[bytes]) -> str:
        with self._lock:
            done = self._run("fast-import", "--quiet", "--force", "--done", stdin=b"".join(stream))
            self._refs[ref] = sha = done.decode().strip()
        return sha

    def merge(self, ref: str, base: str, head: str, *, message: str, when: datetime) -> str:
        """Merge `head` into `base` as a commit of both and point `ref` at it; its SHA. Raises LookupError for a conflict."""
        tree = self._run("merge-tree", "--write-tree", base, head).split()[0]
        person = b"GitHub <noreply@github.com> %d +0000" % int(when.timestamp())
        stream = [b"commit %b\nmark :1\nauthor %b\ncommitter %b\n" % (ref.encode(), person, person)]
        stream += [_data(message.encode()), b"from %b\nmerge %b\n" % (base.encode(), head.encode())]
        stream.append(b'M 040000 %b ""\n\nget-mark :1\ndone\n' % tree)
        return self._imported(ref, stream)

    def delete_ref(self, ref: str) -> None:
        """Remove a ref; its commits stay."""
        (self.path / ref).unlink(missing_ok=True)
        self._refs.pop(ref, None)

    def set_ref(self, ref: str, sha: str) -> None:
        """Point a ref at a commit; a loose ref is a file, so this needs no process."""
        file = self.path / ref
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{sha}\n", encoding="ascii")
        self._refs[ref] = sha

    def resolve(self, expression: str) -> str | None:
        """The full SHA that a revision names, None where there is none."""
        if expression.startswith("-") or not expression:
            return None
        done = self._try("rev-parse", "--verify", "--quiet", "--end-of-options", expression)
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def resolve_commit(self, expression: str) -> str | None:
        """The full SHA of the commit that a branch, a tag or a SHA names, None where there is none."""
        known = self._refs.get(expression) or self._refs.get(f"refs/heads/{expression}")
        if known is not None:
            return known
        if expression in list(self._refs.values()):
            return expression
        return self.resolve(f"{expression}^{{commit}}")

    def kind(self, sha: str) -> str | None:
        """blob, tree, commit or tag; None where the object is unknown."""
        if sha in list(self._refs.values()):
            return "commit"
        done = self._try("cat-file", "-t", sha)
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def blob(self, sha: str) -> bytes:
        """A blob's bytes. Raises LookupError where there is no such blob."""
        if sha not in self._blobs:
            self._blobs[sha] = self._run("cat-file", "blob", sha)
        return self._blobs[sha]

    def tree(self, treeish: str, path: str = "", *, recursive: bool = False) -> list[TreeItem]:
        """The rows of a tree, or the one row of `path` in it."""
        options = ["-r", "-t"] if recursive else []
        out = self._run("ls-tree", "-z", "-l", *options, treeish, *(["--", path] if path else []))
        rows: list[TreeItem] = []
        for raw in out.split(b"\0")[:-1]:
            head, _, name = raw.partition(b"\t")
            mode, kind, sha, size = head.decode().split()
            length = None if size == "-" else int(size)
            rows.append(TreeItem(mode, kind, sha, length, name.decode("utf-8", "replace")))
        return rows

    def entry(self, sha: str, path: str) -> TreeItem | None:
        """What a commit has at a path, None for nothing; the whole tree is read once and remembered by the SHA."""
        if sha not in self._entries:
            self._entries[sha] = {row.path: row for row in self.tree(sha, recursive=True)}
        return self._entries[sha].get(path)

    def commits(self, *revisions: str, limit: int = 250) -> list[Commit]:
        """Commits of a range, oldest first."""
        shape = "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%B%x01"
        out = self._run("log", f"--max-count={limit}", "--reverse", shape, *revisions, "--").decode("utf-8", "replace")
        found: list[Commit] = []
        for row in out.split("\x01\n")[:-1]:
            sha, tree, parents, name, email, date, message = row.split("\0")
            utc = date.replace("+00:00", "Z")
            found.append(Commit(sha, tree, tuple(parents.split()), name, email, utc, message.rstrip("\n")))
        return found

    def count(self, revisions: str) -> int:
        """How many commits a range holds."""
        return int(self._run("rev-list", "--count", revisions, "--"))

    def merge_base(self, base: str, head: str) -> str:
        """The best common ancestor, or `base` itself for unrelated histories."""
        done = self._try("merge-base", base, head)
        return done.stdout.decode().strip() if done.returncode == 0 else base

    def compare(self, base: str, head: str) -> Comparison:
        """`git diff base...head`, remembered by the two SHAs."""
        with self._lock:
            known = self._comparisons.get((base, head))
            if known is None:
                known = self._compare(self.merge_base(base, head), head)
                self._comparisons[base, head] = known
            return known

    def _compare(self, merge_base: str, head: str) -> Comparison:
        attributes = self.path / "attributes-of-head"  # GitHub shows no text of what they call binary
        attributes.write_bytes(self._try("cat-file", "blob", f"{head}:.gitattributes").stdout)
        shown = ("-c", f"core.attributesFile={attributes}", *_DIFF)
        raw = self._run(*shown, "--raw", "--no-abbrev", "-z", merge_base, head)
        text = self._run(*shown, merge_base, head)
        return Comparison(merge_base, text, parse_changes(raw, text))

    def moved_lines(self, old: str, new: str, path: str) -> list[tuple[int, int, int, int]]:
        """(old start, old count, new start, new count) of each change of one file between two commits."""
        out = self._run(*_DIFF, "--unified=0", old, new, "--", path)
        return [hunk.range for hunk in parse_hunks(out)]
