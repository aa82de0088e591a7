"""Keys of one's own, and tokens signed with them: for trying an API out, and for small issuers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.jwt import encode

from ml_api_kit.decorators.tokens.jwt_keys import ALGORITHMS, read_key_set

_KINDS: dict[str, type[ECKey] | type[RSAKey]] = {"EC": ECKey, "RSA": RSAKey}
_PRIVATE_PARTS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth"})


def new_private_key(algorithm: str) -> bytes:
    """A new private key for ES256 or RS256, as a JSON Web Key; its id is its thumbprint.

    Raises ValueError: when `algorithm` is another one.

    Source: RFC 7517, section 4; RFC 7638 (thumbprint).
    """
    kinds = {ALGORITHMS[name]: kind for name, kind in _KINDS.items()}
    if algorithm not in kinds:
        raise ValueError(f"is {algorithm!r}; keys are made for {' and '.join(kinds)}")
    key = kinds[algorithm].generate_key()
    named = key.as_dict(private=True, kid=key.thumbprint(), alg=algorithm, use="sig")
    return orjson.dumps(named, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def with_public_key(key_set: bytes | None, private_key: bytes) -> bytes:
    """The JSON Web Key Set `key_set`, or a new one, with the public part of `private_key` added.

    Raises ValueError: when one of them is not what it should be.
    """
    keys: list[Any] = []
    if key_set is not None:
        read_key_set(key_set, allows_secrets=True)  # raises where it is none
        keys = orjson.loads(key_set)["keys"]
    keys.append(_private(private_key).as_dict(private=False))
    return orjson.dumps({"keys": keys}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def sign_claims(
    claims: Mapping[str, Any], private_key: bytes, *, lifetime_s: int, token_type: str = "JWT"
) -> str:
    """A JWT that says `claims`, signed now with `private_key` and good for `lifetime_s` seconds.

    Its header says that it is a `token_type`, such as `at+jwt`.

    Raises ValueError: when the key is no private one.

    >>> key = new_private_key("ES256")
    >>> sign_claims({"sub": "me"}, key, lifetime_s=60).count(".")
    2
    """
    key = _private(private_key)
    now = int(time.time())
    header = {"typ": token_type, "alg": ALGORITHMS[key.key_type], "kid": key.kid}
    return encode(header, {**claims, "iat": now, "exp": now + lifetime_s}, key)


def _private(private_key: bytes) -> ECKey | RSAKey:
    value = orjson.loads(private_key)
    if not isinstance(value, dict) or value.get("kty") not in _KINDS or "d" not in value:
        raise ValueError("is no private key of ES256 or RS256")
    public = {name: part for name, part in value.items() if name not in _PRIVATE_PARTS}
    read_key_set(orjson.dumps({"keys": [public]}), allows_secrets=False)  # raises where it is weak
    try:
        return _KINDS[value["kty"]].import_key(value)
    except (JoseError, ValueError, TypeError) as error:
        raise ValueError("is malformed") from error
