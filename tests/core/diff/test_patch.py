"""A patch with the words that git's commands and mails put around it: what is kept, named, and refused."""

import contextlib

import pytest

from kireji.core.diff import patch_words as wording
from kireji.core.diff.patch import read_patch
from kireji.core.diff.unified import FileDiff, Unread, parse_diff
from kireji.errors import DiffError
from tests.make import DIFF

SHA = "1a" * 20
SHOWN = f"commit {SHA}\nAuthor: A <a@example.org>\n\n    Title\n\n    diff --gut a b\n\n"
MAIL = f"From {SHA} Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nSubject: [PATCH] Title\n\n---\n a | 2 +-\n\n"
ATTACHED = MAIL.replace("Subject", 'Content-Type: multipart/mixed; boundary="-----9"\nSubject')
ONE = "diff --git a/one.py b/one.py\nindex 1111111..2222222 100644\n--- a/one.py\n+++ b/one.py\n"
HUNK = "@@ -1 +1,2 @@\n import yaml\n+cfg = yaml.load(stream)\n"
SECOND = "@@ -20 +21,2 @@\n y = 2\n+z = 3\n"
TWO = "diff --git a/two.py b/two.py\nindex 3333333..4444444 100644\n--- a/two.py\n+++ b/two.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n"
CC = """\
diff --cc f.py
index 797be14,3251390..448b4b1
--- a/f.py
+++ b/f.py
@@@ -1,3 -1,3 +1,4 @@@
  a
- Y
 -yaml.load(x)
++yaml.load(stream)
++eval(q)
  c
"""


def files(text: str) -> tuple[FileDiff, ...]:
    """The files of what is kept of a patch."""
    return parse_diff(read_patch(text).text).files


def paths(text: str) -> list[str]:
    """Their names."""
    return [file.path for file in files(text)]


@pytest.mark.parametrize(
    "text",
    [
        DIFF,
        SHOWN + DIFF,
        MAIL + DIFF + "-- \n2.47.1\n\n",
        f"warning: something\n{DIFF}",
        f"\ufeff{DIFF}",
        f"\n{DIFF}\n\n",
        f" a | 3 +-\n 2 files changed, 5 insertions(+), 5 deletions(-)\n\n{DIFF}",
        f"{MAIL}{DIFF}\nbase-commit: {SHA}\nprerequisite-patch-id: {SHA}\n-- \n2.47.1\n\n",
        f"{MAIL}{DIFF}--\n2.47.1\n",
        f"# HG changeset patch\n# User Ann\n- faster\n\n{DIFF}",
        f"1a1a1a1 title\n{DIFF}",
        ATTACHED + DIFF + "\n-------9--\n\n",
    ],
    ids=[
        "git diff",
        "git show",
        "git format-patch",
        "with a warning",
        "byte order mark",
        "empty lines around it",
        "with a summary",
        "base commit",
        "trailing space stripped",
        "hg export",
        "oneline",
        "attached",
    ],
)
def test_only_the_diff_is_kept(text: str) -> None:
    """Whatever stands before it, and behind it."""
    assert (read_patch(text).text, read_patch(text).unread) == (DIFF, ())


def test_line_ends_of_a_pipe() -> None:
    """One "\\r" is taken from each line where the pipe has put it there; a file's own stays, as in any other patch."""
    own = DIFF.replace("+    net = sum(cart)\n", "+    net = sum(cart)\r\n")
    for text in (DIFF, own):
        assert read_patch((SHOWN + text).replace("\n", "\r\n")).text == text
        assert read_patch(SHOWN + text).text == text


def test_several_commits() -> None:
    """`git log -p` puts words between them; lines of a hunk that look like such words stay."""
    first = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- \n \n+commit " + SHA + "\n"
    second = first.replace("/x", "/y")
    assert read_patch(f"{SHOWN}{first}\n{SHOWN}{second}").text == first + second
    assert read_patch(f"1a1a1a1 first\n{first}2b2b2b2 second\n{second}").text == first + second
    assert paths(first + "\n" + SHOWN + second) == ["x", "y"]


