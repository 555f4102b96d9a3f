"""Stories: the real App between a loopback GitHub and a loopback Claude. `deliver`, then see what was posted."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.adapters.store.engine import create_engine
from app.adapters.store.schema import upgrade
from app.entry.web import create_app
from app.sandbox.claude import ClaudeSandbox
from app.sandbox.github import GitHubSandbox
from app.sandbox.serve import LoopbackServer
from app.settings import Settings, load
from app.wiring import build_world
from tests.stories.town import HastyClock, Town, private_key
from tests.stories.worker import Worker

APP_ID = 4711
WEBHOOK_SECRET = "a webhook's secret"


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest the stories' markers."""
    config.addinivalue_line("markers", "settings(NAME=value): settings of the App in this story")
    config.addinivalue_line("markers", "permissions(name=level): what the App's installation was granted in this story")


@pytest.fixture
def town(request: pytest.FixtureRequest, database: Engine) -> Iterator[Town]:
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
        settings = replace(_settings(chosen), github_api_url=github.url, anthropic_base_url=claude.url)
        worker = Worker(partial(build_world, settings, clock), database, clock, settings.mention)
        secret = settings.webhook_secret.reveal().encode()
        app = create_app(worker, secret=secret, max_body_bytes=settings.max_body_bytes)
        with LoopbackServer(app.wsgi_app) as server:
            yield (inhabited := Town(github, claude, identity, server.url, worker, clock))
            inhabited.settle()
        assert not github.violations


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with our tables, to be copied: making them takes a tenth of a second."""
    file = tmp_path_factory.mktemp("empty") / "kireji.sqlite3"
    engine = create_engine(f"sqlite:///{file}")
    upgrade(engine)
    engine.dispose()  # the last connection writes the log into the file
    return file


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Iterator[Engine]:
    """The App's database in this story."""
    engine = create_engine(f"sqlite:///{shutil.copy(empty_database, tmp_path)}")
    yield engine
    engine.dispose()


@cache
def _settings(chosen: tuple[tuple[str, str], ...]) -> Settings:
    """The App's settings but for the addresses; checking the key takes a twentieth of a second."""
    return load(
        {
            "KIREJI_APP_ID": str(APP_ID),
            "KIREJI_PRIVATE_KEY": private_key(),
            "KIREJI_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "ANTHROPIC_API_KEY": "sk-ant-sandbox",
            **dict(chosen),
        }
    )
