"""What proves that a text is ours: a code that only who holds our key can make, over what it says and where it stands.

Whoever shares our account on GitHub, as all workflows share `github-actions[bot]`, can write what we write, and may be
talked into echoing it. A code from elsewhere proves nothing here: the place is part of what it is made of.
"""

import hmac
import json
from dataclasses import dataclass, field
from hashlib import sha256

DIGITS = 32
"""Hex digits of a code: 128 bits of an HMAC-SHA256, of which RFC 2104 wants at least half of the hash's length."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with the first of its keys, and believes what any of them has signed.

    Without `lasting` its key ends with its process: what an earlier one signed cannot be told from a forgery.
    """

    keys: tuple[bytes, ...] = field(repr=False)
    lasting: bool = True

    def sign(self, kind: str, *said: str) -> str:
        """The code of what is said. Texts that differ in anything, or are divided otherwise, have different ones."""
        return _code(self.keys[0], kind, said)

    def is_signed(self, code: str, kind: str, *said: str) -> bool:
        """Whether one of the keys made this code of just this."""
        given = code.encode("utf-8", "surrogatepass")
        good = [hmac.compare_digest(given, _code(key, kind, said).encode()) for key in self.keys]
        return any(good)


def _code(key: bytes, kind: str, said: tuple[str, ...]) -> str:
    return hmac.new(key, json.dumps([kind, *said]).encode(), sha256).hexdigest()[:DIGITS]