def test_who_writes_of_a_diff_has_none() -> None:
    """A line that looks like a file's first, with nothing of a file below it."""
    assert paths(MAIL + "\ndiff --git a/old.py b/old.py\n\nwas wrong\n---\n" + ONE + HUNK) == ["one.py"]


@pytest.mark.parametrize("between", ["", "\n", "\n\n\n"])
def test_hunks_with_empty_lines_between_them(between: str) -> None:
    """All of them are read."""
    (file,) = files(ONE + HUNK + between + SECOND)
    assert [hunk.new_start for hunk in file.hunks] == [1, 21]


def test_empty_context_lines_without_their_space() -> None:
    """As git writes them with diff.suppressBlankEmpty, and mail clients leave them."""
    text = f"{ONE}@@ -1,5 +1,6 @@\n import yaml\n\n+z = 3\n x = 1\n\n y = 2\n"
    assert [line.text for line in files(text + TWO)[0].hunks[0].lines] == [
        "import yaml",
        "",
        "z = 3",
        "x = 1",
        "",
        "y = 2",
    ]
    assert paths(text + TWO) == ["one.py", "two.py"]


def test_submodules_as_a_log() -> None:
    """They are files whose change is a commit, and what stands around them is read."""
    told = "Submodule libs/core 1111111..2222222:\n  > Faster parser\n  < diff --git a/x b/x\n"
    new = "Submodule libs/new 0000000...2222222 (new submodule)\n"
    found = files(ONE + HUNK + told + new + "Submodule libs/odd contains untracked content\n" + TWO)
    assert [file.path for file in found] == ["one.py", "libs/core", "libs/new", "libs/odd", "two.py"]
    assert [file.submodule for file in found] == [False, True, True, True, False]


@pytest.mark.parametrize("before", ["", "\n", MAIL])
def test_a_merge_against_all_its_parents_is_named(before: str) -> None:
    """It is not read, and the files beside it are."""
    told = read_patch(before + CC + "\n" + SHOWN + TWO)
    assert told.unread == (Unread("f.py", wording.COMBINED, 1),)
    assert [file.path for file in parse_diff(told.text).files] == ["two.py"]
    assert read_patch(CC).unread == told.unread


@pytest.mark.parametrize(
    "header",
    [
        "index 1111111..2222222 100644\n",
        "new file mode 100644\n",
        "new file mode 100644\nindex 0000000..2222222\n",
        "deleted file mode 100644\nindex 2222222..0000000\n",
        "old mode 100644\nnew mode 100755\nindex 1111111..2222222\n",
        "similarity index 90%\nrename from one.py\nrename to one.py\n",
    ],
)
def test_a_change_that_is_announced_and_not_shown_is_named(header: str) -> None:
    """As where the patch breaks off."""
    assert read_patch(f"{TWO}diff --git a/one.py b/one.py\n{header}").unread == (Unread("one.py", wording.ANNOUNCED),)


@pytest.mark.parametrize(
    "header",
    [
        "old mode 100644\nnew mode 100755\n",
        "similarity index 100%\nrename from one.py\nrename to one.py\n",
        "new file mode 100644\nindex 0000000..e69de29\n",
        "deleted file mode 100644\nindex e69de29bb2d1d6434b8b29ae775ad8c2e48c5391..0000000000000000000000000000000000000000\n",
        "index 1111111..2222222 160000\n",
        "index 1111111..2222222 100644\nBinary files a/one.py and b/one.py differ\n",
        "index 1111111..2222222 100644\nGIT binary patch\nliteral 3\nKcmZQzAABD\n\nliteral 2\nJcmZQzAABD\n\n",
    ],
)
def test_a_change_without_lines_is_whole(header: str) -> None:
    """A mode, a name, an empty file, a submodule; what is binary is judged elsewhere."""
    told = read_patch(f"{MAIL}diff --git a/one.py b/one.py\n{header}{TWO}")
    assert told.unread == ()
    assert [file.path for file in parse_diff(told.text).files] == ["one.py", "two.py"]


