"""Identity tokens that Google signed, checked by Google's own library."""

from __future__ import annotations

import http
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol, cast

from ml_api_kit.decorators.tokens.jwt_settings import GoogleSettings
from ml_api_kit.decorators.tokens.signed_text import ISSUE_ANEW, SignedText
from ml_api_kit.decorators.tokens.verified_token import VerifiedToken
from ml_api_kit.errors import UnauthorizedError

ISSUERS = ("accounts.google.com", "https://accounts.google.com")


@dataclass(frozen=True, slots=True, eq=False)
class Certificates:
    """The document with the certificates of Google's keys, and the ids of these keys."""

    document: bytes
    key_ids: frozenset[str]


class CertificateSource(Protocol):
    """Certificates that change while the application runs."""

    def current(self) -> Certificates:
        """The certificates."""

    def renewed(self) -> Certificates:
        """The certificates, looked for anew."""


def read_certificates(document: bytes) -> Certificates:
    """The certificates in `document`: an object with a certificate in PEM for the id of each key.

    Raises ValueError: when it is something else.
    """
    import orjson

    value = orjson.loads(document)
    is_right = isinstance(value, dict) and all(
        isinstance(text, str) and text.startswith("-----BEGIN CERTIFICATE-----")
        for text in value.values()
    )
    if not is_right or not value:
        raise ValueError("it answered no certificates by the ids of their keys")
    return Certificates(document, frozenset(value))


class GoogleVerifier:
    """The check of identity tokens: signature and times by Google's library, then the account."""

    def __init__(self, settings: GoogleSettings, keys: CertificateSource) -> None:
        """Check by the certificates in `keys`, and by what `settings` say."""
        self.keys = keys
        self._settings = settings

    @property
    def kind(self) -> str:
        """What is checked here, as a phrase."""
        audiences = " or ".join(self._settings.audiences)
        return f"an identity token of Google for the audience {audiences}"

    def verify(self, token: SignedText) -> VerifiedToken:
        """Whose identity `token` states, who is one of the accounts that are let in.

        Raises UnauthorizedError: when Google did not sign it for this API, or the account is none
        of them.
        Raises KeysUnavailableError: when there are no certificates to check it by.
        """
        claims = self._verified(token, self._certificates(token.key_id))
        address = claims.get("email")
        is_known = isinstance(address, str) and claims.get("email_verified") is True
        scopes = self._settings.accounts.get(str(address).lower()) if is_known else None
        if scopes is None or claims.get("iss") not in ISSUERS:
            raise UnauthorizedError(
                "The token's account is not let in here; ask the operator to add it."
            )
        return VerifiedToken("google", str(address).lower(), scopes, MappingProxyType({**claims}))

    def _certificates(self, key_id: str | None) -> Certificates:
        certificates = self.keys.current()
        if key_id not in certificates.key_ids:
            certificates = self.keys.renewed()
        if key_id not in certificates.key_ids:
            raise UnauthorizedError(
                f"The token was signed with a key that Google does not name; {ISSUE_ANEW}."
            )
        return certificates

    def _verified(self, token: SignedText, certificates: Certificates) -> Mapping[str, Any]:
        from google.auth.exceptions import GoogleAuthError
        from google.oauth2.id_token import verify_token

        try:
            claims: Mapping[str, Any] = verify_token(
                token.text,
                cast(Any, _Kept(certificates.document)),  # its class would be an import more
                audience=[*self._settings.audiences],
                certs_url=self._settings.certs_url,
                clock_skew_in_seconds=self._settings.leeway_s,
            )
        except (GoogleAuthError, ValueError) as error:
            raise UnauthorizedError(
                f"The token is no valid identity token of Google for this API; {ISSUE_ANEW}."
            ) from error
        return claims


@dataclass(frozen=True, slots=True)
class _Kept:
    """The certificates in the place of an HTTP client: the library would fetch them every time."""

    data: bytes
    status: int = http.HTTPStatus.OK

    def __call__(self, url: str, method: str) -> _Kept:
        return self
