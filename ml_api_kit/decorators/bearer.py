"""Bearer tokens, known only by their SHA-256 hashes."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from ml_api_kit.errors import SettingsError, UnauthorizedError

MAX_HEADER_CHARACTERS = 8192

_CREDENTIALS = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9._~+/-]+=*)")
_HASH = re.compile(r"[0-9a-fA-F]{64}")


def hash_token(token: str) -> str:
    """The SHA-256 hash of `token`, in 64 hexadecimal digits.

    A token must be random and long, as `mlapi token new` makes it: a plain hash protects no
    password that somebody could guess.

    >>> hash_token("example")[:16]
    '50d858e0985ecc7f'
    """
    return sha256(token.encode()).hexdigest()


def parse_hashes(setting: str | Iterable[str]) -> tuple[bytes, ...]:
    """The digests in `setting`, which is several hashes or one text of them.

    In a text they stand apart by commas or spaces. Several are given while tokens are rotated.

    Raises SettingsError: when it is neither, or an entry is no SHA-256 hash; what was found is not
    shown, because it may be a token that was put there by mistake.
    """
    if not isinstance(setting, Iterable) or isinstance(setting, bytes | Mapping):
        raise SettingsError(
            "MLAPI_TOKEN_HASHES",
            f"(a {type(setting).__name__})",
            "a text or a list of SHA-256 hashes",
        )
    entries = re.split(r"[\s,]+", setting) if isinstance(setting, str) else [*setting]
    for entry in entries:
        if entry != "" and not (isinstance(entry, str) and _HASH.fullmatch(entry)):
            raise SettingsError(
                "MLAPI_TOKEN_HASHES",
                "(an entry that is not shown)",
                "SHA-256 hashes of 64 hexadecimal digits; `mlapi token new` makes one",
            )
    return tuple(bytes.fromhex(entry) for entry in entries if entry)


def check_bearer(header: str | None, hashes: Sequence[bytes]) -> None:
    """Nothing, where `header` carries a token that one of `hashes` belongs to.

    `header` is the value of `Authorization`, or None. Every hash is compared, in constant time.

    Raises UnauthorizedError: when there is no token, it is malformed, or nobody's.

    Source: RFC 6750, section 2.1.

    >>> check_bearer("Bearer example", [bytes.fromhex(hash_token("example"))])
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
    digest = sha256(given[1].encode()).digest()
    is_known = False
    for known in hashes:
        is_known |= hmac.compare_digest(digest, known)
    if not is_known:
        raise UnauthorizedError("The token is not known here; ask the operator for one.")
