"""An upgrade with reviews in flight: the old process is told to stop, the new one does the rest."""

import contextlib
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.adapters.clock import SystemClock
from app.adapters.store.engine import create_engine, reading
from app.adapters.store.tables import model_calls
from app.entry.web import create_app
from app.sandbox.claude import ClaudeSandbox, Latency
from app.sandbox.github import GitHubSandbox
from app.sandbox.serve import LoopbackServer
from app.settings import load
from app.wiring import build_intake, upgrade_database
from tests.chaos.crowd import CHUNK_TOKENS, FILES, Crowd
from tests.chaos.verdict import busy, judge
from tests.databases import SQLITE_FILE
from tests.entry.process import environment, running, wait

PULLS = 3
CLOCK = SystemClock()


def now() -> float:
    """Epoch seconds."""
    return CLOCK.now().timestamp()


@pytest.mark.timeout(180)
def test_reviews_in_flight_are_finished_by_the_next_process(tmp_path: Path) -> None:
    """Each is posted once, and no model call that was answered is made again."""
    slow = Latency(first_token=0.5)
    with (
        GitHubSandbox(latency=0.03) as github,
        ClaudeSandbox(latency=slow, clock=now) as claude,
        contextlib.ExitStack() as servers,
    ):
        identity = github.install_app(app_id=4711)
        environ = environment(
            tmp_path,
            KIREJI_APP_ID=str(identity.app_id),
            KIREJI_PRIVATE_KEY=identity.private_key_pem,
            KIREJI_WEBHOOK_SECRET=identity.webhook_secret,
            KIREJI_GITHUB_API_URL=github.url,
            ANTHROPIC_API_KEY=claude.api_key,
            ANTHROPIC_BASE_URL=claude.url,
            KIREJI_CHUNK_TOKENS=CHUNK_TOKENS,
            KIREJI_CONCURRENCY="2",
            KIREJI_DRAIN_SECONDS="0",
        )
        settings = load({name: value for name, value in environ.items() if name.startswith(("KIREJI", "ANTHROPIC"))})
        upgrade_database(settings)
        app = create_app(
            build_intake(settings), secret=identity.webhook_secret.encode(), max_body_bytes=settings.max_body_bytes
        )
        web = servers.enter_context(LoopbackServer(app.wsgi_app))
        store = create_engine(f"sqlite:///{tmp_path / 'data' / SQLITE_FILE}")

        def answered() -> int:
            with reading(store) as conn:
                return conn.scalar(select(func.count()).select_from(model_calls)) or 0

        crowd = Crowd(github, web.url, repos=PULLS)
        with running(environ, tmp_path, "worker") as old:
            old.await_said("worker w0 is ready")
            for repo in crowd.repositories():
                crowd.open(repo)
            wait(lambda: answered() >= 3)
            told = now()
            assert old.stop() == 0
        stopped = now()
        before = answered()
        asked = claude.count()
        assert before < PULLS * FILES, "the reviews were over too soon to show anything"
        with running(environ, tmp_path, "worker") as new:
            new.await_said("worker w0 is ready")
            wait(lambda: not busy(store), lambda: busy(store))
            assert new.stop() == 0
        assert claude.count() - asked == PULLS * FILES - before
        verdict = judge(crowd, claude, store, deaths=[told, stopped])
        assert (verdict.reviews, verdict.wrong) == ({"done": PULLS}, {})
        assert not crowd.failed
        store.dispose()
