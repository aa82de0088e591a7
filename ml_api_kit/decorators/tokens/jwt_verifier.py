"""JWTs checked by the keys and claims that the settings name."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from joserfc.errors import ClaimError, ExpiredTokenError, JoseError, MissingClaimError
from joserfc.jws import JWSRegistry, validate_compact
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry

from ml_api_kit.decorators.tokens.clock import Clock
from ml_api_kit.decorators.tokens.jwt_keys import ALGORITHMS, JwtKey, KeySet
from ml_api_kit.decorators.tokens.jwt_settings import JwtSettings, media_type_of
from ml_api_kit.decorators.tokens.key_sources import FixedKeys, KeySource
from ml_api_kit.decorators.tokens.signed_text import ISSUE_ANEW, SignedText, malformed
from ml_api_kit.decorators.tokens.verified_token import VerifiedToken
from ml_api_kit.errors import UnauthorizedError

_MAX_HEADER_CHARACTERS = 4096

_WRONG_CLAIMS = {
    "aud": "The token was issued for another audience",
    "iss": "The token was issued by somebody else than this trusts",
    "nbf": "The token is not valid yet",
    "iat": "The token was issued in the future",
}


class JwtVerifier:
    """The check of JWTs: algorithm and key, signature, then claims."""

    def __init__(self, settings: JwtSettings, keys: KeySource, *, clock: Clock) -> None:
        """Check by `keys`, and by what `settings` say."""
        self.keys = keys
        self.registry = jws_registry()
        self._settings = settings
        self._claims = _claims_registry(settings, clock)

    @property
    def kind(self) -> str:
        """What is checked here, as a phrase; it waits for no keys."""
        kind = "a JWT"
        if isinstance(self.keys, FixedKeys):
            kind += f" ({', '.join(self.keys.current().algorithms)})"
        if self._settings.issuers:
            kind += f" of {' or '.join(self._settings.issuers)}"
        return f"{kind} for the audience {' or '.join(self._settings.audiences)}"

    def verify(self, token: SignedText) -> VerifiedToken:
        """What `token` says, which one of the keys signed.

        Raises UnauthorizedError: when none did, or it is not, or no longer, good here.
        Raises KeysUnavailableError: when there are no keys to check it by.

        Source: RFC 7519, section 7.2; RFC 8725, section 3; RFC 9068, section 4.
        """
        self._check_type(token.type)
        candidates = self._candidates(token)
        if not any(self._is_signed_by(token, key) for key in candidates):
            raise UnauthorizedError(f"The token's signature is wrong; {ISSUE_ANEW}.")
        self._check_claims(token.claims)
        subject = token.claims.get("sub")
        scopes = scopes_of(token.claims, self._settings.scope_claim)
        return VerifiedToken("jwt", subject, scopes, MappingProxyType(token.claims))

    def _check_type(self, kind: object) -> None:
        types = self._settings.types
        if types and not (isinstance(kind, str) and media_type_of(kind) in types):
            raise UnauthorizedError(
                f"The token is not of a type that is accepted here: {', '.join(types)}."
            )

    def _candidates(self, token: SignedText) -> list[JwtKey]:
        keys = self.keys.current()
        found = self._for_token(keys, token) or self._for_token(self.keys.renewed(), token)
        if not found:
            raise UnauthorizedError(
                f"The token was signed with a key that is not known here; {ISSUE_ANEW}."
            )
        return found

    def _for_token(self, keys: KeySet, token: SignedText) -> list[JwtKey]:
        if token.algorithm not in ALGORITHMS.values():
            raise UnauthorizedError(
                "The token is not signed by an algorithm that is accepted here, which are"
                f" {', '.join(keys.algorithms or ALGORITHMS.values())}."
            )
        return keys.for_token(token.algorithm, token.key_id)

    def _is_signed_by(self, token: SignedText, key: JwtKey) -> bool:
        try:
            return validate_compact(token.signed, key.key, registry=self.registry)
        except JoseError as error:  # its header breaks a rule
            raise malformed() from error

    def _check_claims(self, claims: dict[str, Any]) -> None:
        try:
            self._claims.validate(claims)
        except ExpiredTokenError as error:
            raise UnauthorizedError(f"The token has expired; {ISSUE_ANEW}.") from error
        except MissingClaimError as error:
            raise UnauthorizedError(
                f"The token lacks a claim that is needed here: {error.claim}; {ISSUE_ANEW}."
            ) from error
        except ClaimError as error:
            said = _WRONG_CLAIMS.get(error.claim, f"The claim {error.claim} is not of its type")
            raise UnauthorizedError(f"{said}; {ISSUE_ANEW}.") from error


def scopes_of(claims: dict[str, Any], name: str) -> frozenset[str]:
    """The scopes in the claim `name`: a text with spaces in between, or a list; none without it.

    Raises UnauthorizedError: when the claim is something else.

    Source: RFC 8693, section 4.2.

    >>> sorted(scopes_of({"scope": "read write"}, "scope"))
    ['read', 'write']
    """
    value = claims.get(name)
    if value is None:
        return frozenset()
    scopes = value.split() if isinstance(value, str) else value
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        raise UnauthorizedError(f"The claim {name} holds no scopes; {ISSUE_ANEW}.")
    return frozenset(scopes)


def jws_registry() -> JWSRegistry:
    """What the library allows in a JWT: three algorithms, and headers that it does not know."""
    registry = JWSRegistry(algorithms=[*ALGORITHMS.values()], strict_check_header=False)
    registry.max_header_length = _MAX_HEADER_CHARACTERS  # some issuers put certificates in it
    return registry


def _claims_registry(settings: JwtSettings, clock: Clock) -> JWTClaimsRegistry:
    options: dict[str, ClaimsOption] = {
        "exp": {"essential": True},
        "aud": {"essential": True, "values": [*settings.audiences]},
    }
    if settings.issuers:
        options["iss"] = {"essential": True, "values": [*settings.issuers]}
    return JWTClaimsRegistry(now=lambda: int(clock.now_s()), leeway=settings.leeway_s, **options)
