"""Run the tests that know of dates on each of the proof's days: `python -m tests.dates`, or with other tests named."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from tests.dates.days import Day, days, environment

# Tokens and their lives, rate limits, budgets, retirements, leases, retention, logs, commands. Not among them are tests whose
# processes have an environment of their own, where the clock is not moved: there two days would meet.
KNOWS_OF_DATES = (
    "tests/adapters/claude/test_failure.py",
    "tests/adapters/claude/test_limits.py",
    "tests/adapters/claude/test_requests_by_model.py",
    "tests/adapters/claude/test_signin.py",
    "tests/adapters/github/test_auth.py",
    "tests/adapters/github/test_limits.py",
    "tests/adapters/store",
    "tests/core/test_budget.py",
    "tests/core/test_hook_log.py",
    "tests/core/test_money.py",
    "tests/entry/test_costs.py",
    "tests/entry/test_doctor.py",
    "tests/entry/test_replay.py",
    "tests/entry/test_review.py",
    "tests/flow",
    "tests/sandbox/claude/test_batches.py",
    "tests/sandbox/github/test_auth.py",
    "tests/stories/test_budgets.py",
    "tests/stories/test_first_review.py",
    "tests/stories/test_models.py",
    "tests/stories/test_rate_limits.py",
    "tests/test_settings.py",
)
SLACK = timedelta(minutes=2)  # how far a moved clock may be off: what starts the process takes time as well


def run(day: Day, tests: tuple[str, ...]) -> bool:
    """Run `tests` on `day`; whether they passed."""
    now = datetime.now(UTC)  # noqa: TID251 - the day is told from the machine's own
    print(f"== {day.name}: {day.begins:%Y-%m-%d %H:%M} in UTC, {day.zone}", flush=True)

    moved = environment(day, now, os.environ)  # noqa: TID251 - handed on to the tests
    if not _believes(day, moved):
        print("the clock cannot be moved on this machine: libfaketime has no effect here", flush=True)
        return False

    workers = str(os.cpu_count() or 1)
    command = [sys.executable, "-m", "pytest", "-n", workers, "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, env=moved, check=False).returncode == 0


def _believes(day: Day, moved: dict[str, str]) -> bool:
    """Whether a process under `moved` takes it for `day`. A clock that did not move would prove nothing."""
    command = [sys.executable, "-c", "import time; print(time.time())"]
    told = subprocess.run(command, env=moved, check=True, capture_output=True, text=True).stdout
    seen = datetime.fromtimestamp(float(told), UTC)
    return abs(seen - day.begins) < SLACK


def main() -> int:
    """The process's status: 0 where all passed on all days."""
    tests = tuple(sys.argv[1:]) or KNOWS_OF_DATES
    now = datetime.now(UTC)  # noqa: TID251 - the days are told from the machine's own
    failed = [day.name for day in days(now) if not run(day, tests)]
    print("failed: " + "; ".join(failed) if failed else "passed on all days", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
