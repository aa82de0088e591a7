"""Signed tokens of all kinds: to whom each belongs, and what was found out a moment ago."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml_api_kit.decorators.tokens.clock import Clock
from ml_api_kit.decorators.tokens.google_verifier import ISSUERS, GoogleVerifier, read_certificates
from ml_api_kit.decorators.tokens.jwt_settings import (
    google_settings,
    jwt_settings,
    key_ages,
    leeway_s,
)
from ml_api_kit.decorators.tokens.jwt_verifier import JwtVerifier, jws_registry
from ml_api_kit.decorators.tokens.key_document import fetch_document
from ml_api_kit.decorators.tokens.key_sources import key_source
from ml_api_kit.decorators.tokens.renewed_keys import RenewedKeys
from ml_api_kit.decorators.tokens.signed_text import SignedText, take_apart
from ml_api_kit.decorators.tokens.verified_token import VerifiedToken
from ml_api_kit.errors import UnauthorizedError

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

    @property
    def kinds(self) -> tuple[str, ...]:
        """What a client may send, as phrases for people who have to get a token."""
        return tuple(one.kind for one in (self.jwt, self.google) if one is not None)

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


def make_signed_tokens(config: Mapping[str, Any], *, clock: Clock) -> SignedTokens:
    """The check of the signed tokens that `config` lets in.

    Raises SettingsError: when a setting cannot be used.
    """
    jwt, google, ages = jwt_settings(config), google_settings(config), key_ages(config)
    keys = key_source(config, ages=ages, clock=clock)
    certificates = google and RenewedKeys(
        google.certs_url, fetch=fetch_document, read=read_certificates, ages=ages, clock=clock
    )
    return SignedTokens(
        JwtVerifier(jwt, keys, clock=clock) if jwt and keys else None,
        GoogleVerifier(google, certificates) if google and certificates else None,
        leeway_s=leeway_s(config),
        clock=clock,
    )
