"""What the maintainers want of the reviews. The defaults need no file.

Each field is a key of the file, with a row in `keys.KEYS` that says what it means and what it takes.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from kireji.core.chunks.depth import Depth
from kireji.core.findings.finding import Severity
from kireji.core.pulls.people import Permission


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels that decide whether a pull request is reviewed by itself; capitals do not count."""

    require: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ("no-review",)


@dataclass(frozen=True, slots=True)
class Authors:
    """Logins of those whose pull requests are not reviewed by themselves; capitals do not count."""

    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Triggers:
    """Which pull requests are reviewed without anybody asking. A limit of 0 is none."""

    drafts: bool = False
    bots: bool = False
    on_push: bool = True
    labels: Labels = field(default_factory=Labels)
    authors: Authors = field(default_factory=Authors)
    base_branches: tuple[str, ...] = ("*",)
    max_files: int = 0
    max_lines: int = 0


@dataclass(frozen=True, slots=True)
class Paths:
    """Patterns as in .gitignore, as `scope.choose` takes them."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Instruction:
    """What the reader is told where a file fits one of `paths`, patterns as in .gitignore."""

    paths: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Findings:
    """Which findings are reported, and how many at their lines."""

    min_severity: Severity = Severity.LOW

    max_comments: int | None = None
    """None is the operator's limit, which also is the ceiling."""

    verify: bool = True
    """Whether a second call tries to refute what is to be reported."""


@dataclass(frozen=True, slots=True)
class ConclusionPolicy:
    """From which severity on a finding makes the check run fail; None for never."""

    fail_on: Severity | None = None


@dataclass(frozen=True, slots=True)
class Commands:
    """Who may give commands: those with this permission, and the author, who may ask for a plain `/review`."""

    floor: Permission = Permission.WRITE
    author_may_review: bool = True


@dataclass(frozen=True, slots=True)
class Threads:
    """What becomes of our threads: whether they are closed once fixed, and how many answers each may have."""

    resolve_fixed: bool = True
    answers: int = 3


@dataclass(frozen=True, slots=True)
class Pieces:
    """What the reader is shown besides the changes: around them, of what they use, who uses it, the issue they close.

    And of the pull request: its title with its description, and the names of all its files.
    """

    enclosing: bool = True
    definitions: bool = True
    callers: bool = True
    issue: bool = True
    description: bool = True
    files: bool = True


@dataclass(frozen=True, slots=True)
class PolicyBudget:
    """The most that may be spent, in dollars; None is the operator's budget, which also is the ceiling."""

    review: Decimal | None = None
    day: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """All of it."""

    triggers: Triggers = field(default_factory=Triggers)
    paths: Paths = field(default_factory=Paths)
    instructions: tuple[Instruction, ...] = ()
    context: Pieces = field(default_factory=Pieces)
    findings: Findings = field(default_factory=Findings)
    conclusion: ConclusionPolicy = field(default_factory=ConclusionPolicy)
    language: str = "English"

    model: str | None = None
    """One of `catalogue.MODELS`, None for the operator's."""

    depth: Depth = Depth.FAST

    escalate: bool = False
    """Whether what the model cannot read even in smaller pieces is read by the operator's deep one."""

    budget: PolicyBudget = field(default_factory=PolicyBudget)

    rules: tuple[str, ...] = ("REVIEW.md", "AGENTS.md", "CLAUDE.md")
    """Files of the base branch."""

    commands: Commands = field(default_factory=Commands)
    threads: Threads = field(default_factory=Threads)
    summary_comment: bool = False
