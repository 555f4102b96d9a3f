"""Every key of a policy, one row each: its reader, the JSON Schema and README's table are made of it."""

from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, TypeVar

from kireji.core.chunks.depth import Depth
from kireji.core.findings.finding import Severity
from kireji.core.models.catalogue import MODELS
from kireji.core.models.model_words import list_models
from kireji.core.policy.kinds import Choice, Dollars, Flag, Kind, ListOf, Whole
from kireji.core.policy.model import Policy
from kireji.core.policy.models import ModelName
from kireji.core.policy.texts import BRANCHES, INSTRUCTIONS, LABELS, LANGUAGE, LOGINS, PATTERNS
from kireji.core.pulls.people import Permission

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key:
    """One row: the name with dots, what it may hold, what it does. Its default is `Policy`'s."""

    name: str
    kind: Kind
    meaning: str


_LIMIT = Whole(0, 1_000_000)
_SEVERITIES = {severity.value: severity for severity in reversed(Severity)}
_FLOORS = [Permission.ADMIN, Permission.MAINTAIN, Permission.WRITE, Permission.TRIAGE]
_RULES = Choice({name: name for name in Policy().rules})

KEYS: tuple[Key, ...] = (
    Key("triggers.drafts", Flag(), "Whether drafts are reviewed by themselves"),
    Key("triggers.bots", Flag(), "Whether pull requests of bots are"),
    Key("triggers.on_push", Flag(), "Whether each push is reviewed; if not, it waits until someone asks"),
    Key("triggers.labels.require", LABELS, "Only pull requests with one of these labels are reviewed by themselves"),
    Key("triggers.labels.ignore", LABELS, "Those with one of these labels are not"),
    Key("triggers.authors.ignore", LOGINS, "Nor are those of these authors, by login"),
    Key(
        "triggers.base_branches",
        BRANCHES,
        "Only pull requests into these branches are reviewed by themselves, stacked ones by their stack's base; `*` stands "
        "for any characters, `/` too",
    ),
    Key("triggers.max_files", _LIMIT, "With more changed files than this it is not reviewed by itself; 0 for no limit"),
    Key("triggers.max_lines", _LIMIT, "The same for changed lines"),
    Key(
        "paths.include",
        PATTERNS,
        "Files that are read though they look generated, vendored or too large; patterns as in .gitignore",
    ),
    Key("paths.exclude", PATTERNS, "Files that are not read, even if `paths.include` names them"),
    Key("instructions", INSTRUCTIONS, "What the reader is told of files: a list of `paths` (patterns) with a `text`"),
    Key(
        "context.enclosing",
        Flag(),
        "Whether the reader is shown the head of the function or class around a change, and lines near it",
    ),
    Key("context.definitions", Flag(), "Whether it is shown the definitions of what changed lines use"),
    Key("context.callers", Flag(), "Whether it is shown who calls what has a changed signature, or is gone"),
    Key("context.issue", Flag(), "Whether it is shown the issue that the pull request closes"),
    Key("context.description", Flag(), "Whether it is shown the pull request's title and description"),
    Key("context.files", Flag(), "Whether it is shown the names of all files under review, beside those that it reads"),
    Key("findings.min_severity", Choice(_SEVERITIES), "Findings below this are not told"),
    Key(
        "findings.max_comments",
        Whole(1, 100, nullable=True),
        "The most inline comments; the operator's `KIREJI_MAX_COMMENTS` is the ceiling",
    ),
    Key(
        "findings.verify",
        Flag(),
        "Whether a second call to the model tries to refute what was found, before it is told",
    ),
    Key(
        "conclusion.fail_on",
        Choice({"never": None} | _SEVERITIES),
        "The check run fails if a finding is at least so grave; `never` for a neutral one",
    ),
    Key("language", LANGUAGE, "The language of the comments, such as `Deutsch` or `Brazilian Portuguese`"),
    Key(
        "model",
        ModelName(),
        "The model that reviews, if the operator allows it (`KIREJI_POLICY_MODELS`): "
        + list_models(MODELS.values())
        + "; also with a date, as `claude-haiku-4-5-20251001`",
    ),
    Key(
        "depth",
        Choice({depth.value: depth for depth in Depth}),
        "How a pull request is read: `fast`, `balanced` (with thought where it is risky), `deep` (a better model plans, reads "
        "across files and verifies), or `auto`: fast or balanced, by the risk of what changes",
    ),
    Key(
        "escalate",
        Flag(),
        "Whether what the model cannot read even in smaller pieces is read by the operator's deep model",
    ),
    Key(
        "budget.review",
        Dollars(),
        "Dollars that one review may cost; the operator's `KIREJI_BUDGET_REVIEW` is the ceiling",
    ),
    Key(
        "budget.day",
        Dollars(),
        "Dollars that all reviews of the repository may cost on a day (UTC); `KIREJI_BUDGET_REPOSITORY_DAY` is the ceiling",
    ),
    Key(
        "rules",
        ListOf(_RULES, "rules files", len(Policy().rules)),
        "Files in the base branch's root whose text the reader is given, as far as they are there; `[]` for none",
    ),
    Key(
        "commands.floor",
        Choice({permission.value: permission for permission in _FLOORS}),
        "The permission that commands need: `admin`, `maintain`, `write` or `triage`",
    ),
    Key("commands.author_may_review", Flag(), "Whether a pull request's author may ask for `/review` without it"),
    Key("threads.resolve_fixed", Flag(), "Whether Kireji closes its threads once they are fixed"),
    Key("threads.answers", Whole(0, 20), "How many times Kireji answers in one thread"),
    Key("summary_comment", Flag(), "Whether one comment, edited in place, also says what the check run says"),
)
BY_NAME = {key.name: key for key in KEYS}


def value(policy: Policy, key: Key) -> object:
    """What the policy has there, as JSON and YAML have it."""
    found: object = reduce(getattr, key.name.split("."), policy)
    return key.kind.plain(found)


def put(record: T, name: str, new: object) -> T:
    """The policy, or a part of one, with another value at this key, which is one that the key's kind has read."""
    first, _, rest = name.partition(".")
    here: dict[str, Any] = {first: put(getattr(record, first), rest, new) if rest else new}
    return replace(record, **here)  # pyrefly: ignore[bad-specialization] - T is one of policy_model's dataclasses
