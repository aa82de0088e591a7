"""A token that was good is not checked again, and yet not good for longer."""

from __future__ import annotations

from typing import Any

import pytest

from ml_api_kit.decorators import TokenChecker
from ml_api_kit.decorators.tokens import jwt_verifier, signed_tokens
from ml_api_kit.decorators.tokens.clock import Clock
from ml_api_kit.errors import InsufficientScopeError, UnauthorizedError
from tests.decorators.tokens.issuer import AUDIENCE, SECRET, Time, claims, sign

CONFIG = {"MLAPI_JWT_SECRET": SECRET, "MLAPI_JWT_AUDIENCE": AUDIENCE, "MLAPI_JWT_LEEWAY_S": 5}


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """One entry for each signature that is really checked."""
    counted: list[Any] = []
    real = jwt_verifier.validate_compact

    def validate(*args: Any, **kwargs: Any) -> bool:
        counted.append(args)
        return real(*args, **kwargs)

    monkeypatch.setattr(jwt_verifier, "validate_compact", validate)
    return counted


def signed(**changes: Any) -> str:
    return "Bearer " + sign(claims(**changes), SECRET.encode(), algorithm="HS256")


def test_signature_is_checked_once(checks: list[Any]) -> None:
    tokens, header = TokenChecker(CONFIG), signed()
    first = tokens.check(header)
    assert tokens.check(header) is first
    assert len(checks) == 1


def test_kept_token_expires_when_a_checked_one_does(checks: list[Any]) -> None:
    now = Time()
    tokens = TokenChecker(CONFIG, clock=Clock(now_s=now))
    header = signed(exp=int(now.now) + 60)
    assert tokens.check(header)
    now.now += 64
    assert tokens.check(header)
    assert len(checks) == 1
    now.now += 2
    for _ in range(2):
        with pytest.raises(UnauthorizedError, match="has expired"):
            tokens.check(header)


def test_scopes_of_a_kept_token_are_compared_every_time() -> None:
    tokens, header = TokenChecker(CONFIG), signed(scope="read")
    assert tokens.check(header, scopes=("read",))
    with pytest.raises(InsufficientScopeError):
        tokens.check(header, scopes=("write",))


def test_token_that_was_refused_is_checked_every_time(checks: list[Any]) -> None:
    tokens = TokenChecker(CONFIG)
    header = "Bearer " + sign(claims(), b"another secret", algorithm="HS256")
    for _ in range(3):
        with pytest.raises(UnauthorizedError):
            tokens.check(header)
    assert len(checks) == 3


def test_no_more_tokens_are_kept_than_the_bound(
    checks: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_tokens, "MAX_KEPT_TOKENS", 2)
    tokens = TokenChecker(CONFIG)
    headers = [signed(jti=str(number)) for number in range(3)]
    for header in (*headers, headers[2], headers[1]):
        assert tokens.check(header)
    assert len(checks) == 3
    assert tokens.check(headers[0])
    assert len(checks) == 4


def test_claims_cannot_be_changed_for_the_next_request() -> None:
    verified = TokenChecker(CONFIG).check(signed())
    with pytest.raises(TypeError):
        verified.claims["sub"] = "somebody-else"  # type: ignore[index]
