"""REGEXP functions, by the engine that BigQuery's are made of."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.scalars.registry import Refusal, SqlError, scalar


@lru_cache(maxsize=200)
def _compiled(pattern: Any) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        message = error.args[0] if error.args else ""
        spelled = message.decode() if isinstance(message, bytes) else str(message)
        raise SqlError(f"Cannot parse regular expression: {spelled}") from error


def _single(pattern: Any, name: str) -> Any:
    compiled = _compiled(pattern)
    if compiled.groups > 1:
        raise SqlError(
            f"Regular expression passed to {name} must not have more than 1 capturing group"
        )
    return compiled


@scalar("bq_regexp_contains", "BOOLEAN")
def contains(value: Any, pattern: Any) -> bool:
    """REGEXP_CONTAINS: whether a part of the value matches."""
    return _compiled(pattern).search(value) is not None


def _matches(value: Any, pattern: Any, position: int, occurrence: int, name: str) -> Any:
    if position < 1:
        raise SqlError(f"Invalid position passed to {name}: position must be at least 1")
    if occurrence < 1:
        raise SqlError(f"Invalid occurrence passed to {name}: occurrence must be at least 1")
    compiled = _single(pattern, name)
    if position > len(value) + 1 or (position > len(value) and value):
        return None
    start = position - 1
    while True:
        match = compiled.search(value, start)
        if match is None:
            return None
        occurrence -= 1
        if occurrence == 0:
            return match
        start = match.end() if match.end() > match.start() else match.end() + 1
        if start > len(value):
            return None


def _extract(value: Any, pattern: Any, position: int = 1, occurrence: int = 1) -> Any:
    match = _matches(value, pattern, position, occurrence, "REGEXP_EXTRACT")
    if match is None:
        return None
    return match.group(1) if match.re.groups else match.group(0)


scalar("py_regexp_extract", "VARCHAR")(_extract)
scalar("py_regexp_extract_bytes", "BLOB")(_extract)


def _extract_all(value: Any, pattern: Any) -> list[Any]:
    compiled = _single(pattern, "REGEXP_EXTRACT_ALL")
    found, start = [], 0
    while start <= len(value):
        match = compiled.search(value, start)
        if match is None:
            break
        if start == len(value) and match.end() == match.start() and value:
            break
        found.append(match.group(1) if compiled.groups else match.group(0))
        start = match.end() if match.end() > match.start() else match.end() + 1
    return found


scalar("py_regexp_extract_all", "VARCHAR[]")(_extract_all)
scalar("py_regexp_extract_all_bytes", "BLOB[]")(_extract_all)


@scalar("bq_regexp_instr", "BIGINT")
def instr(value: Any, pattern: Any, position: int = 1, occurrence: int = 1, end: int = 0) -> int:
    """REGEXP_INSTR: the place of a match, or behind it where `end` is 1; 0 for none."""
    if end not in (0, 1):
        raise SqlError("Invalid return_position_after_match passed to REGEXP_INSTR")
    if not pattern:
        return 0
    match = _matches(value, pattern, position, occurrence, "REGEXP_INSTR")
    if match is None:
        return 0
    if match.end() == match.start():
        raise Refusal("REGEXP_INSTR where the match is empty")
    group = 1 if match.re.groups else 0
    return int(match.end(group) if end else match.start(group)) + 1


def _replacement(compiled: Any, rewrite: Any) -> list[Any]:
    """The pieces of the replacement: bytes or text as they are, numbers of groups."""
    is_text = isinstance(rewrite, str)
    spelled = rewrite if is_text else rewrite.decode("latin-1")
    pieces: list[Any] = []
    i = 0
    while i < len(spelled):
        piece: Any = spelled[i]
        if piece == "\\":
            i += 1
            following = spelled[i : i + 1]
            if following.isdigit():
                piece = int(following)
                if piece > compiled.groups:
                    raise SqlError(
                        f"Invalid REGEXP_REPLACE pattern: Rewrite schema requests {piece} matches,"
                        f" but the regexp only has {compiled.groups} parenthesized subexpressions."
                    )
            elif following == "\\":
                piece = "\\"
            else:
                raise SqlError("Invalid REGEXP_REPLACE pattern: Rewrite schema error")
        pieces.append(piece if is_text or isinstance(piece, int) else piece.encode("latin-1"))
        i += 1
    return pieces


def _replace(value: Any, pattern: Any, rewrite: Any) -> Any:
    compiled = _compiled(pattern)
    pieces = _replacement(compiled, rewrite)
    empty = value[:0]
    result, start, last_end = empty, 0, -1
    while start <= len(value):
        match = compiled.search(value, start)
        if match is None:
            break
        result += value[start : match.start()]
        is_empty = match.end() == match.start()
        if not (is_empty and match.start() == last_end):
            for piece in pieces:
                result += (match.group(piece) or empty) if isinstance(piece, int) else piece
        last_end = match.end()
        start = match.end()
        if is_empty:
            result += value[start : start + 1]
            start += 1
    return result + value[start:]


scalar("py_regexp_replace", "VARCHAR")(_replace)
scalar("py_regexp_replace_bytes", "BLOB")(_replace)
