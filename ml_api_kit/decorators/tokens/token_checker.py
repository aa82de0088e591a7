"""Every way that a token may be known, tried in turn."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ml_api_kit.decorators.bearer import read_bearer, unknown_token
from ml_api_kit.decorators.tokens.clock import Clock
from ml_api_kit.decorators.tokens.hashed_tokens import find_hashed, parse_hashes
from ml_api_kit.decorators.tokens.jwt_settings import google_settings, jwt_settings, key_ages
from ml_api_kit.decorators.tokens.setting_names import (
    AUDIENCE,
    GOOGLE_AUDIENCE,
    HASHES,
    check_names,
)
from ml_api_kit.decorators.tokens.verified_token import VerifiedToken
from ml_api_kit.errors import InsufficientScopeError, SettingsError

if TYPE_CHECKING:
    from ml_api_kit.decorators.tokens.signed_tokens import SignedTokens

_CLOCK = Clock()


class TokenChecker:
    """The check of a request's token, as the settings want it; needs no Flask.

    >>> from ml_api_kit.decorators import hash_token
    >>> tokens = TokenChecker({"MLAPI_TOKEN_HASHES": hash_token("example") + ":read"})
    >>> sorted(tokens.check("Bearer example", scopes=("read",)).scopes)
    ['read']
    """

    def __init__(self, config: Mapping[str, Any], *, clock: Clock = _CLOCK) -> None:
        """Read the settings that `config` names, once.

        Raises SettingsError: when one cannot be used.
        """
        check_names(config)
        hashes = config.get(HASHES)
        self._hashes = () if hashes is None else parse_hashes(hashes)
        self._signed = _signed_tokens(config, clock)

    def require_any(self) -> None:
        """Nothing, where at least one token could be known.

        Raises SettingsError: when no setting lets anybody in.
        """
        if not self._hashes and self._signed is None:
            raise SettingsError(
                HASHES,
                None,
                "at least one SHA-256 hash, because a view needs a token; `mlapi token new` makes"
                " a token and its hash. Or set keys of signed tokens (MLAPI_JWT_…)",
            )

    @property
    def knows_hashes(self) -> bool:
        """True where a token may be good that is no JWT."""
        return bool(self._hashes)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What a client may send, as phrases for people who have to get a token.

        >>> config = {"MLAPI_JWT_SECRET": "0" * 32, "MLAPI_JWT_AUDIENCE": "shop"}
        >>> TokenChecker(config).kinds
        ('a JWT (HS256) for the audience shop',)
        """
        known = ("a token that the operator gave out",) if self._hashes else ()
        return known + (self._signed.kinds if self._signed is not None else ())

    def check(self, header: str | None, *, scopes: tuple[str, ...] = ()) -> VerifiedToken:
        """What is known of the token in `header`, which is good and has all of `scopes`.

        `header` is the value of `Authorization`, or None.

        Raises UnauthorizedError: when there is no token, it is malformed, or not good.
        Raises InsufficientScopeError: when it is good, and lacks a scope.
        Raises KeysUnavailableError: when it is signed, and there are no keys to check it by.
        """
        token = self._find(read_bearer(header))
        if scopes:
            require_scopes(token, scopes)
        return token

    def _find(self, token: str) -> VerifiedToken:
        digest = sha256(token.encode()).digest()
        found = find_hashed(digest, self._hashes)
        if found is not None:
            return found
        if self._signed is None or token.count(".") != 2:
            raise unknown_token()
        return self._signed.verify(token, digest)


def require_scopes(token: VerifiedToken, scopes: tuple[str, ...]) -> None:
    """Nothing, where `token` has all of `scopes`.

    Raises InsufficientScopeError: when it lacks one.

    >>> require_scopes(VerifiedToken("hash", None, frozenset({"read"})), ("read",))
    """
    if not token.scopes.issuperset(scopes):
        raise InsufficientScopeError(scopes)


def _signed_tokens(config: Mapping[str, Any], clock: Clock) -> SignedTokens | None:
    jwt, google = jwt_settings(config), google_settings(config)
    key_ages(config)
    if jwt is None and google is None:
        return None
    if jwt is not None:
        _require("joserfc", setting=AUDIENCE)
    if google is not None:
        _require("joserfc", "google.oauth2", setting=GOOGLE_AUDIENCE)
    from ml_api_kit.decorators.tokens.signed_tokens import make_signed_tokens

    return make_signed_tokens(config, clock=clock)


def _require(*modules: str, setting: str) -> None:
    if not all(_is_installed(module) for module in modules):
        raise SettingsError(
            setting,
            "(set)",
            "nothing, or install ml-api-kit[jwt]: what checks signed tokens is not installed",
        )


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of a package that the module is in
        return False
