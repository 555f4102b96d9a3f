"""How gunicorn is run, whoever starts it."""

import logging
import runpy
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask

from kireji.entry.service.server import Server, options
from kireji.settings import load

DEPLOY = Path(__file__).parent.parent.parent / "deploy"


@pytest.fixture
def environ() -> dict[str, str]:
    """The required settings."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    return {
        "KIREJI_APP_ID": "1",
        "KIREJI_PRIVATE_KEY": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "KIREJI_WEBHOOK_SECRET": "swordfish",
        "ANTHROPIC_API_KEY": "sk-ant-none",
    }


@pytest.mark.parametrize(
    ("host", "bind"), [("0.0.0.0", "0.0.0.0:81"), ("::1", "[::1]:81"), ("localhost", "localhost:81")]
)
def test_it_listens_where_the_settings_say(environ: dict[str, str], host: str, bind: str) -> None:
    """An IPv6 address needs brackets before its port."""
    assert options(load({**environ, "KIREJI_HOST": host, "KIREJI_PORT": "81"}))["bind"] == bind


def test_gunicorn_takes_every_option(environ: dict[str, str]) -> None:
    """It refuses a name or a value that it does not know; one process takes on while the other is started again."""
    server = Server(options(load(environ)), lambda: Flask(__name__))
    assert (server.cfg.workers, server.cfg.threads, server.cfg.worker_class_str) == (2, 8, "PatientWorker")
    assert server.cfg.accesslog is None


def test_the_deployed_file_says_the_same(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`deploy/gunicorn.conf.py` is for those who run gunicorn themselves; it has nothing of its own."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    expected = options(load(environ))
    root = logging.getLogger()
    before = (root.level, root.handlers[:])
    try:
        found = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))  # which sets up the log
    finally:
        root.setLevel(before[0])
        root.handlers[:] = before[1]
    assert {name: found[name] for name in expected} == expected
