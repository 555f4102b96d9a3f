"""Where every regular expression of the product is compiled.

Python's engine goes back and tries again, so a careless pattern takes exponential time on a text made for it, and most of
what is matched here was written by a stranger. Each pattern is therefore known by name, and held to this:

- A repeat always knows which way to go on: no text can be split between its pieces in two ways. Where that cannot be said
  with characters alone, the repeat gives nothing back (`*+`, `{1,8}+`) or the group does not (`(?>…)`).
- A pattern that is looked for in long texts has bounds on its repeats, or begins where no match can have begun before.

`make check` proves the first by each pattern's automaton, `make proofs` the second on hostile texts of up to a megabyte.
RE2, which never goes back, is not used: its letters, digits and spaces are those of ASCII, and it cannot look around.
"""

import re

COMPILED: dict[tuple[str, int], re.Pattern[str]] = {}
"""All that were made, by source and flags."""


def pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """Compile `source`, and keep it for the proofs."""
    made = re.compile(source, flags)
    COMPILED[source, made.flags] = made
    return made
