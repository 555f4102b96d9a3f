"""A request that comes in pieces: where it ends, and when its end is not waited for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.events.arrival import FAIR_CHUNK, LONGEST_HEAD, LONGEST_LINE, MOST_CHUNKS, Arrival, Progress

LIMIT = 1000
HEAD = b"POST /webhook HTTP/1.1\r\nHost: x\r\n"
SIZES = st.lists(st.integers(1, 40), max_size=6)


def feed(raw: bytes, *, size: int = 7, wants: bool = True) -> Arrival:
    """An arrival that got this in pieces of some size."""
    arrival = Arrival(LIMIT, lambda _line, _headers: wants)
    for start in range(0, len(raw), size):
        arrival.feed(raw[start : start + size])
    return arrival


def chunked(sizes: list[int], extension: bytes = b"", trailer: bytes = b"") -> bytes:
    """A body in chunks of these sizes."""
    parts = [b"%x%b\r\n%b\r\n" % (size, extension, (b"0\r\n\r\n" * size)[:size]) for size in sizes]
    return b"".join(parts) + b"0\r\n" + trailer + b"\r\n"


@given(body=st.binary(max_size=200), size=st.integers(1, 50))
def test_a_body_of_a_known_length(body: bytes, size: int) -> None:
    """It is whole with its last byte, in whatever pieces it comes, and not before; what is behind it is the next's."""
    raw = HEAD + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    assert feed(raw, size=size).progress is Progress.WHOLE
    assert feed(raw[:-1], size=size).progress in {Progress.HEAD, Progress.BODY}
    behind = feed(raw + b"GET", size=size)
    assert (behind.progress, bytes(behind.data)) == (Progress.WHOLE, raw + b"GET")


@given(
    sizes=SIZES,
    size=st.integers(1, 50),
    extension=st.sampled_from([b"", b";a=b"]),
    trailer=st.sampled_from([b"", b"A: b\r\n"]),
)
def test_a_body_in_chunks(sizes: list[int], size: int, extension: bytes, trailer: bytes) -> None:
    """The same, though its data look like its end."""
    raw = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(sizes, extension, trailer)
    for pieces in (size, 1):
        assert feed(raw, size=pieces).progress is Progress.WHOLE
        assert feed(raw[:-1], size=pieces).progress is Progress.BODY
        assert feed(raw + b"5\r\n", size=pieces).progress is Progress.WHOLE


def test_no_body() -> None:
    """None is announced."""
    assert feed(HEAD + b"\r\n").progress is Progress.WHOLE
    assert feed(HEAD + b"\r").progress is Progress.HEAD


@pytest.mark.parametrize(
    "fields",
    [
        b"Content-Length: +5",
        b"Content-Length: -5",
        b"Content-Length: 0x5",
        b"Content-Length: 1_0",
        "Content-Length: ٥".encode(),
        b"Content-Length: 5\r\nContent-Length: 5",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: gzip, chunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: identity",
        b"Content-Length: 1001",
        b"Content-Length: " + b"9" * 5000,
    ],
)
def test_what_is_not_waited_for(fields: bytes) -> None:
    """A length that is too large, none at all, or one that can be read in two ways: the server refuses it by its head."""
    assert feed(HEAD + fields + b"\r\n\r\n").progress is Progress.CUT


@pytest.mark.parametrize(
    "body",
    [
        b"zz\r\n",
        b"-1\r\n",
        b"\r\n",
        b"0x5\r\n",
        b"123456789\r\n",
        b"1" * (LONGEST_LINE + 8),
        b"5;" + b"a" * 9999,
        b"0\r\n" + b"A: b\r\n" * 999,
    ],
)
def test_broken_chunks(body: bytes) -> None:
    """As soon as they are seen to be."""
    assert feed(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + body).progress is Progress.CUT


@pytest.mark.parametrize(("size", "most"), [(1, MOST_CHUNKS + 99), (FAIR_CHUNK // 2, 2 * MOST_CHUNKS + 99)])
def test_too_many_chunks(size: int, most: int) -> None:
    """A body may have many, and more where they are large."""
    chunk = b"%x\r\n%b\r\n" % (size, b"a" * size)
    arrival = Arrival(10_000_000, lambda _line, _headers: True)
    arrival.feed(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * (MOST_CHUNKS - 1))
    assert arrival.progress is Progress.BODY
    assert arrival.feed(chunk * (most - MOST_CHUNKS + 1)) is Progress.CUT
    large = Arrival(10_000_000, lambda _line, _headers: True)
    fair = b"%x\r\n%b\r\n" % (FAIR_CHUNK, b"a" * FAIR_CHUNK)
    assert (
        large.feed(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + fair * 3 * MOST_CHUNKS + b"0\r\n\r\n")
        is Progress.WHOLE
    )


def test_an_endless_head_and_an_endless_body() -> None:
    """Both have their limits; of a body one byte more than may be is kept, so that its reader sees it, too."""
    assert feed(b"a" * (LONGEST_HEAD + 8), size=1000).progress is Progress.CUT
    begun = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    for body in (b"%x\r\n" % 10**6 + b"a" * 2000, b"64\r\n" + b"a" * 100 + b"\r\n"):
        arrival = feed(begun + body * 20, size=50)
        assert arrival.progress is Progress.CUT
        assert bytes(arrival.data).count(b"a") > LIMIT


def test_a_body_that_nobody_wants() -> None:
    """The head decides; where there is no body there is nothing to ask."""
    assert feed(HEAD + b"Content-Length: 5\r\n\r\n", wants=False).progress is Progress.CUT
    assert feed(HEAD + b"Content-Length: 0\r\n\r\n", wants=False).progress is Progress.WHOLE


def test_what_is_asked() -> None:
    """With the request line, and the fields by their names in lower case."""
    asked = list[tuple[str, dict[str, str]]]()

    def wants(line: str, headers: object) -> bool:
        assert isinstance(headers, dict)
        asked.append((line, headers))
        return True

    Arrival(LIMIT, wants).feed(HEAD + b"X-Hub-Signature-256:  s \r\nCONTENT-length: 5\r\n\r\n")
    assert asked == [
        ("POST /webhook HTTP/1.1", {"host": "x", "x-hub-signature-256": "s", "content-length": "5"}),
    ]
