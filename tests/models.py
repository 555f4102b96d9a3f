"""Models that retire when a test wants it, seen from the day on which the test runs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kireji.adapters.clock import SystemClock
from kireji.core.models.catalogue import MODELS


def stays(patch: pytest.MonkeyPatch, model: str, time: timedelta) -> str:
    """Have a model retire so long after today, or before it; the day."""
    day = SystemClock().now().date() + time
    patch.setitem(MODELS, model, replace(MODELS[model], retires=day, successor="claude-sonnet-5-5"))
    return day.isoformat()
