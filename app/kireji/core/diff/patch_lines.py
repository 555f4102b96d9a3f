"""The lines of a patch by their form: what begins a file, what belongs to its header, and what is only said beside it.

Sources: git's documentation of diff-generate-patch, format-patch and diff (`--submodule`, `--cc`); for the forms that are
not git's, those of GNU diff and of Subversion.
"""

import re
from dataclasses import dataclass

from kireji.core.text.patterns import regex

GIT = "diff --git "
COMBINED = regex(r"diff --(?:cc|combined) (.+)")
HUNK = regex(r"@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@")
COMBINED_HUNK = regex(r"@@@+ ((?:-\d{1,9}(?:,\d{1,9})? )+)\+\d{1,9}(?:,(\d{1,9}))? @@@+")

HEADER = regex(
    r"(?:(?:old|new|new file|deleted file) mode|(?:rename|copy) (?:from|to)|index|---|\+\+\+|mode) ."
    r"|(?:dis)?similarity index \d"
)
BINARY = regex(r"Binary files .* differ\n?")
BINARY_PATCH = "GIT binary patch"
BLOB = regex(r"(?:literal|delta) \d+\n?")
BASE85 = regex(r"[A-Za-z][0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]+\n?")

SUBMODULE = regex(
    r"Submodule (.+?) (?:([0-9a-f]{4,64})\.{2,3}([0-9a-f]{4,64})(?: \([a-z ]+\))?:?|contains (?:untracked|modified) content)\n?"
)
SUBMODULE_COMMIT = regex(r"  [<>] ")

COMMIT = regex(r"commit [0-9a-f]{40,64}\b")
MERGE = regex(r"Merge: ([0-9a-f]{4,64}(?: [0-9a-f]{4,64})+)\n?")  # of a commit's head, with its parents
COMMIT_ALONE = regex(r"commit [0-9a-f]{40,64}\b.*|[A-Z][A-Za-z]{1,20}: .*| {4}.*|[ \t\r]*")
"""A line of a commit that shows no files at all."""

MAIL = regex(r"From [0-9a-f]{40,64} |From \S+ .*\d{4}|tag \S|changeset: |# HG changeset patch")
"""What begins another commit in a mail, or as other tools tell of it: any words follow."""

MAIL_HEADER = regex(r"(?:From|Subject|Date|Message-I[dD]): ")
"""The same where the mail's first line is missing; `git log` has such lines, too."""

COVER = regex(r"Subject: .{0,200}\b0+/\d")  # of a series' first mail, which has the figures of all and no file
ONE_LINE = regex(r"[0-9a-f]{7,64}\b")
SIGNATURE = regex(r"-- ?\n?")
TRAILER = regex(r"(?:base-commit|prerequisite-patch-id|change-id): \S+\n?")
BOUNDARY = regex(r"[^\n]*boundary=\"?([^\"\n;]{1,200})")
SUMMARY = regex(r" \d{1,9} files? changed(?:, (\d{1,9}) insertions?\(\+\))?(?:, (\d{1,9}) deletions?\(-\))?\n?")

_SIGNS = regex(
    r"@@+ -\d|\+\+\+ |(?:old|new|new file|deleted file) mode \d{6}\n?$|(?:dis)?similarity index \d"
    r"|index [0-9a-f]{4,64}[.,][.0-9a-f]|Binary files .* differ\n?$"
    r"|GIT binary patch|Only in .*: |Files .* differ\n?$|diff -[a-z]|\*{15}|Cannot display: "
)
_COMMAND = regex(r"\d+(?:,\d+)?[acd]\d+(?:,\d+)?\n?")  # "3,4c5", of a diff without context
_ENCODED = regex(r"content-transfer-encoding:[ \t\"]*(?:quoted-printable|base64|\r?\n?\Z)", re.IGNORECASE)
_FLOWED = regex(r"(?:content-type:|[ \t]).*format=\"?flowed", re.IGNORECASE)


@dataclass
class LineCounts:
    """What a commit's own summary counts, -1 where it has none, and what its files have; `cover` is a series' first mail."""

    added: int = -1
    deleted: int = -1
    files: int = 0
    plus: int = 0
    minus: int = 0
    cover: bool = False

    @property
    def short(self) -> bool:
        """Whether lines that it counts are not there."""
        without = self.cover and not self.files
        return self.added >= 0 and not without and (self.plus < self.added or self.minus < self.deleted)


def is_change(line: str, after: str) -> bool:
    """Whether a line that stands beside the files is a part of a change all the same; `after` is the next line."""
    if _SIGNS.match(line):
        return True
    if line.startswith("--- ") and after.startswith("+++ "):
        return True
    return _COMMAND.fullmatch(line) is not None and after.startswith(("< ", "> "))


def is_encoded(line: str) -> bool:
    """Whether a mail's header says that its text must be decoded first."""
    return _ENCODED.match(line) is not None


def is_flowed(line: str) -> bool:
    """Whether a mail's header says that its lines are broken anywhere."""
    return _FLOWED.match(line) is not None


def hunk_length(part: str) -> int:
    """How many lines "-1,3" of a hunk's first line speaks of."""
    return int(part.partition(",")[2] or 1)
