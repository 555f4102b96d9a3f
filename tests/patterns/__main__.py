"""Refuse patterns that some text can be read by in exponentially many ways: `python -m tests.patterns`."""

import sys

from tests.patterns.all import elsewhere, known
from tests.patterns.ambiguity import ambiguous


def main() -> int:
    """The process's status: 0 where no pattern is ambiguous, and each is known."""
    strays = elsewhere()
    for place in strays:
        print(f"{place} compiles a pattern by itself: use regex or made of app/kireji/core/text/patterns.py")
    found = len(strays)
    for one in known():
        if (text := ambiguous(one.pattern.pattern, one.pattern.flags)) is not None:
            found += 1
            print(f"{one.name} reads {text!r} in several ways, more of it in exponentially many: {one.pattern.pattern}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
