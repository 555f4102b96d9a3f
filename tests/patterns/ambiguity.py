"""Whether a pattern can read one text in exponentially many ways (Weideman and others, "Analyzing matching time behavior
of backtracking regular expression matchers by using ambiguity of NFA", 2016).

That is so where some state can come back to itself on the same text by two different ways. For this the automaton is
followed in pairs: from a state beside itself, over two different states, to the same state beside itself again.
"""

from collections.abc import Iterator

from tests.patterns.alphabet import some
from tests.patterns.automaton import Automaton, parsed

Pair = tuple[int, int]
Node = tuple[Pair, bool]


def ambiguous(source: str, flags: int = 0) -> str | None:
    """A short text that can be read in two ways again and again; None where there is none."""
    tree, flags = parsed(source, flags)
    todo = [(tree, flags)]
    while todo:
        automaton = Automaton()
        automaton.add(*todo.pop())
        todo += automaton.apart
        if automaton.doubled:
            return ""
        if (text := _pumped(automaton)) is not None:
            return text
    return None


def _pumped(automaton: Automaton) -> str | None:
    for state in range(len(automaton.takes)):
        if state in _reached(automaton, state) and (text := _two_ways(automaton, state)) is not None:
            return text
    return None


def _reached(automaton: Automaton, start: int) -> set[int]:
    seen, todo = set[int](), [start]
    while todo:
        new = automaton.follow[todo.pop()] - seen
        seen |= new
        todo += new
    return seen


def _two_ways(automaton: Automaton, state: int) -> str | None:
    """The text of a way from the state, over two different ones, back to it; looked for breadth first.

    A node is a pair with whether its two have ever differed.
    """
    home = _coming_home(automaton, state)
    first = ((state, state), False)
    before: dict[Node, tuple[Node, int]] = {}
    todo = [first]
    for node in todo:
        (one, other), parted = node
        for following, characters in _steps(automaton, (one, other)):
            if following[0] not in home or following[1] not in home:
                continue
            after = (following, parted or following[0] != following[1])
            if after in before:
                continue
            before[after] = (node, characters)
            if after == ((state, state), True):
                return _text(before, after, first)
            todo.append(after)
    return None


def _coming_home(automaton: Automaton, state: int) -> set[int]:
    """The states of the same loop."""
    there = _reached(automaton, state)
    return {other for other in there if state in _reached(automaton, other)}


def _steps(automaton: Automaton, pair: Pair) -> Iterator[tuple[Pair, int]]:
    one, other = pair
    for left in automaton.follow[one]:
        for right in automaton.follow[other]:
            if both := automaton.takes[left] & automaton.takes[right]:
                yield (left, right), both


def _text(before: dict[Node, tuple[Node, int]], end: Node, start: Node) -> str:
    letters = list[str]()
    node = end
    while True:
        node, characters = before[node]
        letters.append(some(characters))
        if node == start:
            return "".join(reversed(letters))
