"""The repository's file and the organisation's -> Policy, every problem with its line; never from the head branch.

Key by key the repository's value holds, then the organisation's, then the default. What is wrong is named and not used;
everything else is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kireji.core.policy.fields import fields
from kireji.core.policy.keys import BY_NAME, KEYS, Key, put
from kireji.core.policy.kinds import UNUSABLE, Say
from kireji.core.policy.model import Policy
from kireji.core.policy.yaml import Broken, MappingNode, Node, ScalarNode, ScalarType, compose
from kireji.core.text.named import named

MAX_PROBLEMS = 20  # of one file


class PolicySource(StrEnum):
    """Where a value comes from."""

    REPOSITORY = "repository"
    ORGANISATION = "organisation"
    DEFAULT = "default"
    RUN = "run"  # whoever runs the review: see `overrides`


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """Something in a policy file that is not used."""

    file: PolicySource

    line: int
    """1-based."""

    message: str
    """One line that is safe in Markdown."""


@dataclass(frozen=True, slots=True)
class PolicyReading:
    """The policy in force, and how it came to be that."""

    policy: Policy = field(default_factory=Policy)

    problems: tuple[PolicyProblem, ...] = ()
    """What is wrong in its files."""

    sources: Mapping[str, PolicySource] = field(default_factory=lambda: dict.fromkeys(BY_NAME, PolicySource.DEFAULT))


def read_policy(repository: str | None, organisation: str | None) -> PolicyReading:
    """Merge two files' texts, None for one that is not there. Never raises, whatever stands in them."""
    policy = Policy()
    sources = dict.fromkeys(BY_NAME, PolicySource.DEFAULT)
    problems = list[PolicyProblem]()

    for source, text in ((PolicySource.ORGANISATION, organisation), (PolicySource.REPOSITORY, repository)):
        said = list[tuple[int, str]]()
        for key, value in _read(text or "", lambda line, message, said=said: said.append((line, message))):
            policy = put(policy, key.name, value)
            sources[key.name] = source
        problems[:0] = _problems(source, said)

    return PolicyReading(policy, tuple(problems), sources)


def _problems(source: PolicySource, said: list[tuple[int, str]]) -> Iterator[PolicyProblem]:
    """In the order of their lines, and not too many of them."""
    said.sort()
    for line, message in said[:MAX_PROBLEMS]:
        yield PolicyProblem(source, line, message)
    if len(said) > MAX_PROBLEMS:
        yield PolicyProblem(
            source, said[MAX_PROBLEMS][0], f"from here on {len(said) - MAX_PROBLEMS:,} further problems"
        )


def _read(text: str, say: Say) -> Iterator[tuple[Key, object]]:
    """The values of one file that can be used."""
    match compose(text):
        case None:
            pass
        case Broken(line, message):
            say(line, f"nothing of this file is used: {message}")
        case MappingNode() as node:
            yield from _section(node, "", say)
        case node:
            say(node.line, "nothing of this file is used: it has no keys, such as `triggers:`")


def _section(node: MappingNode, prefix: str, say: Say) -> Iterator[tuple[Key, object]]:
    """The values below a mapping; `prefix` is its full name with a "." behind it."""
    names = {key.name.removeprefix(prefix).partition(".")[0]: key for key in KEYS if key.name.startswith(prefix)}
    for name, found in fields(node, names, prefix, say, BY_NAME).items():
        key = BY_NAME.get(prefix + name)
        if key is None:
            yield from _part(found, prefix + name, say)
        elif (value := key.kind.read(found, key.name, say)) is not UNUSABLE:
            yield key, value


def _part(node: Node, name: str, say: Say) -> Iterator[tuple[Key, object]]:
    """A key that has keys of its own; with all of them commented out it is nothing, and nothing is wrong."""
    if isinstance(node, MappingNode):
        yield from _section(node, f"{name}.", say)
    elif not isinstance(node, ScalarNode) or node.type is not ScalarType.NOTHING:
        some = next(key.name for key in KEYS if key.name.startswith(f"{name}."))
        say(node.line, f"{named(name)} must have keys of its own, such as {named(some)}")
