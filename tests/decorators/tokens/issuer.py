"""An issuer of JWTs, made by hand of cryptography's primitives: also of those that are forged."""

from __future__ import annotations

import base64
import hmac
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

AUDIENCE = "https://api.example"
ISSUER = "https://issuer.example"
SECRET = "a-secret-of-the-tests-that-is-long-enough"


@cache
def rsa_key(number: int = 0, bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(number: int = 0) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def encode_json(value: Any) -> str:
    return encode(json.dumps(value).encode())


def encode_int(number: int, size_bytes: int) -> str:
    return encode(number.to_bytes(size_bytes, "big"))


def claims(**changes: Any) -> dict[str, Any]:
    """Claims that are good; a change to None leaves one out."""
    now = int(time.time())
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "client-1", "iat": now, "exp": now + 600}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signature(message: bytes, algorithm: str, key: Any) -> bytes:
    if algorithm == "HS256":
        return hmac.digest(key, message, "sha256")
    if algorithm == "RS256":
        return bytes(key.sign(message, padding.PKCS1v15(), hashes.SHA256()))
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def sign(
    said: dict[str, Any], key: Any, *, algorithm: str, signed_as: str | None = None, **header: Any
) -> str:
    """A JWT; `signed_as` is the algorithm that really signs it, where the header lies."""
    text = f"{encode_json({'alg': algorithm, **header})}.{encode_json(said)}"
    return f"{text}.{encode(signature(text.encode(), signed_as or algorithm, key))}"


def pem(key: Any) -> str:
    return str(
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def certificate(key: Any) -> str:
    """A certificate of the public key of `key`, as Google publishes them."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


def jwk(key: Any, **members: Any) -> dict[str, Any]:
    """The public key of `key` as a JSON Web Key."""
    if isinstance(key, bytes):
        return {"kty": "oct", "k": encode(key), **members}
    numbers = key.public_key().public_numbers()
    if isinstance(key, rsa.RSAPrivateKey):
        size_bytes = key.key_size // 8
        n, e = encode_int(numbers.n, size_bytes), encode_int(numbers.e, 3)
        return {"kty": "RSA", "n": n, "e": e, **members}
    x, y = encode_int(numbers.x, 32), encode_int(numbers.y, 32)
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, **members}


def key_set(*keys: dict[str, Any]) -> str:
    return json.dumps({"keys": keys})


@dataclass
class Time:
    """A clock that a test moves."""

    now: float = field(default_factory=time.time)

    def __call__(self) -> float:
        return self.now
