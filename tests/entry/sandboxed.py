"""Between the sandbox's GitHub and Claude: the web side in this process, workers as processes of their own."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from kireji.adapters.clock import SystemClock
from kireji.adapters.store.engine import create_engine
from kireji.entry.service.web import create_app
from kireji.settings import Settings, load
from kireji.wiring.intake import build_intake
from kireji.wiring.service import upgrade_database
from tests.chaos.crowd import CHUNK_TOKENS, Crowd
from tests.entry.process import environment
from tests.sandbox.claude import ClaudeSandbox, Latency
from tests.sandbox.github import GitHubSandbox
from tests.sandbox.serve import LoopbackServer

CLOCK = SystemClock()


def now() -> float:
    """Epoch seconds."""
    return CLOCK.now().timestamp()


@dataclass
class Scene:
    """Everybody: who opens pull requests, who answers, and the store between them."""

    claude: ClaudeSandbox
    crowd: Crowd
    environ: dict[str, str]
    settings: Settings
    store: Engine


@contextlib.contextmanager
def scene(folder: Path, *, repos: int, first_token: float, **settings: str) -> Iterator[Scene]:
    """A GitHub with so many repositories and a slow Claude, over SQLite. `first_token` is in seconds."""
    with (
        GitHubSandbox(latency=0.03) as github,
        ClaudeSandbox(latency=Latency(first_token=first_token), clock=now) as claude,
    ):
        identity = github.install_app(app_id=4711)
        environ = environment(
            folder,
            KIREJI_APP_ID=str(identity.app_id),
            KIREJI_PRIVATE_KEY=identity.private_key_pem,
            KIREJI_WEBHOOK_SECRET=identity.webhook_secret,
            KIREJI_GITHUB_API_URL=github.url,
            ANTHROPIC_API_KEY=claude.api_key,
            ANTHROPIC_BASE_URL=claude.url,
            KIREJI_CHUNK_TOKENS=CHUNK_TOKENS,
            **settings,
        )
        loaded = load({name: value for name, value in environ.items() if name.startswith(("KIREJI", "ANTHROPIC"))})
        upgrade_database(loaded)
        secret = identity.webhook_secret.encode()
        app = create_app(build_intake(loaded), secret=secret, max_body_bytes=loaded.max_body_bytes)
        store = create_engine(loaded.store_url)
        with LoopbackServer(app.wsgi_app) as web:
            yield Scene(claude, Crowd(github, web.url, repos=repos), environ, loaded, store)
        store.dispose()
