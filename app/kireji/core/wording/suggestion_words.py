"""What the check run says of suggestions. The other sentences are in `wording`."""

from collections import Counter
from collections.abc import Sequence

from kireji.core.review.suggestion import Withheld
from kireji.core.wording.review_words import count


def withheld(reasons: Sequence[Withheld]) -> str:
    """How many suggestions are not offered, and why; "" if none."""
    if not reasons:
        return ""
    why = "; ".join(f"{reason} ({number:,})" for reason, number in Counter(reasons).most_common())
    return f"{count(len(reasons), 'suggestion')} not offered for a commit: {why}."
