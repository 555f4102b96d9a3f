"""What holds for all tests: how hypothesis tries, and that nobody reads the machine's certificates."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A slow machine is no failure. `make proofs` tries more: `--hypothesis-profile=proofs`.
settings.register_profile("suite", deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("proofs", settings.get_profile("suite"), max_examples=250)
settings.load_profile("suite")

# All speak plain HTTP on loopback, yet every client of Claude's would read two hundred certificates: 50 ms each time.
os.environ.setdefault("SSL_CERT_FILE", str(Path(__file__).with_name("data") / "no_authority.pem"))  # noqa: TID251


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """For tests of commands, which set the log up for their process: here that is other tests', too."""
    before = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:], logging.root.level = before
