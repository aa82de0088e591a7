"""CAST of BYTES to text and back with FORMAT: HEX, BASE2 to BASE64, ASCII and UTF-8.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements#format_bytes_as_string
"""

from __future__ import annotations

import base64
import binascii

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.encodings import bytes_to_text
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar

_BITS = {"BASE2": 1, "BASE8": 3, "BASE16": 4, "HEX": 4}
"""How many bits a digit has."""


def text_of_bytes(value: bytes, form: str) -> str:
    """CAST to STRING with FORMAT.

    Raises SqlError: for what is no text, or a format that is not known.
    """
    name = form.upper()
    if name in _BITS:
        return _digits(value, _BITS[name])
    if name == "BASE32":
        return base64.b32encode(value).decode()
    if name in ("BASE64", "BASE64M"):
        return base64.b64encode(value).decode()
    if name == "ASCII" and not value.isascii():
        raise SqlError("Failed to decode invalid ASCII string")
    if name in ("UTF-8", "UTF8", "ASCII"):
        return str(bytes_to_text(value))
    raise SqlError(f"Invalid format '{form}'")


def _digits(value: bytes, bits: int) -> str:
    """The digits of the bytes, with as many zeros before them as the bytes have."""
    size = -(-8 * len(value) // bits)
    spelled = format(int.from_bytes(value), {1: "b", 3: "o", 4: "x"}[bits])
    return spelled.zfill(size) if value else ""


def _of_digits(text: str, bits: int) -> bytes:
    """The bytes of digits: bits before the first whole byte are none where they are too few."""
    if not set(text.lower()) <= set("0123456789abcdef"[: 2**bits]):
        raise ValueError(text)
    count = bits * len(text)
    size = count // 8 + (count % 8 >= bits)
    number: int = int(text or "0", 2**bits) & (1 << 8 * size) - 1
    return number.to_bytes(size)


@scalar("py_parse_bytes", "BLOB")
def parse_bytes(text: str, form: str) -> bytes:
    """CAST to BYTES with FORMAT."""
    name = form.upper()
    try:
        if name in _BITS:
            return _of_digits(text, _BITS[name])
        if name == "BASE32":
            return base64.b32decode(text)
        if name in ("BASE64", "BASE64M"):
            return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise SqlError(f"Failed to decode invalid {name.lower()} string") from error
    if name == "ASCII" and not text.isascii():
        raise SqlError("Failed to decode invalid ASCII string")
    if name in ("UTF-8", "UTF8", "ASCII"):
        return text.encode()
    raise SqlError(f"Invalid format '{form}'")
