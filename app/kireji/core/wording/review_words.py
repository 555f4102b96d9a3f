"""Every sentence the bot says. Short, plain, specific: what is so, what follows from it, what to do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from kireji.core.diff.unified import Unread
from kireji.core.findings.coverage import Coverage
from kireji.core.findings.finding import Category, Confidence, Severity, Verification
from kireji.core.findings.rules import PHRASES, Rule
from kireji.core.models.catalogue import spec_of
from kireji.core.money.ledger import Bill
from kireji.core.policy.wanted import CLOSED as CLOSED_NOW
from kireji.core.review.result import Review
from kireji.core.review.rules_applied import dropped_by_rule, moved_by_rule
from kireji.core.wording import end_words
from kireji.core.wording.money_words import shortage_title
from kireji.errors import DefectError, KirejiError, TransientError, UserError

SEVERITY_MARKS = {Severity.CRITICAL: "🔴", Severity.HIGH: "🟠", Severity.MEDIUM: "🟡", Severity.LOW: "⚪"}

CATEGORY_NAMES = {
    Category.CORRECTNESS: "correctness",
    Category.SECURITY: "security",
    Category.CONCURRENCY: "concurrency",
    Category.RESOURCES: "resources",
    Category.ERRORS: "error handling",
    Category.CONTRACT: "API contract",
    Category.DATA_LOSS: "data loss",
    Category.PERFORMANCE: "performance",
    Category.TESTS: "tests",
}

CONFIDENCE_NAMES = {
    Confidence.HIGH: "high confidence",
    Confidence.MEDIUM: "medium confidence",
    Confidence.LOW: "low confidence",
}

CHECKED: dict[Verification | None, str] = {
    Verification.CONFIRMED: "verified",
    Verification.UNSURE: "could not be confirmed",
    Verification.UNVERIFIED: "not verified",
}

READING = ("Reading the pull request", "Kireji is reading this change. Its findings will appear here.")
REFUSED_BY_MODEL = "Claude declined to read it"
TOO_LONG = "Claude's answer did not fit"
CUT_SHORT = f"{TOO_LONG}, even in smaller pieces"
NOT_AN_ANSWER = "Claude's answer was not in the agreed form"
NOTHING_TO_READ = "Nothing to review"
PAUSED = "the reviews are paused by"
CACHE_DEAD = (
    "The prompt cache did not work: two calls in a row neither wrote nor read it, so the prefix was paid in full. "
    "Check that the model, and the service behind ANTHROPIC_BASE_URL, support prompt caching."
)


def count(number: int, thing: str, things: str = "") -> str:
    """'1 hunk', '3 hunks', '1,200 lines'."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def title(review: Review) -> str:
    """The check run's title: what was found, and, if not all was read, that."""
    coverage = review.coverage
    if review.nothing_to_read:
        return NOTHING_TO_READ
    found = count(len(review.findings), "finding") if review.findings else "No findings"
    if review.standing:
        found = found_and_standing(review)
    if coverage.complete:
        return found if review.standing or not coverage.hunks else f"{found} in {count(coverage.hunks, 'hunk')}"
    if coverage.nothing and review.shortage is not None:
        return shortage_title(review.shortage)
    if coverage.nothing:
        return "Not reviewed: nothing was read"
    read = f"{coverage.hunks_read:,} of {count(coverage.hunks, 'hunk')} read"
    return f"Partly reviewed: {read}; {found[0].lower()}{found[1:]}"


def read_so_far(coverage: Coverage) -> str:
    """How much was read, in one sentence."""
    if not coverage.files:
        return "Nothing was read, since what changed was not shown."
    return (
        f"Read {coverage.hunks_read:,} of {count(coverage.hunks, 'hunk')} "
        f"({coverage.lines_read:,} of {count(coverage.lines, 'changed line')}) in {count(coverage.files, 'file')}."
    )


def unread(item: Unread) -> str:
    """Why something was not read; the path is left to the renderer."""
    hunks = f"{count(item.hunks, 'hunk')} not read: " if item.hunks else "not read: "
    return ("read in part: " if item.partly else hunks) + item.reason


def bill(paid: Bill) -> str:
    """What the review cost, in one line."""
    if not paid.calls:
        return "No model call was made."
    dollars = f"${paid.dollars:.4f}" if spec_of(paid.model).priced else "cost unknown"
    return (
        f"{dollars} · {count(paid.calls, 'call')} to {paid.model}"
        + (f" ({count(paid.attempts, 'attempt')})" if paid.attempts > paid.calls else "")
        + f" · {paid.usage.total_input:,} tokens in, {paid.usage.cached_share:.0%} of them from the cache, "
        f"{paid.usage.output_tokens:,} out · {paid.seconds:.1f} s"
    )


