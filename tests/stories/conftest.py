"""Stories: the real App between a loopback GitHub and a loopback Claude. `deliver`, then see what was posted."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kireji.adapters.store.engine import create_engine, writing
from kireji.adapters.store.schema import upgrade
from kireji.adapters.store.tables import metadata
from kireji.entry.service.web import create_app
from kireji.settings import Settings, load
from kireji.wiring.service import build_world
from tests.databases import new_sqlite
from tests.sandbox.claude import ClaudeSandbox
from tests.sandbox.github import GitHubSandbox
from tests.sandbox.serve import LoopbackServer
from tests.stories.town import HastyClock, Town, private_key
from tests.stories.worker import Worker

APP_ID = 4711
WEBHOOK_SECRET = "a webhook's secret"


@pytest.fixture
def town(request: pytest.FixtureRequest, database: Engine, tmp_path: Path) -> Iterator[Town]:
    """A fresh GitHub, Claude and App; the App does not wait in earnest. Markers change its settings and permissions."""
    given = request.node.get_closest_marker("settings")
    granted = request.node.get_closest_marker("permissions")
    clock = HastyClock()
    with GitHubSandbox() as github, ClaudeSandbox(clock=clock.monotonic) as claude:
        identity = github.install_app(
            app_id=APP_ID,
            private_key_pem=private_key(),
            webhook_secret=WEBHOOK_SECRET,
            permissions=dict(granted.kwargs) if granted else None,
        )
        chosen = tuple(given.kwargs.items()) if given else ()
        settings = replace(
            _settings(chosen), github_api_url=github.url, anthropic_base_url=claude.url, code_dir=tmp_path
        )
        worker = Worker(partial(build_world, settings, clock), database, clock, settings.mention)
        secret = settings.webhook_secret.reveal().encode()
        app = create_app(worker, secret=secret, max_body_bytes=settings.max_body_bytes)
        with LoopbackServer(app.wsgi_app) as server:
            yield (inhabited := Town(github, claude, identity, server.url, worker, clock))
            inhabited.settle()
        assert not github.violations


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database with our tables, which stories share: each engine compiles every statement anew."""
    engine = create_engine(new_sqlite(tmp_path_factory.mktemp("stories")))
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def database(shelf: Engine) -> Engine:
    """The App's database in this story, empty."""
    with writing(shelf) as conn:
        for table in reversed(metadata.sorted_tables):
            conn.execute(table.delete())
    return shelf


@cache
def _settings(chosen: tuple[tuple[str, str], ...]) -> Settings:
    """The App's settings but for the addresses; checking the key takes a twentieth of a second."""
    return load(
        {
            "KIREJI_APP_ID": str(APP_ID),
            "KIREJI_PRIVATE_KEY": private_key(),
            "KIREJI_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "ANTHROPIC_API_KEY": "sk-ant-sandbox",
            "KIREJI_SEARCH": "off",  # a story of a search turns it on; it costs four processes
            **dict(chosen),
        }
    )
