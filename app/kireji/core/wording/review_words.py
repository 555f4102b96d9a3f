"""What is said of a review that was read: its title, how much of the change it covers, what is left out, what it cost."""

from collections import Counter
from collections.abc import Mapping, Sequence

from kireji.core.diff.unified import Unread
from kireji.core.findings.coverage import Coverage
from kireji.core.findings.rules import PHRASES, Rule
from kireji.core.models.catalogue import spec_of
from kireji.core.money.ledger import Bill
from kireji.core.review.result import Review
from kireji.core.review.rules_applied import dropped_by_rule, moved_by_rule
from kireji.core.review.suggestion import Withheld
from kireji.core.wording.money_words import shortage_title
from kireji.core.wording.plurals import choose, count

REFUSED_BY_MODEL = "Claude declined to read it"
TOO_LONG = "Claude's answer did not fit"
CUT_SHORT = f"{TOO_LONG}, even in smaller pieces"
NOT_AN_ANSWER = "Claude's answer was not in the agreed form"
NOTHING_TO_READ = "Nothing to review"

CACHE_DEAD = (
    "The prompt cache did not work: two calls in a row neither wrote nor read it, so the prefix was paid in full. "
    "Check that the model, and the service behind ANTHROPIC_BASE_URL, support prompt caching."
)


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


def found_and_standing(review: Review) -> str:
    """What a later round found, and what it found again: "2 findings, 3 still open in their threads"."""
    found = count(len(review.findings), "finding") if review.findings else "No new findings"
    still = len(review.standing)
    return f"{found}, {still:,} still open in {choose(still, 'its thread', 'their threads')}"


def not_reported(review: Review) -> str:
    """Which findings are left out on purpose, by kind where they did not survive; "" if none."""
    silenced = review.silenced
    minor = review.minor

    again = f"{count(silenced, 'finding')} {choose(silenced, 'is', 'are')} not reported again: resolved or dismissed before."
    below = f"{count(minor, 'finding')} below {review.min_severity} {choose(minor, 'is', 'are')} not shown."
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
    return f"{count(number, 'thread')} closed: {choose(number, 'its problem is', 'their problems are')} fixed."


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


def withheld(reasons: Sequence[Withheld]) -> str:
    """How many suggestions are not offered, and why; "" if none."""
    if not reasons:
        return ""
    why = "; ".join(f"{reason} ({number:,})" for reason, number in Counter(reasons).most_common())
    return f"{count(len(reasons), 'suggestion')} not offered for a commit: {why}."
