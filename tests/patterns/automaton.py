"""A pattern -> its automaton, in which each state is one place in the pattern that takes a character (Glushkov's).

What only looks (assertions, edges of words) takes nothing, so the automaton allows more than the pattern does: what is
unambiguous here is so there. A repeat is a loop where it may run more than a few times.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from tests.patterns.alphabet import ALL, taken
from tests.patterns.engine import parser, sre

FEW = 6
"""A repeat of at most so many times is written out: what it can do is bounded by a small number."""
_ONE = {sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN}
_LOOKS = {sre.AT, sre.ASSERT, sre.ASSERT_NOT}
_GIVES_BACK = {sre.MAX_REPEAT, sre.MIN_REPEAT}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a pattern: whether it may be empty, and the states in which it begins and ends."""

    empty: bool
    first: frozenset[int]
    last: frozenset[int]


NOTHING = Part(empty=True, first=frozenset(), last=frozenset())


@dataclass(slots=True)
class Automaton:
    """`takes` has each state's characters as bits, `follow` the states that may come next.

    `apart` holds the pieces that are matched by themselves, since nothing in them is given back or they only look. It is
    `doubled` where a loop goes on in two ways that no states tell apart: it has a loop within, or takes nothing twice.
    """

    takes: list[int] = field(default_factory=list)
    follow: list[set[int]] = field(default_factory=list)
    apart: list[tuple[Any, int]] = field(default_factory=list)
    doubled: bool = False
    loops: int = 0  # around the piece that is just added

    def state(self, characters: int) -> Part:
        """A new state alone."""
        self.takes.append(characters)
        self.follow.append(set())
        here = frozenset((len(self.takes) - 1,))
        return Part(empty=False, first=here, last=here)

    def join(self, parts: Iterable[Part]) -> Part:
        """One after the other."""
        whole = NOTHING
        for part in parts:
            for state in whole.last:
                self.follow[state] |= part.first
            whole = Part(
                empty=whole.empty and part.empty,
                first=whole.first | part.first if whole.empty else whole.first,
                last=part.last | whole.last if part.empty else part.last,
            )
        return whole

    def repeat(self, part: Part) -> Part:
        """Again and again, or not at all."""
        for state in part.last:
            self.doubled |= bool(self.follow[state] & part.first)
            self.follow[state] |= part.first
        return maybe(part)

    def add(self, tree: Any, flags: int) -> Part:
        """The automaton of a parsed pattern, as a part of this one."""
        return self.join(self._element(kind, value, flags) for kind, value in tree)

    def _element(self, kind: Any, value: Any, flags: int) -> Part:
        if kind in _ONE:
            return self.state(taken((kind, value), flags))
        if kind in _LOOKS:
            if kind is not sre.AT:
                self.apart.append((value[1], flags))
            return NOTHING
        if kind is sre.BRANCH:
            branches = [self.add(branch, flags) for branch in value[1]]
            self.doubled |= bool(self.loops) and sum(branch.empty for branch in branches) > 1
            return either(branches)
        if kind is sre.SUBPATTERN:
            _, more, less, body = value
            return self.add(body, (flags | more) & ~less)
        if kind is sre.ATOMIC_GROUP:
            self.apart.append((value, flags))
            return self.add(value, flags)
        if kind in _GIVES_BACK:
            return self._repeated(value, flags)
        if kind is sre.POSSESSIVE_REPEAT:
            return self._held(value, flags)
        if kind is sre.GROUPREF:
            return self.state(ALL)
        raise NotImplementedError(f"{kind} in a pattern")

    def _repeated(self, repeat: tuple[int, int, Any], flags: int) -> Part:
        least, most, body = repeat
        if most > FEW:
            self.loops += 1
            part = self.repeat(self.add(body, flags))
            self.loops -= 1
            return part if least == 0 else Part(empty=False, first=part.first, last=part.last)
        copies = [self.add(body, flags) for _ in range(most)]
        more = NOTHING  # one that may follow, and in it the next: side by side, one could be skipped for another
        for copy in reversed(copies[least:]):
            more = maybe(self.join((copy, more)))
        return self.join((*copies[:least], more))

    def _held(self, repeat: tuple[int, int, Any], flags: int) -> Part:
        """A possessive repeat. It takes as much as there is, so to whoever looks from outside it is one state that repeats."""
        least, most, body = repeat
        self.apart.append((body, flags))
        inner = Automaton()
        whole = inner.add(body, flags)
        starts = 0
        for state in whole.first:
            starts |= inner.takes[state]
        every = 0
        for characters in inner.takes:
            every |= characters
        head = self.state(starts)
        rest = self.repeat(self.state(every)) if len(inner.takes) > 1 or most > 1 else NOTHING
        part = self.join((head, rest))
        return maybe(part) if least == 0 or whole.empty else part


def maybe(part: Part) -> Part:
    """It, or nothing."""
    return Part(empty=True, first=part.first, last=part.last)


def either(parts: list[Part]) -> Part:
    """One of them."""
    return Part(
        empty=any(part.empty for part in parts),
        first=frozenset(chain.from_iterable(part.first for part in parts)),
        last=frozenset(chain.from_iterable(part.last for part in parts)),
    )


def parsed(source: str, flags: int) -> tuple[Any, int]:
    """The tree of a pattern, and its flags with those that it sets itself."""
    tree = parser.parse(source, flags)
    return tree, tree.state.flags
