"""Secrets are compared in constant time, by what is made for it and by nothing else.

How long a comparison takes is not measured here: on a machine with other work, that proves
nothing. What is tested is that the time cannot depend on the secret: hashes of one length are
compared, every one of them, by `hmac.compare_digest`, and its answer alone decides.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

import pytest

from ml_api_kit.decorators import TokenChecker, check_bearer, hash_token
from ml_api_kit.errors import UnauthorizedError
from tests.decorators.tokens.issuer import AUDIENCE, SECRET, claims, sign

KNOWN = ("first-token", "second-token", "third-token")
HASHES = [hash_token(each) for each in KNOWN]
CONFIG = {
    "MLAPI_TOKEN_HASHES": HASHES,
    "MLAPI_JWT_SECRET": SECRET,
    "MLAPI_JWT_AUDIENCE": AUDIENCE,
}

Compared = list[tuple[bytes, bytes]]
Check = Callable[[str], object]


def check_bare(header: str) -> None:
    check_bearer(header, [bytes.fromhex(each) for each in HASHES])


@pytest.fixture(params=[TokenChecker(CONFIG).check, check_bare], ids=["checker", "bare"])
def check(request: pytest.FixtureRequest) -> Check:
    checks: Check = request.param
    return checks


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> Compared:
    pairs: Compared = []
    real = hmac.compare_digest

    def compare(one: bytes, other: bytes) -> bool:
        pairs.append((one, other))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    return pairs


@pytest.mark.parametrize("token", [*KNOWN, "unknown", "f", "first-tokem", "x" * 5000])
def test_every_hash_is_compared_wherever_the_right_one_stands(
    token: str, check: Check, compared: Compared
) -> None:
    if token in KNOWN:
        check(f"Bearer {token}")
    else:
        with pytest.raises(UnauthorizedError):
            check(f"Bearer {token}")
    assert [known.hex() for _, known in compared] == HASHES
    assert {given.hex() for given, _ in compared} == {hash_token(token)}


@pytest.mark.parametrize("is_equal", [True, False])
def test_answer_of_the_comparison_alone_decides(
    is_equal: bool, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hmac, "compare_digest", lambda one, other: is_equal)
    for token in (*KNOWN, "unknown"):
        if is_equal:
            check(f"Bearer {token}")
        else:
            with pytest.raises(UnauthorizedError):
                check(f"Bearer {token}")


def hs256(secret: str) -> str:
    return "Bearer " + sign(claims(), secret.encode(), algorithm="HS256")


@pytest.mark.parametrize("is_equal", [True, False])
def test_signature_of_hs256_is_compared_in_the_same_way(
    is_equal: bool, monkeypatch: pytest.MonkeyPatch, compared: Compared
) -> None:
    config = {name: setting for name, setting in CONFIG.items() if "JWT" in name}
    assert TokenChecker(config).check(hs256(SECRET))
    [(one, other)] = compared
    assert len(one) == len(other) == 32
    monkeypatch.setattr(hmac, "compare_digest", lambda one, other: is_equal)
    for header in (hs256(SECRET), hs256("another secret of whoever forges")):
        tokens = TokenChecker(config)
        if is_equal:
            assert tokens.check(header)
        else:
            with pytest.raises(UnauthorizedError, match="signature is wrong"):
                tokens.check(header)
