"""What an identity token says of itself."""

import json
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.models.signin import MAX_TOKEN_CHARS, Claims, claims_of


def jwt(claims: object) -> str:
    """A token without a signature that holds."""
    body = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJSUzI1NiJ9.{body}.x"


@pytest.mark.parametrize(
    ("claims", "read"),
    [
        ({"iss": "i", "sub": "s", "aud": "a", "exp": 12, "jti": "x"}, Claims("i", "s", "a", 12.0, once=True)),
        ({"aud": ["a", "b", 3]}, Claims(audience="a, b")),
        ({"sub": 7, "exp": "soon", "aud": {}}, Claims()),
        ({"exp": True}, Claims()),
        ({"exp": float("nan")}, Claims()),
        ({"exp": 10**400}, Claims()),
        ({"exp": -1}, Claims()),
        ({"sub": "a\nb\x1b[31m"}, Claims(subject="a·b·[31m")),
        ({"sub": "x" * 1000}, Claims(subject="x" * 200)),
    ],
)
def test_what_a_token_says(claims: object, read: Claims) -> None:
    """Its issuer, subject, audience and end, as they may stand in a line of a log; what is odd is left out."""
    assert claims_of(jwt(claims)) == read


@pytest.mark.parametrize(
    "token", ["", "a.b", "a.b.c", "a.é.c", jwt([1]), jwt("x"), f"{jwt({})}.y", "x" * (MAX_TOKEN_CHARS + 1)]
)
def test_what_is_no_token(token: str) -> None:
    """Nothing is read from it."""
    assert claims_of(token) is None


@given(st.text() | st.builds("a.{}.b".format, st.text(alphabet="abeyJ019-_=[{", max_size=300)))
def test_anything_may_stand_in_the_file(token: str) -> None:
    """It never raises."""
    claims_of(token)
