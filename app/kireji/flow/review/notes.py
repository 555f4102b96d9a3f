"""What the check run says beside the findings."""

from kireji.core.events.job import ReviewRequest
from kireji.core.findings.addressed import left_out, note
from kireji.core.findings.coverage import Reading
from kireji.core.policy.markdown import fits_nothing_note
from kireji.core.review.unproven_words import unproven_note
from kireji.core.scope.choose import find_unmatched
from kireji.core.wording import end_words
from kireji.core.wording.money_words import not_together
from kireji.flow.review.prepare import PreparedReview


def write_notes(ask: ReviewRequest, ready: PreparedReview, across: Reading | None, *, plain: bool) -> tuple[str, ...]:
    """The paragraphs, in their order. `across` is what came of reading all files together, `plain` as in `World`."""
    steering = ready.subject.steering
    files = ready.material.diff.files
    nowhere = fits_nothing_note(find_unmatched(ask.paths, ready.material.diff))

    return (
        *note(ready.subject.addressed),
        *([nowhere] if nowhere else []),
        *left_out(ready.contexts.left_out),
        *unproven_note(ready.material.scope.unproven),
        *steering.notes,
        *steering.unheard(files),
        *steering.unread(files),
        *([end_words.PLAIN] if plain else []),
        *ready.setup.notes,
        *ready.plan.notes(ask, deep_is_offered=ready.setup.deep is not None),
        *([not_together(across.unread)] if across is not None and across.unread else []),
    )
