"""Functions of text and bytes that DuckDB lacks or answers otherwise."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.scalars.registry import SqlError, scalar

Text = Any
# White space of Unicode, which TRIM takes away.
_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_WORD_LIMITS = ' \t\n\v\f\r[](){}/|<>!?@"^#$&~_,.:;*%+-'
_SOUNDEX = {
    letter: digit
    for digit, letters in {
        "1": "BFPV", "2": "CGJKQSXZ", "3": "DT", "4": "L", "5": "MN", "6": "R"
    }.items()
    for letter in letters
}  # fmt: skip


def _upper(text: str) -> str:
    return text.upper()


def _lower(text: str) -> str:
    return text.lower()


@scalar("py_upper", "VARCHAR")
def upper(text: str) -> str:
    """The text in capitals."""
    return _upper(text)


@scalar("py_lower", "VARCHAR")
def lower(text: str) -> str:
    """The text in small letters."""
    return _lower(text)


@scalar("py_upper_bytes", "BLOB")
def upper_bytes(data: bytes) -> bytes:
    """The bytes with ASCII letters in capitals."""
    return data.upper()


@scalar("py_lower_bytes", "BLOB")
def lower_bytes(data: bytes) -> bytes:
    """The bytes with ASCII letters in small."""
    return data.lower()


def _substr(value: Text, start: int, length: int | None = None) -> Text:
    if length is not None and length < 0:
        raise SqlError("Third argument in SUBSTR() cannot be negative")
    size = len(value)
    if start == 0 or start < -size:
        start = 1
    first = start - 1 if start > 0 else size + start
    end = size if length is None else first + length
    return value[first:end]


scalar("py_substr", "VARCHAR")(_substr)
scalar("py_substr_bytes", "BLOB")(_substr)


def _left(value: Text, length: int) -> Text:
    if length < 0:
        raise SqlError("Second argument in LEFT() cannot be negative")
    return value[:length]


def _right(value: Text, length: int) -> Text:
    if length < 0:
        raise SqlError("Second argument in RIGHT() cannot be negative")
    return value[max(len(value) - length, 0) :]


scalar("py_left", "VARCHAR")(_left)
scalar("py_left_bytes", "BLOB")(_left)
scalar("py_right", "VARCHAR")(_right)
scalar("py_right_bytes", "BLOB")(_right)


def _repeat(value: Text, times: int) -> Text:
    if times < 0:
        raise SqlError("Second argument in REPEAT() cannot be negative")
    return _within_limit(value, len(value) * times, "REPEAT") * times


def _within_limit(value: Text, size: int, name: str) -> Text:
    if size > 2**20:
        raise SqlError(f"Output of {name} exceeds max allowed output size of 1MB")
    return value


scalar("py_repeat", "VARCHAR")(_repeat)
scalar("py_repeat_bytes", "BLOB")(_repeat)


def _pad(value: Text, length: int, fill: Text, name: str) -> Text:
    if length < 0:
        raise SqlError(f"Second argument (output size) for {name} cannot be negative")
    if not fill:
        raise SqlError(f"Third argument (pad pattern) for {name} cannot be empty")
    _within_limit(value, length, name)
    missing = length - len(value)
    return (fill * (missing // len(fill) + 1))[: max(missing, 0)]


def _lpad(value: Text, length: int, fill: Text) -> Text:
    return (
        (_pad(value, length, fill, "LPAD") + value)[:length]
        if length > len(value)
        else (_pad(value, length, fill, "LPAD") + value[:length])
    )


def _rpad(value: Text, length: int, fill: Text) -> Text:
    padding = _pad(value, length, fill, "RPAD")
    return value[:length] + padding


scalar("py_lpad", "VARCHAR")(_lpad)
scalar("py_lpad_bytes", "BLOB")(_lpad)
scalar("py_rpad", "VARCHAR")(_rpad)
scalar("py_rpad_bytes", "BLOB")(_rpad)


def _strip(value: Text, characters: Text, side: str) -> Text:
    if isinstance(value, bytes) and not characters:
        raise SqlError(f"{side} of BYTES needs a second argument that is not empty")
    chosen = characters
    if side != "RTRIM":
        value = value.lstrip(chosen) if chosen else value
    if side != "LTRIM":
        value = value.rstrip(chosen) if chosen else value
    return value


def _trimmer(side: str) -> Any:
    return lambda value, characters=_SPACES: _strip(value, characters, side)


for _side in ("TRIM", "LTRIM", "RTRIM"):
    scalar(f"py_{_side.lower()}", "VARCHAR")(_trimmer(_side))
    scalar(f"py_{_side.lower()}_bytes", "BLOB")(_trimmer(_side))


def _reverse(value: Text) -> Text:
    return value[::-1]


scalar("py_reverse", "VARCHAR")(_reverse)
scalar("py_reverse_bytes", "BLOB")(_reverse)


def _replace(value: Text, old: Text, new: Text) -> Text:
    return value.replace(old, new) if old else value


scalar("py_replace", "VARCHAR")(_replace)
scalar("py_replace_bytes", "BLOB")(_replace)


def _split(value: Text, delimiter: Text) -> list[Text]:
    if not delimiter:
        parts = [value[i : i + 1] for i in range(len(value))]
        return parts or [value]
    return list(value.split(delimiter))


scalar("py_split", "VARCHAR[]")(_split)
scalar("py_split_bytes", "BLOB[]")(_split)


@scalar("bq_strpos", "BIGINT")
def strpos(value: Text, part: Text) -> int:
    """The place of the first `part`, counted from one; 0 where there is none."""
    return int(value.find(part)) + 1


def _starts(value: Text, part: Text) -> bool:
    return bool(value.startswith(part))


def _ends(value: Text, part: Text) -> bool:
    return bool(value.endswith(part))


scalar("py_starts_with", "BOOLEAN")(_starts)
scalar("py_ends_with", "BOOLEAN")(_ends)


@scalar("bq_instr", "BIGINT")
def instr(value: Text, part: Text, position: int = 1, occurrence: int = 1) -> int:
    """INSTR: the place of the n-th `part` from a position on, backwards from a negative one."""
    if position == 0:
        raise SqlError("Position cannot be 0 in INSTR")
    if occurrence <= 0:
        raise SqlError("Occurrence must be positive in INSTR")
    size = len(value)
    if abs(position) > size:
        return 0
    step = 1 if position > 0 else -1
    place = position - 1 if position > 0 else size + position
    while 0 <= place < size or (not part and place == size):
        if value[place : place + len(part)] == part:
            occurrence -= 1
            if occurrence == 0:
                return place + 1
        place += step
    return 0


@scalar("py_initcap", "VARCHAR")
def initcap(text: str, limits: str = _WORD_LIMITS) -> str:
    """INITCAP: the first letter of each word in capitals, the others small."""
    result, is_first = [], True
    for character in text:
        if character in limits:
            result.append(character)
            is_first = True
        else:
            result.append(_upper(character) if is_first else _lower(character))
            is_first = False
    return "".join(result)


@scalar("bq_soundex", "VARCHAR")
def soundex(text: str) -> str:
    """SOUNDEX: the first letter and three digits for the consonants that follow."""
    letters = [c for c in text.upper() if "A" <= c <= "Z"]
    if not letters:
        return ""
    # The first letter stays as it is written.
    first = next(c for c in text if "A" <= c.upper() <= "Z")
    code, last = first, _SOUNDEX.get(letters[0], "")
    for letter in letters[1:]:
        digit = _SOUNDEX.get(letter, "")
        if digit and digit != last:
            code += digit
        last = digit or last
        if len(code) == 4:
            break
    return code.ljust(4, "0")


@scalar("py_translate", "VARCHAR")
def translate(text: str, source: str, target: str) -> str:
    """TRANSLATE: each character of `source` becomes that of `target` in its place, or nothing."""
    if len(set(source)) != len(source):
        repeated = next(c for i, c in enumerate(source) if c in source[:i])
        raise SqlError(f'Duplicate character "{repeated}" in TRANSLATE source characters')
    table = {ord(c): target[i] if i < len(target) else None for i, c in enumerate(source)}
    return text.translate(table)


@scalar("bq_ascii", "BIGINT")
def ascii_code(text: str) -> int:
    """ASCII: the code of the first character; 0 for the empty text."""
    if text and ord(text[0]) > 127:
        raise SqlError("Non-ASCII character in the first position of ASCII's argument")
    return ord(text[0]) if text else 0


@scalar("bq_unicode", "BIGINT")
def unicode_code(text: str) -> int:
    """UNICODE: the code point of the first character; 0 for the empty text."""
    return ord(text[0]) if text else 0


@scalar("bq_chr", "VARCHAR")
def character(code: int) -> str:
    """CHR: the character of a code point."""
    return _character(code)


def _character(code: int) -> str:
    if not 0 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise SqlError(f"Invalid codepoint {code}")
    return chr(code)


@scalar("bq_code_points_to_string", "VARCHAR")
def code_points_to_string(codes: list[int | None]) -> str | None:
    """CODE_POINTS_TO_STRING: the text of code points; NULL where one is NULL."""
    known = [code for code in codes if code is not None]
    return "".join(map(_character, known)) if len(known) == len(codes) else None


@scalar("bq_code_points_to_bytes", "BLOB")
def code_points_to_bytes(codes: list[int | None]) -> bytes | None:
    """CODE_POINTS_TO_BYTES: the bytes of codes from 0 to 255; NULL where one is NULL."""
    known = [code for code in codes if code is not None]
    for code in known:
        if not 0 <= code <= 255:
            raise SqlError(f"Invalid extended ASCII code point {code}")
    return bytes(known) if len(known) == len(codes) else None


@scalar("bq_to_code_points", "BIGINT[]")
def to_code_points(value: Text) -> list[int]:
    """TO_CODE_POINTS: the code points of text, or the bytes as numbers."""
    return list(value) if isinstance(value, bytes) else [ord(c) for c in value]


@scalar("bq_edit_distance", "BIGINT", takes_nulls=True)
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


@scalar("bq_normalize", "VARCHAR")
def normalize(text: str, form: str = "NFC") -> str:
    """NORMALIZE: the text in a normal form of Unicode."""
    return unicodedata.normalize(_form(form), text)


@scalar("bq_normalize_and_casefold", "VARCHAR")
def normalize_and_casefold(text: str, form: str = "NFC") -> str:
    """NORMALIZE_AND_CASEFOLD: the text in a normal form, without the case of its letters."""
    folded = unicodedata.normalize(_form(form), text).casefold()
    return unicodedata.normalize(_form(form), folded)


def _form(form: str) -> Any:
    if form not in ("NFC", "NFD", "NFKC", "NFKD"):
        raise SqlError(f"Invalid normalization mode {form}")
    return form


@scalar("py_like", "BOOLEAN")
def like(value: Text, pattern: Text) -> bool:
    """LIKE: % stands for anything, _ for one character, a backslash takes the next as it is."""
    is_text = isinstance(pattern, str)
    spelled = pattern if is_text else pattern.decode("latin-1")
    subject = value if is_text else value.decode("latin-1")
    return re.fullmatch(_like_pattern(spelled), subject, re.DOTALL) is not None


def _like_pattern(pattern: str) -> str:
    result, i = "", 0
    while i < len(pattern):
        character = pattern[i]
        if character == "\\":
            i += 1
            if i == len(pattern):
                raise SqlError("LIKE pattern ends with a backslash")
            character = pattern[i]
            result += re.escape(character)
        else:
            result += {"%": ".*", "_": "."}.get(character, re.escape(character))
        i += 1
    return result


@scalar("bq_contains_substr", "BOOLEAN", takes_nulls=True)
def contains_substr(types: list[str], value: Any, part: Any) -> bool | None:
    """CONTAINS_SUBSTR: whether the text of the value, or of a part of it, holds the text."""
    from ml_api_kit.gcp_accessor.local.bigquery.scalars.plain_text import leaf_texts

    if part is None:
        raise SqlError("CONTAINS_SUBSTR needs a second argument that is not NULL")
    wanted = normalize_and_casefold(part, "NFKC")
    texts = list(leaf_texts(value, types[0]))
    if any(wanted in normalize_and_casefold(t, "NFKC") for t in texts if t is not None):
        return True
    return None if None in texts else False
