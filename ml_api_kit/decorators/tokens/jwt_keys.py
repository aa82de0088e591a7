"""Keys that signatures of JWTs are checked by: each good for exactly one algorithm.

A token's header names an algorithm, and a sender may write anything there. What a key is used for
is decided here, by its type alone, so that the public key of an RS256 signature can never become
the secret of an HS256 one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OctKey, RSAKey

MIN_SECRET_BYTES = 32
MIN_RSA_BITS = 2048
MAX_KEYS = 64
#: The algorithm of each type of key that a key set may name.
ALGORITHMS = {"oct": "HS256", "RSA": "RS256", "EC": "ES256"}
_PEM_MARK = "-----BEGIN"


@dataclass(frozen=True, slots=True)
class JwtKey:
    """A key, the one algorithm that it is for, and its id where it has one."""

    key_id: str | None
    algorithm: str
    key: OctKey | RSAKey | ECKey


@dataclass(frozen=True, slots=True, eq=False)
class KeySet:
    """Keys, and why others that came with them cannot be used.

    Attributes:
        keys: the keys that can be used.
        faults: a sentence for each key that is broken, weak or private. Keys for another purpose
            than signatures, or for another algorithm, are no fault.
    """

    keys: tuple[JwtKey, ...]
    faults: tuple[str, ...] = ()

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The algorithms of the keys, sorted."""
        return tuple(sorted({key.algorithm for key in self.keys}))

    def for_token(self, algorithm: str, key_id: str | None) -> list[JwtKey]:
        """The keys that may have signed a token whose header says so.

        Where either has no id, the key is tried.
        """
        return [
            key
            for key in self.keys
            if key.algorithm == algorithm
            and (key.key_id is None or key_id is None or key.key_id == key_id)
        ]


def secret_key(secret: str) -> JwtKey:
    """The key of HS256 that `secret` is.

    Raises ValueError: when it has less than 32 bytes, or is a public key or a key set by mistake.

    Source: RFC 7518, section 3.2.
    """
    data = secret.encode()
    if _PEM_MARK in secret or secret.lstrip().startswith(("{", "ssh-", "ecdsa-")):
        raise ValueError("is a key of another kind, which everybody may know")
    if len(data) < MIN_SECRET_BYTES:
        raise ValueError(f"has {len(data)} bytes, and {MIN_SECRET_BYTES} are needed")
    return JwtKey(None, "HS256", OctKey.import_key(data))


def public_key(pem: str) -> JwtKey:
    """The key of RS256 or ES256 that `pem` holds.

    Raises ValueError: when it holds no public key, a private one, or one that is too weak.
    """
    if "PRIVATE KEY" in pem:
        raise ValueError("is a private key, which only the issuer may have")
    try:
        raw = load_pem_public_key(pem.encode())
    except ValueError as error:
        raise ValueError("is no public key in PEM") from error
    if isinstance(raw, RSAPublicKey):
        _check_rsa_bits(raw.key_size)
        return JwtKey(None, "RS256", RSAKey.import_key(raw))
    if isinstance(raw, EllipticCurvePublicKey) and isinstance(raw.curve, SECP256R1):
        return JwtKey(None, "ES256", ECKey.import_key(raw))
    raise ValueError("is neither an RSA key nor one of the curve P-256")


def read_key_set(document: bytes, *, allows_secrets: bool) -> KeySet:
    """The keys in `document`, a JSON Web Key Set; none, where it holds none at all.

    An empty set is good: whoever takes the last key out wants no token to be good any more.

    Raises ValueError: when it is no key set, holds more than 64 keys, or holds keys of which none
    can be used.

    Source: RFC 7517, section 5.
    """
    value = orjson.loads(document)  # whose error is a ValueError
    entries = value.get("keys") if isinstance(value, dict) else None
    if not isinstance(entries, list):
        raise ValueError('is no key set, which is an object with the member "keys"')
    if len(entries) > MAX_KEYS:
        raise ValueError(f"holds {len(entries)} keys; {MAX_KEYS} at most are read")
    keys: list[JwtKey] = []
    faults: list[str] = []
    for place, entry in _for_signatures(entries):
        try:
            keys.append(_key(entry, allows_secrets=allows_secrets))
        except ValueError as error:
            faults.append(f"key {place + 1} {error}")
    if entries and not keys:
        reasons = "; ".join(faults) or f"none is for {', '.join(ALGORITHMS.values())}"
        raise ValueError(f"holds no key that can be used: {reasons}")
    return KeySet(tuple(keys), tuple(faults))


def _for_signatures(entries: list[Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for place, entry in enumerate(entries):
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
            continue
        kind = entry.get("kty")
        algorithm = ALGORITHMS.get(kind) if isinstance(kind, str) else None
        is_other_curve = kind == "EC" and entry.get("crv") != "P-256"
        operations = entry.get("key_ops", ["verify"])
        if (
            algorithm
            and not is_other_curve
            and entry.get("alg", algorithm) == algorithm
            and isinstance(operations, list)
            and "verify" in operations
        ):
            yield place, entry


def _key(entry: Mapping[str, Any], *, allows_secrets: bool) -> JwtKey:
    """The key of one entry; raises ValueError where it cannot be used."""
    kind, key_id = entry["kty"], entry.get("kid")
    if key_id is not None and not isinstance(key_id, str):
        raise ValueError("has an id that is no text")
    if kind == "oct" and not allows_secrets:
        raise ValueError("is a secret, which must not be published")
    if kind != "oct" and "d" in entry:
        raise ValueError("is private, which only the issuer may have")
    size_bytes = _size_bytes(entry.get({"oct": "k", "RSA": "n", "EC": "x"}[kind]))
    if kind == "oct" and size_bytes < MIN_SECRET_BYTES:
        raise ValueError(f"has {size_bytes} bytes, and {MIN_SECRET_BYTES} are needed")
    if kind == "RSA":
        _check_rsa_bits(size_bytes * 8)
    try:
        key = JWKRegistry.import_key(dict(entry))
    except (JoseError, ValueError, TypeError) as error:
        raise ValueError("is malformed") from error
    return JwtKey(key_id, ALGORITHMS[kind], key)  # type: ignore[arg-type]


def _size_bytes(encoded: object) -> int:
    return len(encoded.lstrip("A")) * 3 // 4 if isinstance(encoded, str) else 0


def _check_rsa_bits(bits: int) -> None:
    if bits < MIN_RSA_BITS:
        raise ValueError(f"has {bits} bits, and {MIN_RSA_BITS} are needed")
