"""GitHub's rate limits of one installation, and what its answers tell of them.

Source: GitHub's pages on rate limits of the REST API. Primary: a number of requests an hour, told in every answer.
Secondary: 900 points a minute (a read 1, a write 5), 80 requests a minute and 500 an hour that create content, and
whatever GitHub sees fit; it counts within windows, so sizes and rates here add up to less than each window's limit.
"""

from collections.abc import Mapping
from datetime import datetime

from kireji.core.models.governor import Need, RateBudget, full_budget

#             meter=(at once, a second)
LIMITS: RateBudget = full_budget(
    points=(250.0, 600 / 60),
    minute=(20.0, 55 / 60),
    hour=(100.0, 380 / 3600),
    notices=(10.0, 10 / 60),
)
READ: Need = {"points": 1.0}
WRITE: Need = {"points": 5.0}
CREATE: Need = {"points": 5.0, "minute": 1.0, "hour": 1.0}
NOTICE: Need = {"notices": 1.0}  # tells people of a wait: goes during a pause too, so a few a minute are all

PATIENCE = 20.0  # seconds that a request is held back here; longer ones are the caller's to wait
KEPT = 100  # one in so many requests of an hour is kept to tell people why their review waits


def exhausted(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until the primary limit is reset, if next to nothing is left of it; else None."""
    limit, remaining, reset = (_whole(headers.get(f"x-ratelimit-{name}")) for name in ("limit", "remaining", "reset"))
    if limit is None or remaining is None or reset is None or remaining > limit // KEPT:
        return None
    return max(reset - now.timestamp(), 1.0)


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
