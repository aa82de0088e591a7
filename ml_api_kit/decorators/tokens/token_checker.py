"""Every way that a token may be known, tried in turn."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from ml_api_kit.decorators.bearer import read_bearer, unknown_token
from ml_api_kit.decorators.tokens.clock import Clock
from ml_api_kit.decorators.tokens.hashed_tokens import SETTING, find_hashed, parse_hashes
from ml_api_kit.decorators.tokens.jwt_settings import check_names
from ml_api_kit.decorators.tokens.signed_text import is_signed
from ml_api_kit.decorators.tokens.signed_tokens import signed_tokens
from ml_api_kit.decorators.tokens.verified_token import VerifiedToken
from ml_api_kit.errors import InsufficientScopeError, SettingsError

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
        hashes = config.get(SETTING)
        self._hashes = () if hashes is None else parse_hashes(hashes)
        self._signed = signed_tokens(config, clock=clock)

    def require_any(self) -> None:
        """Nothing, where at least one token could be known.

        Raises SettingsError: when no setting lets anybody in.
        """
        if not self._hashes and self._signed is None:
            raise SettingsError(
                SETTING,
                None,
                "at least one SHA-256 hash, because a view needs a token; `mlapi token new` makes"
                " a token and its hash. Or set keys of signed tokens (MLAPI_JWT_…)",
            )

    def check(self, header: str | None, *, scopes: tuple[str, ...] = ()) -> VerifiedToken:
        """What is known of the token in `header`, which is good and has all of `scopes`.

        `header` is the value of `Authorization`, or None.

        Raises UnauthorizedError: when there is no token, it is malformed, or not good.
        Raises InsufficientScopeError: when it is good, and lacks a scope.
        Raises KeysUnavailableError: when it is signed, and there are no keys to check it by.
        """
        token = self._find(read_bearer(header))
        if scopes and not token.scopes.issuperset(scopes):
            raise InsufficientScopeError(scopes)
        return token

    def _find(self, token: str) -> VerifiedToken:
        digest = sha256(token.encode()).digest()
        found = find_hashed(digest, self._hashes)
        if found is not None:
            return found
        if self._signed is None or not is_signed(token):
            raise unknown_token()
        return self._signed.verify(token, digest)