@pytest.mark.parametrize("cut", [TWO, TWO.replace("-x = 1\n", "").replace("-1 +1", "-0,0 +1")])
def test_a_summary_that_counts_more_than_there_is(cut: str) -> None:
    """A commit whose files are cut off at the end, or in the middle, is not whole."""
    stat = " one.py | 1 +\n two.py | 2 +-\n 2 files changed, 2 insertions(+), 1 deletion(-)\n\n"
    assert read_patch(MAIL + stat + ONE + HUNK + TWO).unread == ()
    assert read_patch(MAIL + stat + cut).unread == (Unread("a part of the patch", wording.SUMMARY),)
    cover = MAIL.replace("[PATCH]", "[PATCH 0/2]")  # which has the figures of all mails, and none of the files
    assert read_patch(f"{cover}{stat}-- \n2.47.1\n{MAIL}{TWO}").unread == ()
    assert read_patch(f"{MAIL}{stat}-- \n2.47.1\n{MAIL}{TWO}").unread == (
        Unread("a part of the patch", wording.SUMMARY),
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("kaputt", "kaputt"),
        ("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", wording.NOT_GIT),
        (DIFF + "+one line more\n", wording.STRAY),
        (DIFF + "\n+one line more\n", wording.STRAY),
        (DIFF + "words\n", wording.STRAY),
        (DIFF.replace("@@ -1,5", "@@ -1,6"), wording.NO_LINE),
        (DIFF.replace("@@ -1,5", "@@ -1,4"), wording.STRAY),
        (ONE + HUNK.replace("+1,2", "+1,3"), wording.SHORT),
        (ONE + "\n import yaml\n+x\n" + TWO, wording.NO_HUNK),
        (f"+lost\n{TWO}", wording.BEFORE),
        (f"{SHOWN}@@ -1 +1 @@\n-a\n+b\n{TWO}", wording.LONE_HUNK),
        (f"{TWO}\n{SHOWN}--- x\n+++ x\n@@ -1 +1 @@\n-a\n+b\n", wording.NOT_GIT),
        (f"{TWO}-- \n2.47\n+lost\n", wording.STRAY),
        (f"{TWO}-- \n2.47\nOnly in b: new.py\n", wording.NOT_GIT),
        (f"{TWO}-- \n2.47\n3,4c3\n< a\n---\n> b\n", wording.NOT_GIT),
        (f"{TWO}-- \n2.47\nd\0i\0f\0f\0\n", wording.WIDE),
        (f"{MAIL}\n*** a/x\n--- b/x\n***************\n{TWO}", wording.NOT_GIT),
        (ONE + "@@ -1,2 +1,2 @@\n a = [-1-]{+2+}\n b\n", wording.NO_CHANGE),
        (ONE + HUNK.replace("yaml.load(stream)", "\\\nyaml.load(stream)"), wording.STRAY),
        (MAIL.replace("Subject", "Content-Transfer-Encoding: quoted-printable\nSubject") + TWO, wording.ENCODED),
        (MAIL.replace("Subject", "Content-Type: text/plain; format=flowed\nSubject") + TWO, wording.FLOWED),
        ("\udcff\udcfed\0i\0", wording.WIDE),
        ("d\0i\0f\0f\0", wording.WIDE),
        (f"\x1b[1m{ONE}", "no-color"),
        (ONE + HUNK.replace("+cfg", "\x1b[32m+cfg"), "no-color"),
        (ONE.replace("--- a/one.py", "--- a/two.py") + HUNK, "other files"),
        (ONE.replace("+++ b/one.py", "+++ b/two.py") + HUNK, "other files"),
        ("diff --git a/x b/x\nindex 1..2\nBinary files a/x and b/x differ\n+lost\n", wording.STRAY),
        ("".join(f"| {line}\n" for line in TWO.splitlines()), "Line 1"),
        (TWO.replace("\n", "\r"), "Line 1"),
    ],
)
def test_what_may_be_lost_is_refused(text: str, why: str) -> None:
    """Whatever may be a part of the change and is none for sure: never silently less. The line is named."""
    with pytest.raises(DiffError, match=r"[Ll]ine \d+ ") as error:
        read_patch(text)
    assert why in str(error.value)
    assert len(str(error.value)) < 400


