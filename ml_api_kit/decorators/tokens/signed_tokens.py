"""Signed tokens of all kinds: to whom each belongs, and what was found out a moment ago."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from ml_api_kit.decorators.tokens.clock import Clock
from ml_api_kit.decorators.tokens.google_verifier import ISSUERS, GoogleVerifier, read_certificates
from ml_api_kit.decorators.tokens.jwt_settings import (
    AUDIENCE,
    GOOGLE_AUDIENCE,
    google_settings,
    jwt_settings,
    key_ages,
    leeway_s,
)
from ml_api_kit.decorators.tokens.jwt_verifier import JwtVerifier, jws_registry
from ml_api_kit.decorators.tokens.key_sources import key_source
from ml_api_kit.decorators.tokens.remote_keys import KeyAges, RemoteKeys
from ml_api_kit.decorators.tokens.signed_text import SignedText, take_apart
from ml_api_kit.decorators.tokens.verified_token import VerifiedToken
from ml_api_kit.errors import SettingsError, UnauthorizedError

MAX_KEPT_TOKENS = 1024

Verifier = JwtVerifier | GoogleVerifier


@dataclass(frozen=True, slots=True)
class _Kept:
    token: VerifiedToken
    verifier: Verifier
    keys: object
    until_s: float


class SignedTokens:
    """The check of signed tokens, by the verifier that their issuer belongs to.

    A token that was good is kept by its hash, and is not checked again until it expires or the keys
    change: an answer from here is the one that a whole check would give.
    """

    def __init__(
        self, jwt: JwtVerifier | None, google: GoogleVerifier | None, *, leeway_s: int, clock: Clock
    ) -> None:
        """Check by `jwt` and `google`, of which one may be None."""
        self.jwt = jwt
        self.google = google
        self._registry = jws_registry()
        self._leeway_s = leeway_s
        self._now_s = clock.now_s
        self._kept: dict[bytes, _Kept] = {}
        self._lock = threading.Lock()

    def verify(self, token: str, digest: bytes) -> VerifiedToken:
        """What `token` says, whose hash is `digest`, and which is good.

        Raises UnauthorizedError: when it is not.
        Raises KeysUnavailableError: when there are no keys to check it by.
        """
        kept = self._kept.get(digest)
        if kept is not None and self._still_holds(kept):
            return kept.token
        apart = take_apart(token, self._registry)
        verifier = self._verifier(apart)
        keys = verifier.keys.current()  # before the check: they may change while it goes on
        verified = verifier.verify(apart)
        self._keep(digest, _Kept(verified, verifier, keys, self._until_s(verified)))
        return verified

    def _still_holds(self, kept: _Kept) -> bool:
        return self._now_s() < kept.until_s and kept.verifier.keys.current() is kept.keys

    def _verifier(self, token: SignedText) -> Verifier:
        is_googles = token.claims.get("iss") in ISSUERS
        verifier = self.google if is_googles and self.google else self.jwt
        if verifier is None:
            raise UnauthorizedError("The token is not of an issuer that is trusted here.")
        return verifier

    def _until_s(self, token: VerifiedToken) -> float:
        expires_s: float = token.claims["exp"]
        return expires_s + self._leeway_s

    def _keep(self, digest: bytes, kept: _Kept) -> None:
        with self._lock:
            if len(self._kept) >= MAX_KEPT_TOKENS:
                del self._kept[next(iter(self._kept))]
            self._kept[digest] = kept


def signed_tokens(config: Mapping[str, Any], *, clock: Clock) -> SignedTokens | None:
    """The check of signed tokens that `config` wants, or None where it lets none in.

    Raises SettingsError: when a setting cannot be used, or the library that it needs is not there.
    """
    jwt, google, ages = jwt_settings(config), google_settings(config), key_ages(config)
    if jwt is None and google is None:
        return None
    _require("joserfc", setting=GOOGLE_AUDIENCE if jwt is None else AUDIENCE)
    keys = key_source(config, ages=ages, clock=clock)
    return SignedTokens(
        JwtVerifier(jwt, keys, clock=clock) if jwt and keys else None,
        GoogleVerifier(google, _certificates(google.certs_url, ages, clock)) if google else None,
        leeway_s=leeway_s(config),
        clock=clock,
    )


def _certificates(url: str, ages: KeyAges, clock: Clock) -> Any:
    _require("google.oauth2.id_token", setting=GOOGLE_AUDIENCE)
    return RemoteKeys(url, read=read_certificates, ages=ages, clock=clock)


def _require(module: str, *, setting: str) -> None:
    try:
        is_there = find_spec(module) is not None
    except ModuleNotFoundError:  # of a package that the module is in
        is_there = False
    if not is_there:
        raise SettingsError(
            setting,
            "(set)",
            "nothing, or install ml-api-kit[jwt]: what checks signed tokens is not installed",
        )
