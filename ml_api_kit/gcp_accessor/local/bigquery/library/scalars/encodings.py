"""Bytes as text and back: base 32, base 64, hexadecimal, UTF-8; and hashes."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar


@scalar("py_to_base32", "VARCHAR")
def to_base32(data: bytes) -> str:
    """TO_BASE32."""
    return base64.b32encode(data).decode()


@scalar("py_from_base32", "BLOB")
def from_base32(text: str) -> bytes:
    """FROM_BASE32."""
    try:
        return base64.b32decode(text)
    except binascii.Error as error:
        raise SqlError(f"Failed to decode invalid base32 string: {text}") from error


@scalar("py_to_base64", "VARCHAR")
def to_base64(data: bytes) -> str:
    """TO_BASE64."""
    return base64.b64encode(data).decode()


@scalar("py_from_base64", "BLOB")
def from_base64(text: str) -> bytes:
    """FROM_BASE64, with or without the = at its end."""
    bare = "".join(text.split()).rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SqlError(f"Failed to decode invalid base64 string: {text}") from error


@scalar("py_to_hex", "VARCHAR")
def to_hex(data: bytes) -> str:
    """TO_HEX, in small letters."""
    return data.hex()


@scalar("py_from_hex", "BLOB")
def from_hex(text: str) -> bytes:
    """FROM_HEX; an odd number of digits has a 0 before it."""
    try:
        return (
            bytes.fromhex(text if len(text) % 2 == 0 else f"0{text}")
            if " " not in text
            else _no(text)
        )
    except ValueError as error:
        raise SqlError(f"Failed to decode invalid hexadecimal string: {text}") from error


def _no(text: str) -> bytes:
    raise ValueError(text)


@scalar("py_safe_convert_bytes_to_string", "VARCHAR")
def safe_text(data: bytes) -> str:
    """SAFE_CONVERT_BYTES_TO_STRING: what is no UTF-8 becomes U+FFFD."""
    return data.decode("utf-8", "replace")


@scalar("py_bytes_to_text", "VARCHAR")
def bytes_to_text(data: bytes) -> str:
    """The text of bytes in UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise SqlError("Invalid cast of bytes to UTF8 string") from error


def _data(value: Any) -> bytes:
    return bytes(value.encode() if isinstance(value, str) else value)


def _hash(name: str) -> Any:
    return lambda value: hashlib.new(name, _data(value), usedforsecurity=False).digest()


for _name in ("md5", "sha1", "sha256", "sha512"):
    scalar(f"py_{_name}", "BLOB")(_hash(_name))
