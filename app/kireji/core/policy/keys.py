"""Every key of a policy, one row each: its reader, the JSON Schema and the table in app/guide/policy.md are made of it."""

from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, TypeVar

from kireji.core.chunks.depth import Depth
from kireji.core.findings.finding import Severity
from kireji.core.models.catalogue import MODELS
from kireji.core.models.model_words import list_models
from kireji.core.policy.kinds import Choice, Dollars, Flag, ListOf, ValueKind, Whole
from kireji.core.policy.model import Policy
from kireji.core.policy.models import ModelName
from kireji.core.policy.texts import BRANCHES, INSTRUCTIONS, LABELS, LANGUAGE, LOGINS, PATTERNS
from kireji.core.pulls.people import Permission

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key:
    """One row: the name with dots, what it may hold, what it does. Its default is `Policy`'s.

    An editor shows `meaning` alone when somebody points at the key, so it is a sentence that needs no other row.
    """

    name: str
    kind: ValueKind
    meaning: str


_LIMIT = Whole(0, 1_000_000)
_SEVERITIES = {severity.value: severity for severity in reversed(Severity)}
_FLOORS = [Permission.ADMIN, Permission.MAINTAIN, Permission.WRITE, Permission.TRIAGE]
_RULES = Choice({name: name for name in Policy().rules})

KEYS: tuple[Key, ...] = (
    Key("triggers.drafts", Flag(), "Review draft pull requests automatically."),
    Key("triggers.bots", Flag(), "Review pull requests opened by bots automatically."),
    Key(
        "triggers.on_push",
        Flag(),
        "Review each push to a pull request automatically; if `false`, a push waits until somebody asks for a review.",
    ),
    Key(
        "triggers.labels.require",
        LABELS,
        "Only pull requests with at least one of these labels are reviewed automatically; `[]` for all.",
    ),
    Key("triggers.labels.ignore", LABELS, "Pull requests with one of these labels are not reviewed automatically."),
    Key("triggers.authors.ignore", LOGINS, "Pull requests by these authors (logins) are not reviewed automatically."),
    Key(
        "triggers.base_branches",
        BRANCHES,
        "Only pull requests into these branches are reviewed automatically; for a stacked one, its stack's base counts. `*` "
        "matches any characters, including `/`.",
    ),
    Key(
        "triggers.max_files",
        _LIMIT,
        "Pull requests that change more files than this are not reviewed automatically; 0 for no limit.",
    ),
    Key(
        "triggers.max_lines",
        _LIMIT,
        "Pull requests that change more lines than this are not reviewed automatically; 0 for no limit.",
    ),
    Key(
        "paths.include",
        PATTERNS,
        "Files to review although they look generated or vendored, or are too large; patterns as in .gitignore.",
    ),
    Key(
        "paths.exclude",
        PATTERNS,
        "Files that are not reviewed, even if `paths.include` matches them; patterns as in .gitignore.",
    ),
    Key(
        "instructions",
        INSTRUCTIONS,
        "Instructions for reviewing certain files: a list of `paths` (patterns as in .gitignore), each with a `text`.",
    ),
    Key(
        "context.enclosing",
        Flag(),
        "Show the model the signature of the function or class around a change, and lines near the change.",
    ),
    Key("context.definitions", Flag(), "Show the model the definitions of what changed lines use."),
    Key(
        "context.callers",
        Flag(),
        "Show the model the callers of functions whose signature changed or that were removed.",
    ),
    Key("context.issue", Flag(), "Show the model the issue that the pull request closes."),
    Key("context.description", Flag(), "Show the model the pull request's title and description."),
    Key("context.files", Flag(), "Show the model the names of all files under review, besides those it is reading."),
    Key("findings.min_severity", Choice(_SEVERITIES), "The least severity of a finding that is reported."),
    Key(
        "findings.max_comments",
        Whole(1, 100, nullable=True),
        "The most inline comments in one review; the operator's `KIREJI_MAX_COMMENTS` is the upper limit.",
    ),
    Key(
        "findings.verify",
        Flag(),
        "Have a second model call try to refute each finding before it is reported.",
    ),
    Key(
        "conclusion.fail_on",
        Choice({"never": None} | _SEVERITIES),
        "The check run fails if a finding is at or above this severity; with `never` findings leave it neutral.",
    ),
    Key("language", LANGUAGE, "The language of the comments, such as `Deutsch` or `Brazilian Portuguese`."),
    Key(
        "model",
        ModelName(),
        "The model that reviews, if the operator allows it (`KIREJI_POLICY_MODELS`): "
        + list_models(MODELS.values())
        + "; or one of these with a date, such as `claude-haiku-4-5-20251001`.",
    ),
    Key(
        "depth",
        Choice({depth.value: depth for depth in Depth}),
        "How thoroughly pull requests are reviewed: `fast`; `balanced`, with extended thinking about risky parts; `deep`, "
        "where a stronger model also plans, reads across files and verifies; or `auto`, which is fast or "
        "balanced depending on the change's risk.",
    ),
    Key(
        "escalate",
        Flag(),
        "Let the operator's deep model read what the reviewing model could not, even in smaller pieces.",
    ),
    Key(
        "budget.review",
        Dollars(),
        "Dollars that one review may cost; the operator's `KIREJI_BUDGET_REVIEW` is the upper limit.",
    ),
    Key(
        "budget.day",
        Dollars(),
        "Dollars per day (UTC) that all reviews of the repository may cost; the operator's `KIREJI_BUDGET_REPOSITORY_DAY` is "
        "the upper limit.",
    ),
    Key(
        "rules",
        ListOf(_RULES, "rules files", len(Policy().rules)),
        "Files in the root of the base branch whose text is given to the model, if they exist; `[]` for none.",
    ),
    Key(
        "commands.floor",
        Choice({permission.value: permission for permission in _FLOORS}),
        "The least permission in the repository that commands require: `admin`, `maintain`, `write` or `triage`.",
    ),
    Key(
        "commands.author_may_review",
        Flag(),
        "Let a pull request's author use `/review` and `/review ask` without the permission that commands require.",
    ),
    Key("threads.resolve_fixed", Flag(), "Close Kireji's review threads once their problems are fixed."),
    Key("threads.answers", Whole(0, 20), "How many times Kireji answers in one thread."),
    Key(
        "summary_comment",
        Flag(),
        "Also post what the check run says as one comment, which later reviews edit in place.",
    ),
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
    return replace(record, **here)  # pyrefly: ignore[bad-specialization] - T is one of the dataclasses of `model`
