"""Where a text or bytes are within others: STRPOS, INSTR, LIKE and their like."""

from __future__ import annotations

import re
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.characters import normalize_and_casefold
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar

Text = Any


@scalar("py_strpos", "BIGINT")
def strpos(value: Text, part: Text) -> int:
    """The place of the first `part`, counted from one; 0 where there is none."""
    return int(value.find(part)) + 1


def _starts(value: Text, part: Text) -> bool:
    return bool(value.startswith(part))


def _ends(value: Text, part: Text) -> bool:
    return bool(value.endswith(part))


scalar("py_starts_with", "BOOLEAN")(_starts)
scalar("py_ends_with", "BOOLEAN")(_ends)


@scalar("py_instr", "BIGINT")
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
    from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.plain_text import leaf_texts

    if part is None:
        raise SqlError("CONTAINS_SUBSTR needs a second argument that is not NULL")
    wanted = normalize_and_casefold(part, "NFKC")
    texts = list(leaf_texts(value, types[0]))
    if any(wanted in normalize_and_casefold(t, "NFKC") for t in texts if t is not None):
        return True
    return None if None in texts else False
