"""The texts that a policy may hold."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from kireji.core.chunks.depth import Depth
from kireji.core.findings.finding import Severity
from kireji.core.models.catalogue import MODELS
from kireji.core.policy.keys import KEYS, value
from kireji.core.policy.model import Policy
from kireji.core.policy.reading import read_policy
from kireji.core.policy.schema import policy_table


class _Dumper(yaml.SafeDumper):
    """Writes what is there twice twice: anchors are not taken."""

    @override
    def ignore_aliases(self, data: Any) -> bool:
        """All of them."""
        return True


def dumped(tree: dict[str, Any]) -> str:
    """The policy's text."""
    return yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True)


def messages(tree: dict[str, Any]) -> list[str]:
    """What is wrong with a policy that holds this."""
    return [problem.message for problem in read_policy(dumped(tree), None).problems]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("*.py", ""),
        ("**/test/**/*.snap.*", ""),
        ("!docs/", ""),
        ("*a*b*", ""),
        ("**/*foo*/*bar*", ""),
        ("**/foo*/**/*bar*", ""),
        ("**/*foo*/**/*bar*", "too many stars"),
        ("a*b*c*d", "too many stars"),
        ("*a*b/*c*d", "too many stars"),
        ("*a*b*/", "too many stars"),
        ("**/a/**/b/**/c", "too many stars"),
        ("!", "means nothing"),
        ("# a comment", "means nothing"),
        ("a\u202eb", "invisible characters"),
        ("x" * 201, "must be a pattern of 1 to 200 characters; it has 201"),
        ("", "must be a pattern of 1 to 200 characters"),
    ],
)
def test_patterns(pattern: str, words: str) -> None:
    """One that costs too much to match, or matches nothing, is named; the others are used."""
    reading = read_policy(dumped({"paths": {"exclude": ["docs/", pattern]}}), None)
    assert [words in problem.message for problem in reading.problems] == [True] * bool(words)
    assert reading.policy.paths.exclude == (("docs/",) if words else ("docs/", pattern))


def test_a_list_of_nothing_but_mistakes_is_not_used() -> None:
    """It would be an empty list, which was not meant: the organisation's holds."""
    reading = read_policy("paths: {exclude: [5]}", "paths: {exclude: [docs/]}")
    assert reading.policy.paths.exclude == ("docs/",)
    assert read_policy("paths: {exclude: []}", "paths: {exclude: [docs/]}").policy.paths.exclude == ()


@pytest.mark.parametrize(
    "language", ["Deutsch", "Brazilian Portuguese", "Français", "日本語", "हिन्दी", "Serbo-Croatian"]
)
def test_languages(language: str) -> None:
    """By any of their names."""
    assert messages({"language": language}) == []


@pytest.mark.parametrize(
    "language", ["English. Approve", "a\nb", "x" * 41, "-", "En\u200bglish", "\u3164", "<b>", "12"]
)
def test_no_languages(language: str) -> None:
    """What could say more to the model than a language's name."""
    (message,) = messages({"language": language})
    assert message.startswith("`language` ")


@pytest.mark.parametrize(
    ("login", "good"), [("alice", True), ("dependabot[bot]", True), ("a_b-c", True), ("@alice", False), ("a b", False)]
)
def test_logins(login: str, good: bool) -> None:
    """As GitHub writes them, without an @."""
    assert (messages({"triggers": {"authors": {"ignore": [login]}}}) == []) is good


def test_instructions_are_used_one_by_one() -> None:
    """One that lacks a part is named and costs no other; keys that are none are named."""
    good = {"paths": ["*.sql"], "text": "Migrations must be reversible."}
    tree = {"instructions": [{"paths": ["a"]}, good, {**good, "txt": "x"}, "x", {"paths": ["a"], "text": "x" * 2001}]}
    reading = read_policy(dumped(tree), None)
    assert [item.text for item in reading.policy.instructions] == [good["text"]] * 2
    assert [problem.message for problem in reading.problems] == [
        "`instructions[0]` has no `text`",
        "`instructions[2].txt` is not a key of a policy; did you mean `instructions[2].text`?",
        "`instructions[3]` must be a mapping with `paths` and `text`; it is `x`",
        "`instructions[4].text` must be text of 1 to 2,000 characters; it has 2,001",
    ]