def test_nothing_at_all() -> None:
    """No patch is an empty one."""
    assert read_patch("\n \n").text == read_patch("").text == ""


GRAPH = "* " + SHOWN.replace("\n", "\n| ") + DIFF.replace("\n", "\n| ")
COMMIT = SHOWN.partition("    diff")[0]


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        (GRAPH, wording.GRAPH),
        (f"*   {GRAPH[2:]}", wording.GRAPH),
        ("* 1a1a1a1 Title\n| diff --git a/x b/x\n", wording.GRAPH),
        (
            " shop/cart.py | 12 ++++++------\n a.png        | Bin 0 -> 12 bytes\n 2 files changed, 6 insertions(+)\n",
            wording.LIST,
        ),
        (f"{COMMIT} a b.py | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n", wording.LIST),
        ("2\t0\tshop/cart.py\n", wording.LIST),
        (" 1 file changed, 1 insertion(+)\n", wording.LIST),
        ("M\tshop/cart.py\nR100\ta b.py\tc.py\n", wording.LIST),
        (":100644 100644 5626abf f719efd M\ta b.py\n", wording.LIST),
        (" create mode 100644 new.py\n", wording.LIST),
        ("shop/cart.py\na b.py\nMakefile.am\n", wording.LIST),
        (f"{COMMIT}shop/cart.py\n", wording.LIST),
        ("1a1a1a1 one\n2b2b2b2 two\n", wording.LIST),
        ("On branch main\n", "'On branch main'."),
        ("kaputt", "'kaputt'."),
    ],
)
def test_what_is_no_patch_is_told_what_to_give_instead(text: str, instead: str) -> None:
    """Of what git writes: its graph, and lists of files or commits. The line is named as for everything else."""
    with pytest.raises(DiffError, match=r"Line 1 of the diff does not begin a file with ") as error:
        read_patch(text)
    assert str(error.value).endswith(instead)


@pytest.mark.parametrize(
    "hunk",
    [
        "@@ -1,3 +1,3 @@\nimport yaml\ncfg = [-yaml.load-]{+yaml.safe_load+}(stream)\n",
        "@@ -1 +1 @@\n[-one-]{+two+}\n",
        "@@ -1 +1 @@\n-one\n+two\n~\n",
        "@@ -1,2 +1,2 @@\n a = [-1-]{+2+}\n b\n",
    ],
    ids=["plain", "all of a line", "porcelain", "indented"],
)
def test_a_word_diff_is_refused_by_its_name(hunk: str) -> None:
    """Its option is to be left out; a damaged hunk without its marks is no word diff."""
    with pytest.raises(DiffError, match=r"leave out --word-diff"):
        read_patch(ONE + hunk + TWO)
    with pytest.raises(DiffError) as error:
        read_patch(
            ONE + hunk.translate(str.maketrans("", "", "[]{}~")).replace("\n b\n", "\nb\n") + "\n" + "lost\n" + TWO
        )
    assert "word diff, which" not in str(error.value)


@pytest.mark.parametrize(("old", "new"), [("", ""), ("i/", "w/"), ("c/", "i/"), ("old/", "new/")])
def test_other_prefixes_are_refused_with_the_option_that_helps(old: str, new: str) -> None:
    """`--default-prefix` is of git 2.41; older ones are told what they know."""
    text = TWO.replace("a/two", f"{old}two").replace("b/two", f"{new}two")
    with pytest.raises(
        DiffError, match=r"git diff --default-prefix`, or, before git 2\.41, with --src-prefix=a/ --dst-prefix=b/"
    ):
        read_patch(text)


