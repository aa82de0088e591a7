"""Functions of text and bytes that DuckDB lacks or answers otherwise."""

from __future__ import annotations

from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar

Text = Any
# White space of Unicode, which TRIM takes away.
_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_WORD_LIMITS = ' \t\n\v\f\r[](){}/|<>!?@"^#$&~_,.:;*%+-'


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