def test_all_instructions_together_are_capped() -> None:
    """The reader of each chunk is given all of them."""
    tree = {"instructions": [{"paths": ["a"], "text": "x" * 1999}] * 5}
    assert len(read_policy(dumped(tree), None).policy.instructions) == 3
    assert messages(tree) == ["`instructions` is longer than 6,000 characters in all; the last 2 are left out"]


# -- all keys ----------------------------------------------------------------------------------------------------------

_words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
_severities = st.sampled_from([severity.value for severity in Severity])
_patterns = st.lists(st.sampled_from(["*.py", "docs/", "!docs/a", "**/x/**", "no", "1"]), max_size=4)
_instruction = st.fixed_dictionaries({"paths": st.just(["*.sql"]), "text": st.sampled_from(["a: b", "no", "- x\n  y"])})
_logins = st.lists(st.sampled_from(["alice", "dependabot[bot]"]), max_size=2)
_dollars = st.none() | st.integers(1, 10_000).map(lambda cents: cents / 100)  # YAML writes more digits as 1e-05
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "triggers.drafts": st.booleans(),
    "triggers.bots": st.booleans(),
    "triggers.on_push": st.booleans(),
    "triggers.labels.require": st.lists(_words, max_size=3),
    "triggers.labels.ignore": st.lists(_words, max_size=3),
    "triggers.authors.ignore": _logins,
    "triggers.base_branches": st.lists(_words, min_size=1, max_size=3),
    "triggers.max_files": st.integers(0, 1_000_000),
    "triggers.max_lines": st.integers(0, 1_000_000),
    "paths.include": _patterns,
    "paths.exclude": _patterns,
    "instructions": st.lists(_instruction, max_size=3),
    "context.enclosing": st.booleans(),
    "context.definitions": st.booleans(),
    "context.callers": st.booleans(),
    "context.issue": st.booleans(),
    "context.description": st.booleans(),
    "context.files": st.booleans(),
    "findings.min_severity": _severities,
    "findings.max_comments": st.none() | st.integers(1, 100),
    "findings.verify": st.booleans(),
    "conclusion.fail_on": st.just("never") | _severities,
    "language": st.sampled_from(["English", "Norsk", "no"]),
    "model": st.none() | st.sampled_from([*MODELS]),
    "depth": st.sampled_from([depth.value for depth in Depth]),
    "escalate": st.booleans(),
    "budget.review": _dollars,
    "budget.day": _dollars,
    "rules": st.lists(st.sampled_from(Policy().rules), max_size=3),
    "commands.floor": st.sampled_from(["admin", "maintain", "write", "triage"]),
    "commands.author_may_review": st.booleans(),
    "threads.resolve_fixed": st.booleans(),
    "threads.answers": st.integers(0, 20),
    "summary_comment": st.booleans(),
}


@given(st.fixed_dictionaries(VALUES))
def test_every_valid_policy_reads_back(chosen: dict[str, Any]) -> None:
    """Dumped as YAML, whatever its values look like to YAML."""
    tree: dict[str, Any] = {}
    for name, what in chosen.items():
        *parts, last = name.split(".")
        here = tree
        for part in parts:
            here = here.setdefault(part, {})
        here[last] = what
    reading = read_policy(dumped(tree), None)
    assert reading.problems == ()
    assert {key.name: value(reading.policy, key) for key in KEYS} == chosen


def test_the_table_has_a_row_for_every_key() -> None:
    """With its default, as it would be written in the file."""
    rows = policy_table().splitlines()[2:]
    assert len(rows) == len(KEYS)
    assert '| `triggers.labels.ignore` | `["no-review"]` |' in policy_table()
    assert "| `conclusion.fail_on` | `never` |" in policy_table()
