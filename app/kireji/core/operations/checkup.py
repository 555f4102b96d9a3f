"""What `kireji doctor` looks at, and what it makes of it: each a row with a state, what is so, and what to do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kireji.core.operations.hook_log import Attempt
from kireji.core.wording import signin_words as wording
from kireji.errors import KirejiError, UserError

SKEW = 30.0  # seconds; GitHub refuses an App whose clock is a minute ahead
SIGN_IN = "sign-in"
RECENT = 20  # deliveries that are looked at
_LEVELS = ("", "read", "write", "admin")


class Health(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One row. `remedy` says what to do, "" where nothing is."""

    name: str
    health: Health
    said: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class RegisteredApp:
    """The App as GitHub has it; `ahead` is how many seconds our clock is ahead of GitHub's."""

    slug: str
    permissions: Mapping[str, str]
    events: tuple[str, ...]
    ahead: float


def failed_check(name: str, error: KirejiError) -> Check:
    """What kept a check from being made."""
    return Check(name, Health.FAIL, str(error).removesuffix("."), error.remedy if isinstance(error, UserError) else "")


def check_key(*, unused: bool) -> Check:
    """Signing in with a key; `unused` where a sign-in without one is set up as well."""
    if unused:
        return Check(
            SIGN_IN, Health.WARN, f"{wording.WITH_KEY}; ANTHROPIC_FEDERATION_RULE_ID is not used", wording.UNSET_ONE
        )
    return Check(SIGN_IN, Health.OK, wording.WITH_KEY)


def check_sign_in(said: str, advice: str) -> Check:
    """Signing in without a key, which has worked."""
    return Check(SIGN_IN, Health.WARN if advice else Health.OK, said, advice)


def check_app(seen: RegisteredApp, permissions: Mapping[str, str], events: Sequence[str]) -> Iterator[Check]:
    """The App's permissions, events and clock."""
    yield Check("GitHub App", Health.OK, f"GitHub knows it as {seen.slug}")

    lacking = [
        f"{name.replace('_', ' ')}: {level}"
        for name, level in permissions.items()
        if _LEVELS.index(seen.permissions.get(name, "")) < _LEVELS.index(level)
    ]
    if lacking:
        yield Check("permissions", Health.FAIL, f"it lacks {', '.join(lacking)}", "Grant them in the App's settings.")
    else:
        yield Check("permissions", Health.OK, "it has all that Kireji needs")

    missing = sorted(set(events) - set(seen.events))
    if missing:
        yield Check(
            "events", Health.WARN, f"it does not receive {', '.join(missing)}", "Subscribe to them in its settings."
        )
    else:
        yield Check("events", Health.OK, "it receives all events that Kireji handles")

    if abs(seen.ahead) > SKEW:
        said = f"this machine's clock is {abs(seen.ahead):.0f} s {'ahead of' if seen.ahead > 0 else 'behind'} GitHub's"
        yield Check("clock", Health.FAIL, said, "Synchronise it by NTP: otherwise GitHub refuses the App.")
    else:
        yield Check("clock", Health.OK, "it agrees with GitHub's")


def check_webhook(attempts: Sequence[Attempt]) -> Check:
    """Whether GitHub reaches the webhook: by its own log of deliveries, newest first."""
    recent = attempts[:RECENT]
    if not recent:
        return Check(
            "webhook", Health.WARN, "GitHub has delivered nothing in the last days", "Open a pull request to see."
        )

    arrived = sum(attempt.arrived for attempt in recent)
    said = f"{arrived} of the last {len(recent)} deliveries arrived"
    if recent[0].arrived:
        return Check("webhook", Health.OK if arrived == len(recent) else Health.WARN, said)

    status = f"the last was answered with {recent[0].status}" if recent[0].status else "the last had no answer"
    return Check(
        "webhook", Health.FAIL, f"{said}; {status}", "Check the webhook's address and secret in the App's settings."
    )
