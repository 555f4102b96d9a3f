"""`kireji review -`: patches as commands and mails have them. What one holds is read, named, or refused; nothing else is green."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kireji.entry.cli import main
from tests.sandbox.claude import ClaudeSandbox

pytestmark = pytest.mark.usefixtures("logging_as_before")

MAIL = "From {0} Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nSubject: [PATCH] x\n\n---\n f.py | 2 +-\n\n"
LOG = "commit {0}\nAuthor: A <a@example.org>\n\n    x\n\n"
FIRST = """\
diff --git a/f.py b/f.py
index c97cb82..b126556 100644
--- a/f.py
+++ b/f.py
@@ -2,4 +2,4 @@ import yaml
 
 
 def load(stream):
-    return None
+    return yaml.load(stream)
"""
THEN = """\
diff --git a/f.py b/f.py
index b126556..fefa45d 100644
--- a/f.py
+++ b/f.py
@@ -1,5 +1,7 @@
 import yaml
 
+LIMIT = 5
+
 
 def load(stream):
     return yaml.load(stream)
"""
MENDED = """\
diff --git a/f.py b/f.py
index b126556..fefa45d 100644
--- a/f.py
+++ b/f.py
@@ -4,2 +4,2 @@ import yaml
 def load(stream):
-    return yaml.load(stream)
+    return yaml.safe_load(stream)
"""
OTHER = "diff --git a/other.py b/other.py\nindex 7d4290a..407de30 100644\n--- a/other.py\n+++ b/other.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n"
MERGE = "diff --cc f.py\nindex 797be14,3251390..448b4b1\n--- a/f.py\n+++ b/f.py\n@@@ -1,1 -1,1 +1,1 @@@\n- a\n -b\n++yaml.load(x)\n"
MARKED = "diff --git a/load.py b/load.py\nindex 2b3f9d8..b126556 100644\nBinary files a/load.py and b/load.py differ\n"
LONG = "diff --git a/a.py b/a.py\nindex 1111111..2222222 100644\n--- a/a.py\n+++ b/a.py\n@@ -1 +1,2 @@\n import yaml\n+n = '{}'; cfg = yaml.load(s)\n"


@pytest.fixture(autouse=True)
def claude(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ClaudeSandbox]:
    """An empty folder, a key for Claude and nothing else."""
    with ClaudeSandbox() as sandbox:
        monkeypatch.setenv("ANTHROPIC_API_KEY", sandbox.api_key)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", sandbox.url)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        for name in ("GITHUB_TOKEN", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.chdir(tmp_path)
        yield sandbox


def run(patch: str, *options: str, form: str = "json") -> Result:
    """Have a patch reviewed."""
    return CliRunner().invoke(main, ["review", "-", "--format", form, *options], input=patch)


@pytest.mark.parametrize("words", [MAIL, LOG, ""])
def test_a_series_that_touches_a_file_twice(words: str) -> None:
    """What is found in the one change that it comes to is told once, at the line where it stands in the end."""
    patch = words.format("1a" * 20) + FIRST + "\n" + words.format("2b" * 20) + THEN
    done = json.loads(run(patch).stdout)
    assert [(one["start_line"], one["reason"]) for one in done["findings"]] == [(7, "")]


def test_a_series_that_mends_itself() -> None:
    """What a later patch has put right is not told."""
    done = json.loads(run(MAIL.format("1a" * 20) + FIRST + "\n" + MAIL.format("2b" * 20) + MENDED).stdout)
    assert (done["findings"], done["conclusion"]) == ([], "success")


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        (MERGE + "\n" + LOG.format("1a" * 20) + OTHER, "against all its parents"),
        (MARKED + OTHER, "marked as binary"),
        (LONG.format("a" * 9000) + OTHER, "longer than 8,000 characters"),
        (OTHER + "diff --git a/f.py b/f.py\nindex 7d4290a..407de30 100644\n", "does not show it"),
    ],
    ids=["a merge", "marked as binary", "a long line", "broken off"],
)
def test_what_is_not_read_is_named(patch: str, words: str) -> None:
    """The review is partial, and not green."""
    done = run(patch)
    told = json.loads(done.stdout)
    assert (done.exit_code, told["conclusion"]) == (3, "neutral")
    assert words in told["coverage"]["unread"][0]["reason"]


@pytest.mark.parametrize("patch", [MERGE, MERGE + "\n" + MERGE.replace("f.py", "g.py")])
def test_only_what_cannot_be_read(patch: str) -> None:
    """Then nothing was reviewed, and that a merge's change is not shown is told instead of figures."""
    done = run(patch)
    assert (done.exit_code, json.loads(done.stdout)["conclusion"]) == (3, "neutral")
    told = run(patch, form="terminal").stdout
    assert "\nNothing was read, since what changed was not shown.\nf.py: 1 hunk not read: a merge is shown" in told
    assert "0 of 0" not in told


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        ("", "no patch came in on standard input, so there is nothing to review"),
        ("\n \n", "no patch came in on standard input"),
        (
            LOG.format("1a" * 20),
            "the commits that came in show no change, so there is nothing to review; git log shows it with -p",
        ),
    ],
)
@pytest.mark.parametrize("form", ["json", "terminal"])
def test_a_patch_without_any_change(patch: str, words: str, form: str) -> None:
    """It is no error, as `git diff` of nothing is one, and said plainly beside the review."""
    done = run(patch, form=form)
    assert (done.exit_code, done.stderr.count("\n")) == (0, 1)
    assert done.stderr.startswith(f"kireji: {words}")


def test_a_series_that_undoes_itself_is_no_empty_patch() -> None:
    """What came in was read; nothing of it is left."""
    undone = OTHER.replace("7d4290a..407de30", "407de30..7d4290a").replace("-x = 1\n+x = 2", "-x = 2\n+x = 1")
    done = run(MAIL.format("1a" * 20) + OTHER + "\n" + MAIL.format("2b" * 20) + undone)
    assert (done.exit_code, done.stderr) == (0, "")


def test_patterns_that_fit_no_file_are_told() -> None:
    """Those of several that fit one are not; what was asked for and is there is read."""
    done = run(
        OTHER + FIRST, "--path", "*.ts", "--path", "other.py", "--path", "!f.py", "--path", "docs/`x`", form="markdown"
    )
    assert "No file of this change matches `*.ts`, `` docs/`x` ``." in done.stdout
    assert "Only the files that were asked for were read." in done.stdout
    assert "No file of this change" not in run(OTHER, "--path", "*.py", form="markdown").stdout


def test_a_long_line_is_read_to_its_end() -> None:
    """What stands behind 7,000 characters is found."""
    assert len(json.loads(run(LONG.format("a" * 7000)).stdout)["findings"]) == 1


@pytest.mark.parametrize(
    "patch",
    [
        OTHER.encode("utf-16").decode("utf-8", "surrogateescape"),
        OTHER.replace("a/other", "other").replace("b/other", "other"),
        OTHER.replace("a/other", "i/other").replace("b/other", "w/other"),
        "--- /dev/null\n+++ b/one.py\n@@ -0,0 +1 @@\n+x = 1\n",
        OTHER + "\n\n+lost\n",
        FIRST + FIRST,
    ],
    ids=["UTF-16", "noprefix", "mnemonic", "not git's", "more lines", "twice"],
)
def test_what_cannot_be_told_for_sure_is_refused(patch: str) -> None:
    """One line says where and why, and nobody is asked."""
    done = CliRunner().invoke(main, ["review", "-"], input=patch.encode("utf-8", "surrogateescape"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
