"""Characters by their codes, their sound, their distance and their normal forms."""

from __future__ import annotations

import unicodedata
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar

Text = Any
_SOUNDEX = {
    letter: digit
    for digit, letters in {
        "1": "BFPV", "2": "CGJKQSXZ", "3": "DT", "4": "L", "5": "MN", "6": "R"
    }.items()
    for letter in letters
}  # fmt: skip


@scalar("py_soundex", "VARCHAR")
def soundex(text: str) -> str:
    """SOUNDEX: the first letter and three digits for the consonants that follow."""
    # The first letter stays as it is written.
    first = next((c for c in text if c.isascii() and c.isalpha()), "")
    if not first:
        return ""
    letters = [c.upper() for c in text if c.isascii() and c.isalpha()]
    code, last = first, _SOUNDEX.get(letters[0], "")
    for letter in letters[1:]:
        digit = _SOUNDEX.get(letter, "")
        if digit and digit != last:
            code += digit
        last = digit or last
        if len(code) == 4:
            break
    return code.ljust(4, "0")


@scalar("py_translate_bytes", "BLOB")
def translate_bytes(data: bytes, source: bytes, target: bytes) -> bytes:
    """TRANSLATE of bytes."""
    texts = (part.decode("latin-1") for part in (data, source, target))
    return translate(*texts).encode("latin-1")


@scalar("py_translate", "VARCHAR")
def translate(text: str, source: str, target: str) -> str:
    """TRANSLATE: each character of `source` becomes that of `target` in its place, or nothing."""
    if len(set(source)) != len(source):
        repeated = next(c for i, c in enumerate(source) if c in source[:i])
        raise SqlError(f'Duplicate character "{repeated}" in TRANSLATE source characters')
    table = {ord(c): target[i] if i < len(target) else None for i, c in enumerate(source)}
    return text.translate(table)


@scalar("py_ascii", "BIGINT")
def ascii_code(value: Text) -> int:
    """ASCII: the code of the first character or byte; 0 where there is none."""
    code = _first_code(value)
    if code > 127:
        raise SqlError("Non-ASCII character in the first position of ASCII's argument")
    return code


def _first_code(value: Text) -> int:
    return next(iter(to_code_points(value)), 0)


@scalar("py_unicode", "BIGINT")
def unicode_code(text: str) -> int:
    """UNICODE: the code point of the first character; 0 for the empty text."""
    return _first_code(text)


@scalar("py_chr", "VARCHAR")
def character(code: int) -> str:
    """CHR: the character of a code point."""
    return _character(code)


def _character(code: int) -> str:
    if not 0 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise SqlError(f"Invalid codepoint {code}")
    return chr(code)


@scalar("py_code_points_to_string", "VARCHAR")
def code_points_to_string(codes: list[int | None]) -> str | None:
    """CODE_POINTS_TO_STRING: the text of code points; NULL where one is NULL."""
    known = [code for code in codes if code is not None]
    return "".join(map(_character, known)) if len(known) == len(codes) else None


@scalar("py_code_points_to_bytes", "BLOB")
def code_points_to_bytes(codes: list[int | None]) -> bytes | None:
    """CODE_POINTS_TO_BYTES: the bytes of codes from 0 to 255; NULL where one is NULL."""
    known = [code for code in codes if code is not None]
    for code in known:
        if not 0 <= code <= 255:
            raise SqlError(f"Invalid extended ASCII code point {code}")
    return bytes(known) if len(known) == len(codes) else None


@scalar("py_to_code_points", "BIGINT[]")
def to_code_points(value: Text) -> list[int]:
    """TO_CODE_POINTS: the code points of text, or the bytes as numbers."""
    return list(value) if isinstance(value, bytes) else [ord(c) for c in value]


@scalar("py_edit_distance", "BIGINT", takes_nulls=True)
def edit_distance(left: Text, right: Text, limit: int | None = None) -> int | None:
    """EDIT_DISTANCE: how many characters to insert, delete or replace; no more than the limit."""
    if left is None or right is None:
        return None
    if limit is not None and limit < 0:
        raise SqlError("Argument max_distance must be non-negative")
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1] if limit is None else min(row[-1], limit)


@scalar("py_normalize", "VARCHAR")
def normalize(text: str, form: str = "NFC") -> str:
    """NORMALIZE: the text in a normal form of Unicode."""
    return unicodedata.normalize(_form(form), text)


@scalar("py_normalize_and_casefold", "VARCHAR")
def normalize_and_casefold(text: str, form: str = "NFC") -> str:
    """NORMALIZE_AND_CASEFOLD: the text in a normal form, without the case of its letters."""
    folded = unicodedata.normalize(_form(form), text).casefold()
    return unicodedata.normalize(_form(form), folded)


def _form(form: str) -> Any:
    if form not in ("NFC", "NFD", "NFKC", "NFKD"):
        raise SqlError(f"Invalid normalization mode {form}")
    return form
