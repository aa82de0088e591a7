"""Tokens that are known only by their SHA-256 hashes."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ml_api_kit.decorators.tokens.grants import entries_of, parse_grant
from ml_api_kit.decorators.tokens.setting_names import HASHES
from ml_api_kit.decorators.tokens.verified_token import VerifiedToken
from ml_api_kit.errors import SettingsError

_HASH = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class HashedToken:
    """The digest of a token, and what its holder is known as."""

    digest: bytes
    verified: VerifiedToken


def parse_hashes(setting: str | Iterable[str]) -> tuple[HashedToken, ...]:
    """The tokens that `setting` knows, which is several hashes or one text of them.

    In a text they stand apart by commas or spaces. Several are given while tokens are rotated.
    Scopes stand behind the hash: `<hash>:read+write`.

    Raises SettingsError: when it is neither, or an entry is no SHA-256 hash; what was found is not
    shown, because it may be a token that was put there by mistake.
    """
    entries = entries_of(setting, name=HASHES, expected="SHA-256 hashes")
    return tuple(_hashed(entry) for entry in entries)


def find_hashed(digest: bytes, hashes: Sequence[HashedToken]) -> VerifiedToken | None:
    """What is known of the token with `digest`, or None; every hash is compared, in constant time.

    >>> from hashlib import sha256
    >>> known = parse_hashes(sha256(b"example").hexdigest() + ":read")
    >>> find_hashed(sha256(b"example").digest(), known).subject
    'sha256:50d858e0985ecc7f'
    >>> find_hashed(sha256(b"guess").digest(), known) is None
    True
    """
    found = None
    for known in hashes:
        if hmac.compare_digest(digest, known.digest):
            found = known.verified
    return found


def _hashed(entry: str) -> HashedToken:
    digits, scopes = parse_grant(entry, name=HASHES)
    if not _HASH.fullmatch(digits):
        raise SettingsError(
            HASHES,
            "(an entry that is not shown)",
            "SHA-256 hashes of 64 hexadecimal digits; `mlapi token new` makes one",
        )
    subject = f"sha256:{digits[:16].lower()}"
    return HashedToken(bytes.fromhex(digits), VerifiedToken("hash", subject, scopes))
