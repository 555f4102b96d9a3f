"""Real git in a clean environment: whatever the repository's configuration says, no program is run and nothing fetched.

So no hooks, pagers, watchers of files, filters, programs for showing a diff or checking a signature; and what a partial
clone has left out stays so, since its remote may be a command (`ext::…`). Source: git's own list of its configuration
(`git help -c`), all of which that names programs is in the test.
"""

import subprocess
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

from kireji.adapters.git import objects, refusals
from kireji.core.code.identifiers import Hit
from kireji.errors import UserError

_SAFE = (
    "--no-pager",
    "--no-replace-objects",
    *("-c", "core.quotePath=true"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.alternateRefsCommand="),
    *("-c", "core.attributesFile=/dev/null"),  # a pipe that nobody writes to would be waited for
    *("-c", "core.excludesFile=/dev/null"),
    *("-c", "mailmap.file=/dev/null"),
    *("-c", "log.showSignature=false"),
    *("-c", "protocol.allow=never"),
    *("-c", "submodule.recurse=false"),
    # One that lies among the files of a repository is what its author made of it.
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "diff.ignoreSubmodules=none"),
    *("-c", "diff.suppressBlankEmpty=false"),
)
_ENVIRON = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# As GitHub makes its diffs, whatever the person's own configuration says of them.
_DIFF = (
    *("--no-ext-diff", "--no-textconv", "--no-color", "--no-relative", "--submodule=short", "--full-index"),
    *("--src-prefix=a/", "--dst-prefix=b/", "--unified=3", "--inter-hunk-context=0", "--find-renames", "-O/dev/null"),
)
MAX_HITS = 20_000


class Git:
    """One repository, read only. `environ` is git's part of the environment. Blocks; raises UserError where git refuses."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._environ = {**environ, **_ENVIRON}
        self._folder = folder
        done = self._run("rev-parse", "--show-toplevel")
        top = _text(done.stdout).strip()
        if done.returncode != 0 or not top:
            named = [name for name in ("GIT_DIR", "GIT_WORK_TREE") if environ.get(name)]
            bare = self.ask("rev-parse", "--is-bare-repository") == "true"
            raise self._old() or refusals.no_working_tree(_text(done.stderr), named, bare=bare)
        self._folder = Path(top)

    @property
    def name(self) -> str:
        """What the folder of its working tree is called."""
        return self._folder.name

    def ask(self, *arguments: str) -> str:
        """What git prints, without the line end; "" where it refuses."""
        done = self._run(*arguments)
        return _text(done.stdout).strip() if done.returncode == 0 else ""

    def commit(self, name: str) -> str:
        """The SHA of the commit that a name means."""
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if done.returncode == 0:
            return _text(done.stdout).strip()
        if old := self._old():
            raise old
        said = _text(done.stderr)
        raise refusals.explain("rev-parse", said) if said.strip() else refusals.no_commit(name, self.ask)

    def merge_base(self, base: str, head: str, names: tuple[str, str]) -> str:
        """The SHA of the commit that two others come from. `names` are what people call them."""
        done = self._run("merge-base", base, head)
        found = _text(done.stdout).strip()
        if found:
            return found
        if done.returncode != 1:
            raise refusals.explain("merge-base", _text(done.stderr))
        shallow = self.ask("rev-parse", "--is-shallow-repository") == "true"
        raise refusals.no_common_commit(*names, shallow=shallow)

    def diff(self, *arguments: str, paths: Sequence[str] = ()) -> str:
        """The unified diff, decoded as UTF-8 with "surrogateescape"; of these paths, or of all if there are none."""
        return _text(self._must("diff", *_DIFF, *arguments, "--", *(f":(top,literal){path}" for path in paths)))

    def binary(self, place: str, paths: Sequence[str]) -> set[str]:
        """Which of the files are binary by their bytes; the place as in `texts`."""
        asked, stdin = objects.questions(place, paths)
        return objects.binary(asked, self._must("cat-file", "--batch", stdin=stdin))

    def empty_tree(self) -> str:
        """The id of a tree without files, which a first commit is compared with."""
        return _text(self._must("hash-object", "-t", "tree", "--stdin")).strip()

    def texts(self, place: str, paths: Sequence[str]) -> dict[str, str]:
        """Path -> text of the files at a commit, or in the index ("" as the place); as `Forge.read_files`."""
        asked, stdin = objects.questions(place, paths)
        return objects.texts(asked, self._must("cat-file", "--batch", stdin=stdin))

    def search(self, place: str, names: Sequence[str]) -> list[Hit]:
        """The lines at a commit, or in the index ("" as the place), that have one of the names as a word."""
        where = place or "--cached"
        done = self._run(*objects.grep(where, names))
        return list(islice(objects.hits(where, done.stdout), MAX_HITS))

    def _must(self, *arguments: str, stdin: bytes = b"") -> bytes:
        done = self._run(*arguments, stdin=stdin)
        if done.returncode != 0:
            raise self._old() or refusals.explain(arguments[0], _text(done.stderr))
        return done.stdout

    def _run(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = ["git", *_SAFE, *arguments]

        try:
            return subprocess.run(  # noqa: S603 - our own words; names stand behind --end-of-options or come by stdin
                command, cwd=self._folder, env=self._environ, input=stdin, capture_output=True, check=False
            )
        except FileNotFoundError:
            gone = not self._folder.exists()
            raise UserError(*(refusals.NO_FOLDER if gone else refusals.NO_GIT)) from None
        except OSError as error:
            raise refusals.cannot_start(error) from None

    def _old(self) -> UserError | None:
        """Whether git's age is why it refuses; asked where it has refused."""
        return refusals.too_old(_text(self._run("version").stdout))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
