"""What a list of secrets' forms has that app/kireji/core/secrets/vendors.py has not: `python -m tests.vendors gitleaks.toml`.

To renew the prefixes: get config/gitleaks.toml of github.com/gitleaks/gitleaks (MIT; last looked at: commit b58d3f1 of
22 July 2026), run this, look up at the vendor's what it names, and add the prefix, its alphabet and its least length.
Prefixes, alphabets and lengths are facts; no pattern of the list is copied. GitHub's "Supported secret scanning patterns" (docs.github.com)
names the kinds of tokens there are, without their forms: vendors that are new there are worth a look too.
"""

import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kireji.core.secrets.tokens import known_words

SIGNS = frozenset("_-.~")


def lacking(rules: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The rules with a keyword that looks like a token's prefix and is none of ours: the rule's name and the keyword."""
    known = [word.lower() for word in known_words()]
    for rule in rules["rules"]:
        words = [word for word in rule.get("keywords", ()) if SIGNS & {*word[-1:]}]
        for word in words:
            if not any(one.startswith(word) or word.startswith(one) for one in known):
                yield rule["id"], word


def main() -> int:
    """Print them, one a line."""
    for name, word in lacking(tomllib.loads(Path(sys.argv[1]).read_text("utf-8"))):
        sys.stdout.write(f"{word}\t{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
