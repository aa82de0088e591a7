from __future__ import annotations

import json
import time
from typing import Any

import pytest

from ml_api_kit.decorators import TokenChecker
from ml_api_kit.decorators.tokens.clock import Clock
from ml_api_kit.errors import InsufficientScopeError, KeysUnavailableError, UnauthorizedError
from tests.decorators.tokens.issuer import (
    SECRET,
    Time,
    certificate,
    jwk,
    key_set,
    pem,
    rsa_key,
    sign,
)
from tests.decorators.tokens.key_server import KeyServer

AUDIENCE = "https://api.example"
ACCOUNT = "caller@project.iam.gserviceaccount.com"


def checker(keys: KeyServer, elapsed: Time, **config: Any) -> TokenChecker:
    settings = {
        "MLAPI_GOOGLE_AUDIENCE": AUDIENCE,
        "MLAPI_GOOGLE_ACCOUNTS": f"{ACCOUNT}:read, Ann@Example.com",
        "MLAPI_GOOGLE_CERTS_URL": keys.url,
        **config,
    }
    return TokenChecker(settings, clock=Clock(elapsed_s=elapsed))


def token(key: Any = None, *, kid: str = "one", header: Any = None, **changes: Any) -> str:
    now = int(time.time())
    said = {
        "iss": "https://accounts.google.com",
        "aud": AUDIENCE,
        "sub": "1234567890",
        "email": ACCOUNT,
        "email_verified": True,
        "iat": now,
        "exp": now + 3600,
        **changes,
    }
    said = {name: value for name, value in said.items() if value is not None}
    options = {"algorithm": "RS256", "kid": kid, **(header or {})}
    return "Bearer " + sign(said, key or rsa_key(), **options)


@pytest.fixture
def google(keys: KeyServer) -> KeyServer:
    keys.serve(json.dumps({"one": certificate(rsa_key()), "two": certificate(rsa_key(1))}))
    return keys


def test_account_that_is_let_in_is_known_by_its_address(google: KeyServer, elapsed: Time) -> None:
    tokens = checker(google, elapsed)
    for _ in range(3):
        verified = tokens.check(token(), scopes=("read",))
        assert (verified.kind, verified.subject, verified.scopes) == ("google", ACCOUNT, {"read"})
        assert verified.claims["sub"] == "1234567890"
    other = tokens.check(token(rsa_key(1), kid="two", email="ann@example.com"))
    assert other.subject == "ann@example.com"
    with pytest.raises(InsufficientScopeError):
        tokens.check(token(email="ann@example.com"), scopes=("read",))
    assert len(google.paths) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "somebody@else.example"},
        {"email": None},
        {"email": 7},
        {"email": f"x{ACCOUNT}"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"aud": "https://other.example"},
        {"aud": None},
        {"iss": "https://accounts.google.com.evil.example"},
        {"iss": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"iat": None},
        {"kid": "three"},
        {"kid": None},
        {"key": rsa_key(1)},
        {"header": {"algorithm": "none", "signed_as": "RS256"}},
        {"header": {"algorithm": "ES256", "signed_as": "RS256"}},
        {"header": {"crit": ["x"], "x": 1}},
    ],
    # Without their values, which are others in each process.
    ids=lambda changes: next(iter(changes)),
)
def test_other_token_is_refused(changes: dict[str, Any], google: KeyServer, elapsed: Time) -> None:
    tokens = checker(google, elapsed)
    for _ in range(2):
        with pytest.raises(UnauthorizedError):
            tokens.check(token(**changes))


def test_certificate_is_no_secret(google: KeyServer, elapsed: Time) -> None:
    tokens = checker(google, elapsed)
    for secret in (certificate(rsa_key()), pem(rsa_key())):
        for name in ("HS256", "RS256"):
            forged = token(
                secret.encode(),  # type: ignore[arg-type]
                header={"algorithm": name, "signed_as": "HS256"},
            )
            with pytest.raises(UnauthorizedError):
                tokens.check(forged)


def test_rotation_of_googles_keys_is_followed(google: KeyServer, elapsed: Time) -> None:
    tokens = checker(google, elapsed)
    old = token()
    assert tokens.check(old)
    google.serve(json.dumps({"three": certificate(rsa_key(1))}))
    assert tokens.check(token(rsa_key(1), kid="three"))
    with pytest.raises(UnauthorizedError):
        tokens.check(old)


@pytest.mark.parametrize("document", ["{}", "[]", "x", '{"one": "x"}', key_set(jwk(rsa_key()))])
def test_document_without_certificates_is_none(
    document: str, keys: KeyServer, elapsed: Time
) -> None:
    keys.serve(document)
    with pytest.raises(KeysUnavailableError):
        checker(keys, elapsed).check(token())


def test_other_issuers_have_their_own_keys(google: KeyServer, elapsed: Time) -> None:
    own = {"MLAPI_JWT_SECRET": SECRET, "MLAPI_JWT_AUDIENCE": AUDIENCE}
    tokens = checker(google, elapsed, **own)
    assert tokens.check(token()).kind == "google"
    said = {"iss": "me", "aud": AUDIENCE, "exp": int(time.time()) + 60}
    mine = "Bearer " + sign(said, SECRET.encode(), algorithm="HS256")
    assert tokens.check(mine).kind == "jwt"
    # Who holds the secret can speak for itself, and not for Google.
    as_google = token(SECRET.encode(), header={"algorithm": "HS256"})  # type: ignore[arg-type]
    with pytest.raises(UnauthorizedError):
        tokens.check(as_google)
