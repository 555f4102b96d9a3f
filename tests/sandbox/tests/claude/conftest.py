"""A loopback Claude whose clock a test moves by hand, and the real SDK pointed at it."""

from collections.abc import Iterator
from datetime import date

import pytest
from anthropic import Anthropic, DefaultHttpxClient

from tests.sandbox.claude import ClaudeSandbox
from tests.sandbox.tests.claude.support import HandClock


@pytest.fixture
def clock() -> HandClock:
    """The sandbox's clock."""
    return HandClock()


@pytest.fixture
def claude(clock: HandClock) -> Iterator[ClaudeSandbox]:
    """A running loopback Claude."""
    with ClaudeSandbox(clock=clock, today=date(2026, 11, 2)) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def connections() -> Iterator[DefaultHttpxClient]:
    """One pool for all tests: making one takes a tenth of a second."""
    with DefaultHttpxClient() as pool:
        yield pool


@pytest.fixture
def client(claude: ClaudeSandbox, connections: DefaultHttpxClient) -> Anthropic:
    """The SDK, without retries of its own."""
    return Anthropic(base_url=claude.url, api_key=claude.api_key, max_retries=0, http_client=connections)