def opening(comments: int, summary: Sequence[object]) -> str:
    """The review's own body, above its inline comments."""
    first = "Kireji has one comment." if comments == 1 else f"Kireji has {comments} comments."
    more = f" {count(len(summary), 'more finding')} and what was read: see the check run." if summary else ""
    return first + (more or " What was read and what it cost: see the check run.")


NO_SECRETS_FORK = (
    "Not reviewed: this pull request comes from a fork, and GitHub gives its workflows no secrets, so there is no key for "
    "Claude. A maintainer can have it reviewed with `/review` in a comment, where the workflow also runs on "
    "`issue_comment`; or the workflow may run on `pull_request_target`, which is safe here: Kireji never checks out or "
    "runs the pull request's code."
)
NO_SECRETS_DEPENDABOT = (
    "Not reviewed: GitHub gives Dependabot's pull requests none of the repository's Actions secrets. To have them "
    "reviewed, add `ANTHROPIC_API_KEY` to its Dependabot secrets too."
)
NOTHING_ASKED = "Nothing that was asked for needs a review."
NO_KEY = "`anthropic-api-key` is empty: set the secret ANTHROPIC_API_KEY in the repository's settings, and pass it to this step"


NO_ROOM = "other reviews of this repository run first"


def waiting_note(error: TransientError, until: datetime) -> str:
    """Why a review waits, and how long, in one line."""
    return f"{error}; goes on at {until:%H:%M} UTC"


def waiting(error: TransientError, until: datetime) -> tuple[str, str]:
    """Title and summary of a check run whose review waits and will go on by itself."""
    return (
        f"Waiting until {until:%H:%M} UTC",
        f"{error}. The review continues automatically at about {until:%H:%M} UTC.",
    )


def held(until: datetime) -> tuple[str, str]:
    """Title and summary of a check run whose review waits for the model, and goes on by itself."""
    return (
        f"Waiting for Claude's rate limit until about {until:%H:%M} UTC",
        "All reviews of this Kireji share Claude's rate limit, and now there is more to read than it allows at once. "
        f"This review has its turn by about {until:%H:%M} UTC and continues automatically.",
    )


def superseded(new_head: str, old_head: str) -> tuple[str, str]:
    """Title and summary of a check run whose review is no longer wanted."""
    if new_head == old_head:
        return "Abandoned: a newer review was asked for", "See the newer check run of this commit."
    return (
        f"Abandoned: the head moved to {new_head[:7]}",
        "Commits were pushed while this head was being read, so nothing was posted for it. "
        f"See the check run of `{new_head[:7]}`.",
    )


def failed(error: BaseException) -> tuple[str, str]:
    """Title and summary of a check run whose review did not happen. An unforeseen error's text is kept for the log."""
    said = str(error).removesuffix(".")
    match error:
        case UserError():
            return f"Not reviewed: {said}", f"{said}.\n\n{error.remedy}"
        case TransientError():
            what = (
                f"{said}. Kireji tried again and gave up. When the service is back, push again, "
                "or close and reopen the pull request."
            )
            return "Not reviewed: a service did not answer", what
        case DefectError() | KirejiError():
            return "Not reviewed: an error in Kireji", f"{said}. Nothing was posted. The server's log has the details."
        case _:
            return "Not reviewed: an error in Kireji", "Nothing was posted. The server's log has the details."


ENDED_BY_ERROR = "an error in Kireji ended it"
ENDED_TOO_OFTEN = "it was begun several times and never came to its end"
LOST_REPORT = (
    "Reviewed, but the report was lost",
    "The review is done, and its comments, if there are any, are on the pull request. This report of what was read could "
    "not be written at that time. Push again to have one made.",
)
CANCELLED_BY_COMMAND = "cancelled in a comment"
CANCELLED_RUN = "the workflow's run was cancelled"


def cancelled(note: str) -> tuple[str, str]:
    """Title and summary of a check run whose review was cancelled; `note` is the plain reason."""
    if note == end_words.CLOSED:
        return "Cancelled: the pull request was closed", "Reopen the pull request to have it reviewed."
    if note == CANCELLED_BY_COMMAND:
        return "Cancelled in a comment", "Write `/review` in a comment to have it done."
    if note == CANCELLED_RUN:
        return "Cancelled: the workflow's run was cancelled", "Run the job again to have it done."
    return "Cancelled", "Somebody who runs Kireji cancelled this review. Push again to have it done."


