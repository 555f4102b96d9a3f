"""Payloads under seal: no text of a delivery stands in the database in clear before anybody has redacted it.

The web process runs no patterns over what people wrote, so it cannot redact it; it encrypts what it keeps, and the
worker, which has the same secret, opens it.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kireji.errors import UserError

_SEALED = "sealed"
_SALT = b"kireji: deliveries in the database"


class Seal:
    """Closes payloads for the database, and opens them, with a key derived from the App's webhook secret.

    The key is stretched: whoever has the database must not guess a short secret, and sign deliveries with it.
    """

    def __init__(self, secret: bytes) -> None:
        self._fernet = Fernet(_key(hashlib.sha256(secret).digest()))

    def close(self, payload: Mapping[str, object]) -> dict[str, object]:
        """The payload as it is stored: one text that only this secret opens."""
        return {_SEALED: self._fernet.encrypt(json.dumps(payload).encode()).decode()}

    def open(self, stored: Mapping[str, object]) -> Mapping[str, object]:
        """The payload again; one that was stored before there were seals is as it is. Raises UserError."""
        token = stored.get(_SEALED)
        if not isinstance(token, str):
            return stored

        try:
            return json.loads(self._fernet.decrypt(token))
        except InvalidToken as error:
            raise UserError(
                "the delivery was stored under another KIREJI_WEBHOOK_SECRET",
                "Redeliver it, in the App's Advanced settings.",
            ) from error


@cache
def _key(secret: bytes) -> bytes:
    """Once a process: it takes a twentieth of a second, and 16 MB meanwhile."""
    return base64.urlsafe_b64encode(Scrypt(salt=_SALT, length=32, n=2**14, r=8, p=1).derive(secret))
