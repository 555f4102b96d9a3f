"""Secrets -> the keys that we sign with: one for each use, from which the secret cannot be had back."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kireji.core.pulls.signing import Signer

MARKERS = "kireji markers 1"
"""The use of the key that signs what is posted on GitHub."""
STATE = "kireji state file 1"
"""The use of the key that signs what a run of the Action leaves for the next."""
EPHEMERAL = "ghs_"
"""How tokens of an installation begin, a workflow's own among them, which end within a day.

Source: GitHub's "Token formats".
"""


def lasting(secrets: Sequence[str], token: str = "") -> list[bytes]:
    """These secrets, else the token, if it lasts: none where what is signed could not be known again in the next run."""
    if secrets:
        return [secret.encode() for secret in secrets]
    return [token.encode()] if token and not token.startswith(EPHEMERAL) else []


def signer(secrets: Sequence[bytes], use: str, *, lasting: bool = True) -> Signer:
    """What signs with the first of these secrets, at least one, for this use."""
    return Signer(tuple(_derived(secret, use) for secret in dict.fromkeys(secrets)), lasting)


def _derived(secret: bytes, use: str) -> bytes:
    """HKDF (RFC 5869): the secrets have entropy enough, so they need no stretching."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=use.encode()).derive(secret)
