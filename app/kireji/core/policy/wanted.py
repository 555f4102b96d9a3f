"""Policy x pull request -> whether it is reviewed by itself, and by which instructions."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from pathspec import GitIgnoreSpec

from kireji.core.policy.model import Instruction, Labels, Policy, Triggers
from kireji.core.pulls.pull import PullRequest
from kireji.core.text.named import quote_words

CLOSED = "the pull request is closed"


def not_wanted(
    policy: Policy,
    pull: PullRequest,
    *,
    forced: bool,
    pushed: bool,
    changed_lines: int,
) -> str:
    """Why a pull request is not reviewed by itself, as one plain clause that is safe in Markdown; "" if it is.

    `forced`: a person asked for it, which overrides all but that it is closed. `pushed`: commits were added to what was
    there before.
    """
    if not pull.open:
        return CLOSED
    if forced:
        return ""

    triggers = policy.triggers
    reasons = (
        _by_state(triggers, pull, pushed=pushed),
        _by_labels(triggers.labels, pull.labels),
        _by_branch(triggers, pull),
        _by_size(triggers, pull.changed_files, changed_lines),
    )
    return next(filter(None, reasons), "")


def base_matters(policy: Policy) -> bool:
    """Whether the policy leaves pull requests out by the branch that they go into."""
    return "*" not in policy.triggers.base_branches


def is_base_wanted(policy: Policy, branch: str) -> bool:
    """Whether pull requests into this branch are reviewed by themselves."""
    return _names(policy.triggers, branch)


def label_matters(policy: Policy, label: str) -> bool:
    """Whether it can change anything that this label is put on a pull request or taken off."""
    labels = policy.triggers.labels
    return _has((*labels.require, *labels.ignore), label)


def instructions_for(policy: Policy, paths: Iterable[str]) -> tuple[Instruction, ...]:
    """The instructions that any of these paths fits, in the policy's order."""
    paths = tuple(paths)
    return tuple(item for item in policy.instructions if any(GitIgnoreSpec.from_lines(item.paths).match_files(paths)))


def _by_state(triggers: Triggers, pull: PullRequest, *, pushed: bool) -> str:
    if pull.draft and not triggers.drafts:
        return "the pull request is a draft; it is reviewed once it is ready"
    if pull.author_is_bot and not triggers.bots:
        return f"its author {quote_words(pull.author)} is a bot, and the policy leaves bots' pull requests out"
    if _has(triggers.authors.ignore, pull.author):
        return f"its author {quote_words(pull.author)} is ignored by the policy"
    if pushed and not triggers.on_push:
        return "the policy wants pushes to wait until somebody asks for a review"
    return ""


def _by_labels(wanted: Labels, labels: tuple[str, ...]) -> str:
    for label in labels:
        if _has(wanted.ignore, label):
            return f"it has the label {quote_words(label)}"
    if wanted.require and not any(_has(wanted.require, label) for label in labels):
        return f"it has no label that the policy requires: {_any_of(wanted.require)}"
    return ""


def _by_branch(triggers: Triggers, pull: PullRequest) -> str:
    """Of a stacked pull request the stack's base counts, as in GitHub's own rules: its own is another one's head."""
    branch = pull.stack_base or pull.base_ref
    if _names(triggers, branch):
        return ""
    whose = "its stack's base branch" if pull.stack_base else "its base branch"
    return f"{whose} {quote_words(branch)} is not one that the policy names"


def _names(triggers: Triggers, branch: str) -> bool:
    return any(fnmatchcase(branch, pattern) for pattern in triggers.base_branches)


def _by_size(triggers: Triggers, files: int, lines: int) -> str:
    for what, count, most in (("files", files, triggers.max_files), ("lines", lines, triggers.max_lines)):
        if most and count > most:
            return f"it changes {count:,} {what}, and the policy's limit is {most:,}"
    return ""


def _any_of(names: tuple[str, ...]) -> str:
    some = ", ".join(quote_words(name) for name in names[:5])
    return f"{some} or {len(names) - 5} others" if len(names) > 5 else some


def _has(names: Iterable[str], name: str) -> bool:
    """GitHub's logins and labels are the same in any capitals."""
    return name.casefold() in {other.casefold() for other in names}
