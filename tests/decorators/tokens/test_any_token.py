"""Whatever is sent as a token, the answer is yes, 401 or 403, and never an error of the server."""

from __future__ import annotations

import json
import time
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_api_kit.decorators import TokenChecker
from ml_api_kit.errors import InsufficientScopeError, UnauthorizedError
from tests.decorators.tokens.issuer import (
    AUDIENCE,
    ISSUER,
    SECRET,
    claims,
    encode,
    sign,
)

TOKENS = TokenChecker(
    {"MLAPI_JWT_SECRET": SECRET, "MLAPI_JWT_AUDIENCE": AUDIENCE, "MLAPI_JWT_ISSUER": ISSUER}
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5
)
NAMES = st.sampled_from(["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "scope", "value"])
#: Claims that mean nothing here.
UNCHECKED_NAMES = {"value"}
HEADERS = st.sampled_from(["typ", "cty", "kid", "jwk", "jku", "x5u", "x5c", "x5t", "crit", "b64"])


def is_answered(header: str) -> bool:
    """Whether the token is good; anything but a refusal fails the test."""
    try:
        TOKENS.check(header, scopes=("read",))
    except (UnauthorizedError, InsufficientScopeError):
        return False
    return True


@given(st.text())
def test_any_header_is_refused(header: str) -> None:
    assert not is_answered(header)


@given(st.lists(st.binary(max_size=200), min_size=3, max_size=3))
def test_any_three_parts_are_refused(parts: list[bytes]) -> None:
    assert not is_answered("Bearer " + ".".join(map(encode, parts)))


@settings(deadline=None)
@given(st.dictionaries(NAMES, VALUES, min_size=1))
def test_any_claims_that_are_signed_are_good_only_where_they_are_right(
    changes: dict[str, Any],
) -> None:
    said = {**claims(scope="read"), **changes}
    is_good = is_answered("Bearer " + sign(said, SECRET.encode(), algorithm="HS256"))
    assert not is_good or has_right_claims(said)
    assert is_good or not changes.keys() <= UNCHECKED_NAMES or not is_json(changes)


def has_right_claims(said: dict[str, Any]) -> bool:
    """Whether claims are good, as the settings of these tests want them."""
    now = time.time()
    audiences = said["aud"] if isinstance(said["aud"], list) else [said["aud"]]
    scopes = said["scope"].split() if isinstance(said["scope"], str) else said["scope"]
    return (
        AUDIENCE in audiences
        and said["iss"] == ISSUER
        and "read" in scopes
        and said["exp"] > now - 60
        and all(said.get(name, 0) < now + 60 for name in ("nbf", "iat"))
    )


def is_json(value: Any) -> bool:
    """Whether `value` is such that JSON can say it: no lone surrogate, NaN or 65-bit number."""
    try:
        orjson.dumps(value)
    except TypeError:
        return False
    return "NaN" not in (text := json.dumps(value)) and "Infinity" not in text


@settings(deadline=None)
@given(st.dictionaries(HEADERS, VALUES, min_size=1))
def test_any_header_that_is_signed_is_good_only_where_it_demands_nothing(
    header: dict[str, Any],
) -> None:
    token = sign(claims(scope="read"), SECRET.encode(), algorithm="HS256", **header)
    is_critical = not header.keys().isdisjoint({"crit", "b64"})
    has_bad_id = not isinstance(header.get("kid"), str | None)
    assert not (is_answered(f"Bearer {token}") and (is_critical or has_bad_id))


@given(st.dictionaries(st.sampled_from(["typ", "cty", "kid"]), st.text("abc+/", max_size=20)))
def test_any_header_that_is_proper_is_good(header: dict[str, str]) -> None:
    token = sign(claims(scope="read"), SECRET.encode(), algorithm="HS256", **header)
    assert is_answered(f"Bearer {token}")


def test_good_token_of_these_tests_is_good() -> None:
    good = "Bearer " + sign(claims(scope="read"), SECRET.encode(), algorithm="HS256")
    assert is_answered(good)


@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
def test_number_that_no_float_holds_is_refused(name: str) -> None:
    for number in (10**400, -(10**400)):
        said = claims(scope="read", **{name: number})
        assert not is_answered("Bearer " + sign(said, SECRET.encode(), algorithm="HS256"))
