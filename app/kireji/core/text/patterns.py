"""Where every regular expression of the product is compiled.

Python's engine goes back and tries again, so a careless pattern takes exponential time on a text made for it, and most of
what is matched here was written by a stranger. Each pattern is therefore known, and held to this:

- A repeat always knows which way to go on: no text can be split between its pieces in two ways. Where that cannot be said
  with characters alone, the repeat gives nothing back (`*+`, `{1,8}+`), nor does the group (`(?>…)`).
- What is searched for in long texts has bounds on its repeats, or begins where no match can have begun before.

`make check` proves the first by each pattern's automaton, `make proofs` the second on hostile texts of up to a megabyte.
RE2, which never goes back, is not used: its letters, digits and spaces are those of ASCII, and it cannot look around. What
is read of whole files is read in processes that can be ended (`ports.Apart`), and a worker that hangs all the same ends
by its heartbeat.
"""

import re
from typing import AnyStr

COMPILED: dict[tuple[str, int], re.Pattern[str]] = {}
"""All that stand in the product's text, by source and flags."""


def regex(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Compile a pattern that stands in the product's text."""
    text = source if isinstance(source, str) else source.decode("latin-1")
    known = re.compile(text, flags)
    COMPILED[text, known.flags] = known
    return re.compile(source, flags)


def made(source: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a pattern that is made of names, each escaped, while the product runs; nothing in it may repeat a repeat."""
    return re.compile(source, flags)
