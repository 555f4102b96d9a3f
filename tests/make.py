"""Plain values for tests: short to write, easy to read."""

from collections.abc import Iterable
from dataclasses import replace

from kireji.core.chunks.chunk import Chunk, Part, Slice
from kireji.core.diff.unified import Diff, FileDiff, Side, parse_diff
from kireji.core.findings.finding import Category, Confidence, Finding, Severity
from kireji.core.rounds.seen import digests
from kireji.core.secrets.leak_search import RowsToSpread, all_secrets, replace_spread, rows_of, search_rows
from kireji.core.secrets.leaks import CleanDiff, put_together

DIFF = """\
diff --git a/shop/cart.py b/shop/cart.py
index 1111111..2222222 100644
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -1,5 +1,6 @@
 import json
 
-def total(cart):
-    return sum(cart)
+def total(cart, rate):
+    net = sum(cart)
+    return net * rate
 # end
@@ -20,3 +21,4 @@ def save(cart):
     path = cart.path
-    open(path).write(json.dumps(cart))
+    handle = open(path, "w")
+    handle.write(json.dumps(cart))
     return path
diff --git a/shop/old.py b/shop/old.py
deleted file mode 100644
index 3333333..0000000
--- a/shop/old.py
+++ /dev/null
@@ -1,2 +0,0 @@
-def gone():
-    return 1
"""


def files(text: str = DIFF) -> tuple[FileDiff, ...]:
    """The files of a diff."""
    return parse_diff(text).files


def clean(diff: Diff) -> CleanDiff:
    """The diff without its credentials, as `without_credentials` makes it, in this process."""
    found = [search_rows(rows_of(file)) for file in diff.files]
    known = all_secrets(found)
    return put_together(diff, [replace_spread(RowsToSpread(one.text, known)) for one in found], known)


def chunk(*parts: FileDiff) -> Chunk:
    """One chunk of whole files."""
    return Chunk(
        tuple(Part(file, tuple(Slice(hunk, 0, len(hunk.lines), 0) for hunk in file.hunks)) for file in parts), 100
    )


FINDING = Finding(
    path="shop/cart.py",
    side=Side.RIGHT,
    start_line=22,
    end_line=22,
    quote='    handle = open(path, "w")',
    category=Category.RESOURCES,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    title="The file is never closed",
    explanation="`handle` stays open until it is collected, so the text may not reach the disk.",
)


def finding(**changes: object) -> Finding:
    """A finding that is true of DIFF, with changes."""
    return replace(FINDING, **changes)  # pyrefly: ignore[bad-argument-type] - the tests name the fields


def changes_of(files: Iterable[FileDiff]) -> frozenset[str]:
    """The digests of all changes in these files."""
    return frozenset(found for file in files for found in digests(file))
