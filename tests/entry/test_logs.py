"""A log line is one line, in UTC, and holds no secret."""

import logging

import pytest

from kireji.entry.logs import LineFormatter, set_up
from kireji.settings import Secret

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----"


def line(message: str, *args: object, secrets: tuple[str, ...] = (), error: BaseException | None = None) -> str:
    """A record of the epoch's first second, as a line."""
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("kireji.entry", logging.INFO, __file__, 1, message, args, exc_info)
    record.created, record.msecs = 0.0, 7.0
    return LineFormatter(Secret(text) for text in secrets).format(record)


def test_a_record_is_one_line_in_utc() -> None:
    """Time, level, logger, message; a line end in it, which a sender might have put there, is written out."""
    assert line("took %s\nforged\r", "a") == "1970-01-01T00:00:00.007Z INFO kireji.entry took a\\nforged\\r"


@pytest.mark.parametrize(
    ("secret", "left"),
    [
        ("ghs_16C7e42F292c6912E7710c838347Ae178B4a", ""),
        ("ghs_123456_eyJhbGciOi.eyJpc3MiOi.c2ln-_", ""),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", ""),
        ("github_pat_11AAAAAA0_abcdef", ""),
        ("sk-ant-api03-abc_DEF-123", ""),
        ("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl", ""),
        ("Bearer v1.abcdef0123456789", "Bearer "),
        (PEM, ""),
        (PEM.replace("\n", "\\n"), ""),
        (PEM[:45], ""),
    ],
)
def test_what_looks_like_a_secret_is_blotted_out(secret: str, left: str) -> None:
    """In messages, arguments and exceptions: GitHub's and Anthropic's tokens, JWTs, keys, even half a key."""
    assert line("got " + secret).endswith(f"got {left}[secret]")
    assert line("got %s", secret).endswith(f"got {left}[secret]")
    shown = line("failed", error=ValueError(f"bad: {secret}"))
    assert "ValueError: bad" in shown
    assert secret.removeprefix(left).splitlines()[-1] not in shown


def test_the_services_own_secrets_are_blotted_out_whatever_their_form() -> None:
    """A webhook secret has no form to know it by; the longest match counts."""
    assert line("a swordfish-2 b", secrets=("swordfish", "swordfish-2")).endswith(" a [secret] b")
    assert line("is 'It''s (a) s.cret'", secrets=("(a) s.cret",)).endswith("is 'It''s [secret]'")


def test_ordinary_words_stay() -> None:
    """A secret too short to be one does not blot out words, and words that resemble tokens are left alone."""
    words = "the eyes.of a bearer of tokens in ghs and sk-anti-pattern"
    assert line(words, secrets=("a", "")).endswith(" " + words)


def test_set_up_writes_to_stderr_from_its_level_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Once, even when it is called twice; libraries that tell every request are quiet."""
    root = logging.getLogger()
    before = (root.level, root.handlers[:])
    root.handlers[:] = []
    try:
        set_up("INFO")
        set_up("INFO", [Secret("swordfish")])
        logging.getLogger("app.test").debug("unheard")
        logging.getLogger("app.test").info("heard swordfish")
        logging.getLogger("httpx2").info("POST /v1/messages")
    finally:
        root.setLevel(before[0])
        root.handlers[:] = before[1]
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert captured.err.endswith("INFO app.test heard [secret]\n")


def test_an_exception_is_on_the_same_line() -> None:
    """So that one record is one line for whatever collects the logs."""
    with pytest.raises(RuntimeError) as caught:
        raise RuntimeError("disk full")
    shown = line("failed", error=caught.value)
    assert "Traceback" in shown
    assert "\n" not in shown
    assert shown.endswith("\\nRuntimeError: disk full")


def test_no_record_commands_a_runner() -> None:
    """The log of an Actions step is read for commands, old ones anywhere in a line: a file's name in it is none."""
    assert "##[" not in line("cannot read a##[set-output name=x]b.py")