MOVED_ON = (
    "Abandoned: the head moved",
    "This commit was no longer the pull request's head when Kireji came to it, so nothing was posted for it.",
)


def given_up(note: str) -> tuple[str, str]:
    """Title and summary of a check run that a failed review left open; `note` is the plain reason."""
    why = ENDED_BY_ERROR if note in {"", "defect"} else note.rstrip(".")
    return (
        "Not reviewed: the review broke off",
        f"{why[0].upper()}{why[1:]}. The server's log has the details. Comments that were posted before stay. "
        "Push again, or close and reopen the pull request, to have it done.",
    )


def found_and_standing(review: Review) -> str:
    """What a later round found, and what it found again: "2 findings, 3 still open in their threads"."""
    found = count(len(review.findings), "finding") if review.findings else "No new findings"
    still = len(review.standing)
    return f"{found}, {still:,} still open in {'its thread' if still == 1 else 'their threads'}"


def not_told(review: Review) -> str:
    """Which findings are left out on purpose, by kind where they did not survive; "" if none."""
    silenced, minor = review.silenced, review.minor
    again = f"{count(silenced, 'finding')} {'is' if silenced == 1 else 'are'} not reported again: resolved or dismissed before."
    below = f"{count(minor, 'finding')} below {review.min_severity} {'is' if minor == 1 else 'are'} not shown."
    kinds = Counter(dropped.rule for dropped in review.dropped).most_common()
    fallen = f"Not reported: {'; '.join(f'{number:,} × {PHRASES[rule]}' for rule, number in kinds)}."
    counted = ((silenced, again), (minor, below), (len(kinds), fallen))
    return " ".join(sentence for number, sentence in counted if number)


def rules_applied(review: Review) -> str:
    """How many findings each rule dropped or kept from opening a thread, by the rules' ids; "" where none did."""
    dropped = dropped_by_rule(review)
    moved = moved_by_rule(review)
    counted = ((dropped, "dropped"), (moved, "opened no thread"))
    sentences = [f"{sum(counts.values()):,} {what}: {_by_rule(counts)}." for counts, what in counted if counts]
    return f"By rule: {' '.join(sentences)}" if sentences else ""


def _by_rule(counts: Mapping[Rule, int]) -> str:
    return ", ".join(f"{number:,} {rule}" for rule, number in counts.items())


def paused(by: str) -> str:
    """Why a push is not reviewed while the reviews are paused."""
    return f"{PAUSED} {by}; `/review resume` in a comment ends that"


def not_reviewed(reason: str) -> tuple[str, str]:
    """Title and summary of a check run whose pull request is not to be reviewed."""
    first = reason.partition(";")[0]
    asked, reopened = "`/review` in a comment gets it reviewed anyway.", "Reopen it to have it reviewed."
    remedy = reopened if reason == CLOSED_NOW else asked
    return f"Not reviewed: {first}"[:255], f"Not reviewed, since {reason}.\n\n{remedy}"


def model_denied(asked: str, used: str) -> str:
    """The policy names a model that the operator does not offer."""
    return (
        f"The policy asks for the model {asked}, which this Kireji does not offer, so {used} was used. "
        "Whoever runs Kireji can allow it with KIREJI_POLICY_MODELS."
    )


def in_force(model: str, most: int) -> str:
    """Of what a policy leaves open and the operator limits, what holds."""
    return (
        f"With the operator's settings this comes to the model `{model}` and at most {count(most, 'inline comment')}."
    )


def closed(number: int) -> str:
    """How many of our threads a review closed."""
    return f"{count(number, 'thread')} closed: {'its problem is' if number == 1 else 'their problems are'} fixed."


def in_part(review: Review) -> str:
    """Said where somebody asked for some of the files."""
    return "Only the files that were asked for were read." if review.in_part and review.coverage.hunks else ""


def read(review: Review) -> str:
    """How much was read, or why there was nothing to read; "" where it could not be read, which is told file by file."""
    if review.coverage.hunks:
        return read_so_far(review.coverage)
    if review.coverage.unread:
        return ""
    whose = "that was asked for" if review.in_part else "of this change"
    return f"No file {whose} has lines to review."
