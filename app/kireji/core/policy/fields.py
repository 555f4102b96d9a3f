"""The keys of a mapping in a policy: which are known, which are there twice, and what was probably meant."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from kireji.core.policy.kinds import Say
from kireji.core.policy.yaml import MappingNode, Node, ScalarNode
from kireji.core.text.named import named

MOST_NEAREST = 20  # what is looked for in one mapping; it takes a millisecond each
_MAX_KEY = 60


def fields(
    node: MappingNode, names: Collection[str], where: str, say: Say, elsewhere: Iterable[str] = ()
) -> dict[str, Node]:
    """The values of the known keys, each with the first one there is.

    `where` is the mapping's own name with a "." behind it, "" for the whole file. `elsewhere` holds the full names of
    keys that may have been meant though they belong to another mapping.
    """
    found: dict[str, Node] = {}
    lines: dict[str, int] = {}
    unknown = 0

    for key, value in node.entries:
        if not isinstance(key, ScalarNode):
            say(key.line, "a key must be a plain word")
        elif key.text in found:
            say(key.line, f"{named(where + key.text)} is here twice; the one in line {lines[key.text]} applies")
        elif key.text in names:
            found[key.text] = value
            lines[key.text] = key.line
        else:
            unknown += 1
            meant = nearest(key.text, names, where, elsewhere) if unknown <= MOST_NEAREST else ""
            asked = f"; did you mean {named(meant)}?" if meant else ""
            say(key.line, f"{named(where + key.text[:_MAX_KEY])} is not a key of a policy{asked}")
    return found


def nearest(key: str, names: Iterable[str], where: str, elsewhere: Iterable[str]) -> str:
    """The full name of the key that was probably meant, "" if none is near.

    One that has just this name in another mapping comes first, then those of the same mapping.
    """
    key = key[:_MAX_KEY].lower().replace("-", "_")
    last = {name.rpartition(".")[2]: name for name in reversed([*elsewhere])}
    if key in last:
        return last[key]
    if here := get_close_matches(key, list(names), 1):
        return where + here[0]
    return next((last[name] for name in get_close_matches(key, list(last), 1, 0.75)), "")
