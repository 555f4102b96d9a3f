"""GitHub Actions: what a workflow's event asks for, and what a step says of its reviews."""

from collections.abc import Mapping
from dataclasses import dataclass

from kireji.core.events.delivery import Delivery
from kireji.core.findings.finding import Severity
from kireji.core.formats.report import reported_findings
from kireji.core.pulls.posting import Conclusion, HeadMoved, NotWanted
from kireji.core.review.result import Review
from kireji.core.wording import action_words
from kireji.core.wording.signin_words import FORK_CANNOT_SIGN_IN

# `pull_request_target` carries the same payload as `pull_request` (source: GitHub's "Events that trigger workflows").
EVENTS = {
    "pull_request": "pull_request",
    "pull_request_target": "pull_request",
    "issue_comment": "issue_comment",
    "pull_request_review_comment": "pull_request_review_comment",
    "pull_request_review": "pull_request_review",
    "merge_group": "merge_group",
}
QUEUE = "merge_group"
DISPATCH = "workflow_dispatch"
_WITHOUT_REVIEW = {type(None): "", NotWanted: Conclusion.SKIPPED.value, HeadMoved: Conclusion.CANCELLED.value}


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event of a workflow: its name, its payload, and the number of the run that it started."""

    event: str
    payload: Mapping[str, object]
    run: int

    @property
    def delivery(self) -> Delivery | None:
        """The webhook that says the same; None for an event that no webhook of ours has."""
        event = EVENTS.get(self.event)
        return None if event is None else Delivery(f"run-{self.run}", event, self.payload)

    @property
    def from_fork(self) -> bool:
        """Whether it is a run that GitHub gives no secrets and a token that may only read: a fork's `pull_request`."""
        if self.event not in {"pull_request", "pull_request_review_comment", "pull_request_review"}:
            return False
        head, base = (_repository(self.payload, side) for side in ("head", "base"))
        return head != base


def _repository(payload: Mapping[str, object], side: str) -> object:
    """The full name of a side's repository; None where it was deleted."""
    found: object = payload
    for name in ("pull_request", side, "repo", "full_name"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def without_key(trigger: Trigger, actor: str, *, signin: str = "") -> tuple[str, bool]:
    """Why nothing is read without a key for Claude, and whether somebody made a mistake.

    `signin` is what lacks where it is to sign in without one, and has no token to do so.
    """
    if signin:
        return (FORK_CANNOT_SIGN_IN, False) if trigger.from_fork else (signin, True)
    if trigger.from_fork:
        return action_words.NO_SECRETS_FORK, False
    if actor == "dependabot[bot]":
        return action_words.NO_SECRETS_DEPENDABOT, False
    return action_words.NO_KEY, True


def outputs(outcome: Review | NotWanted | HeadMoved | None, files: Mapping[str, str]) -> dict[str, str]:
    """The step's outputs; `files` are the paths of what was written, by their outputs' names."""
    if not isinstance(outcome, Review):
        conclusion = _WITHOUT_REVIEW[type(outcome)]
        return {"findings": "0", **dict.fromkeys(Severity, "0"), "conclusion": conclusion, "cost": "0"}

    severities = [reported.finding.severity for reported in reported_findings(outcome)]
    return {
        "findings": f"{len(severities)}",
        **{severity.value: f"{severities.count(severity)}" for severity in Severity},
        "conclusion": outcome.conclusion.value,
        "cost": f"{outcome.bill.dollars:.4f}",
        **files,
    }