@pytest.mark.parametrize(
    "text",
    [
        "a/" * 50_000 + "<\n",
        "/" * 100_000 + "<\n",
        " a | 1 | " * 20_000 + "\n",
        f" a | {'1' * 100_000}x\n",
        "* " * 50_000 + "\n",
        "a." * 50_000 + "<\n",
        ONE + "@@ -1 +1 @@\n" + "[-{+" * 50_000 + "\n",
        "\n" * 100_000,
        TWO + "\n" * 100_000,
        MAIL + "- words\n" * 20_000 + TWO,
        "From " * 100_000,
        MAIL + "Submodule " + "a b " * 100_000 + "\n" + TWO,
        MAIL + "Binary files " * 50_000 + "\n" + TWO,
        MAIL + "x boundary=" * 50_000 + "\n" + TWO,
        "".join(f"1a1a1a1 x\n{TWO.replace('two', str(number))}" for number in range(500)),
        CC.replace("3,3251390", "3") + CC.replace("+1,4", "+1,999999999"),
        "diff --git a/x b/x\nindex 1111111..2222222 100644\n--- a/x\n+++ b/x\n@@ -1,999999999 +1,999999999 @@\n"
        + "+x\n" * 30_000,
    ],
    ids=range(17),
)
def test_hostile_patches_end(text: str) -> None:
    """Whatever comes, it is read or refused in time that grows with its size."""
    with contextlib.suppress(DiffError):
        read_patch(text)


def test_a_long_series_of_one_file() -> None:
    """Hundreds of changes of one file come to one."""
    header = "diff --git a/f b/f\nindex {:07x}..{:07x} 100644\n--- a/f\n+++ b/f\n"
    steps = (header.format(n + 1, n + 2) + f"@@ -{n + 1} +{n + 1} @@\n-{n}\n+{n + 1}\n" for n in range(1_000))
    (file,) = files("".join(steps))
    assert file.changed_lines == 2_000


MERGED = f"commit {SHA}\nMerge: 1111111 2222222\nAuthor: A <a@example.org>\n\n    Merge branch\n\n"


@pytest.mark.parametrize("after", ["", SHOWN + DIFF], ids=["alone", "in a log"])
def test_a_merge_that_is_not_shown_is_named(after: str) -> None:
    """`git show` and `git log -p` show nothing of a merge without conflicts, whatever it changed."""
    told = read_patch(MERGED + after)
    assert told.unread == (Unread("the merge of 1111111 and 2222222", wording.MERGE),)
    assert told.text == (DIFF if after else "")


def test_a_merge_that_is_shown_is_read() -> None:
    """As against its first parent."""
    assert read_patch(MERGED + DIFF).unread == ()


def test_commits_without_any_file() -> None:
    """An empty commit changes nothing, which is no error."""
    assert (read_patch(SHOWN).text, read_patch(SHOWN).unread) == ("", ())


@pytest.mark.parametrize("told", [":\n base64", ":\tbase64", ': "base64"', ":   quoted-printable"])
def test_an_encoded_mail_is_refused_however_it_says_so(told: str) -> None:
    """What is encoded may be a patch of its own."""
    with pytest.raises(DiffError, match="encoded"):
        read_patch(MAIL.replace("Subject", f"Content-Transfer-Encoding{told}\nSubject") + "ZGlmZg==\n\n" + DIFF)


def test_mails_are_applied_as_they_stand() -> None:
    """Whatever ids their author wrote: `git am` looks at none. A file that goes and comes again is not gone."""
    gone = "diff --git a/app.py b/app.py\ndeleted file mode 100644\nindex aaaaaaa..0000000\n--- a/app.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-good()\n"
    come = "diff --git a/app.py b/app.py\nnew file mode 100644\nindex ccccccc..aaaaaaa\n--- /dev/null\n+++ b/app.py\n@@ -0,0 +1 @@\n+evil()\n"
    told = read_patch(MAIL + gone + MAIL + come)
    assert "+evil()" in told.text or told.unread
