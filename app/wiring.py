"""Settings -> the running parts. The only module that knows the adapters."""

from app.adapters import claude, github
from app.adapters.clock import SystemClock
from app.adapters.journal import DirectJournal
from app.adapters.memory import MemoryStore
from app.flow.world import Limits, World
from app.ports import Clock
from app.settings import Settings


def build_world(settings: Settings, clock: Clock | None = None) -> World:
    """Connect everything a review needs. No request is sent yet; call it inside the running event loop.

    `clock` is the machine's own unless a test has another.
    """
    clock = clock or SystemClock()
    return World(
        forge=github.connect(
            api_url=settings.github_api_url,
            app_id=settings.app_id,
            private_key_pem=settings.private_key.reveal(),
            clock=clock,
        ),
        model=claude.connect(
            api_key=settings.anthropic_api_key.reveal(),
            base_url=settings.anthropic_base_url,
            model_name=settings.model,
            clock=clock,
            concurrency=settings.concurrency,
        ),
        store=MemoryStore(),
        journal=DirectJournal(),
        clock=clock,
        limits=Limits(
            chunk_tokens=settings.chunk_tokens,
            output_tokens=settings.max_output_tokens,
            comments=settings.max_comments,
            file_lines=settings.max_file_lines,
        ),
    )
