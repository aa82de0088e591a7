"""Bearer tokens: read from a request's header, and known by their SHA-256 hashes."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from hashlib import sha256

from ml_api_kit.errors import UnauthorizedError

MAX_HEADER_CHARACTERS = 8192

_CREDENTIALS = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9._~+/-]+=*)")


def hash_token(token: str) -> str:
    """The SHA-256 hash of `token`, in 64 hexadecimal digits.

    A token must be random and long, as `mlapi token new` makes it: a plain hash protects no
    password that somebody could guess.

    >>> hash_token("example")[:16]
    '50d858e0985ecc7f'
    """
    return sha256(token.encode()).hexdigest()


def read_bearer(header: str | None) -> str:
    """The token in `header`, the value of `Authorization` or None.

    A header of more than 8,192 characters is refused before it is looked into.

    Raises UnauthorizedError: when there is no token, or it is malformed.

    Source: RFC 6750, section 2.1.

    >>> read_bearer("Bearer example")
    'example'
    """
    if not header:
        raise UnauthorizedError(
            "A token is needed; send the header Authorization: Bearer <token>.",
            is_token_given=False,
        )
    given = _CREDENTIALS.fullmatch(header) if len(header) <= MAX_HEADER_CHARACTERS else None
    if given is None:
        raise UnauthorizedError(
            "The Authorization header is malformed; send Authorization: Bearer <token>."
        )
    return given[1]


def check_bearer(header: str | None, hashes: Sequence[bytes]) -> None:
    """Nothing, where `header` carries a token that one of `hashes` belongs to.

    `header` is the value of `Authorization`, or None. Every hash is compared, in constant time.

    Raises UnauthorizedError: when there is no token, it is malformed, or nobody's.

    >>> check_bearer("Bearer example", [bytes.fromhex(hash_token("example"))])
    """
    digest = sha256(read_bearer(header).encode()).digest()
    is_known = False
    for known in hashes:
        is_known |= hmac.compare_digest(digest, known)
    if not is_known:
        raise unknown_token()


def unknown_token() -> UnauthorizedError:
    """The error of a token that nobody here knows."""
    return UnauthorizedError("The token is not known here; ask the operator for one.")
