"""A token that was checked: whose it is, and what it may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

TokenKind = Literal["hash", "jwt", "google"]


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """What is known of a client by its token.

    Attributes:
        kind: `hash` for a token known by its hash, `jwt` for a signed one, `google` for an identity
            token that Google signed.
        subject: who it was given to: the claim `sub` of a JWT, the address of a Google account,
            `sha256:` and the first 16 digits of the hash; None for a JWT without `sub`. Good for a
            log or a limit per client; it reveals no token.
        scopes: what it may be used for.
        claims: the claims of a JWT; of a token known by its hash, none.
    """

    kind: TokenKind
    subject: str | None
    scopes: frozenset[str] = frozenset()
    claims: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
