"""REGEXP functions, by the engine that BigQuery's are made of."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import (
    Refusal,
    SqlError,
    scalar,
)


@lru_cache(maxsize=200)
def _compiled(pattern: Any) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(_raw(pattern), options)
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


@scalar("py_regexp_contains", "BOOLEAN")
def contains(value: Any, pattern: Any) -> bool:
    """REGEXP_CONTAINS: whether a part of the value matches."""
    return _compiled(pattern).search(_raw(value)) is not None


def _raw(value: Any) -> Any:
    """The bytes that are searched: in a text the library would count characters for every match.

    What is neither stays as it is, and the library does not take it.
    """
    return value.encode() if isinstance(value, str) else value


def _like(value: Any, part: bytes | None) -> Any:
    """A part of the bytes of the value as what the value is."""
    return part.decode() if part is not None and isinstance(value, str) else part


def _next(raw: bytes, match: Any, value: Any) -> int:
    """Where to look on after a match: behind it, and behind one more character if it is empty."""
    return int(match.end()) if match.end() > match.start() else _behind(raw, match.end(), value)


def _behind(raw: bytes, at: int, value: Any) -> int:
    at += 1
    # The second to fourth bytes of a character in UTF-8 begin with the bits 10.
    while isinstance(value, str) and at < len(raw) and raw[at] & 0xC0 == 0x80:
        at += 1
    return at


def _matches(
    value: Any, raw: bytes, pattern: Any, position: int, occurrence: int, name: str
) -> Any:
    if position < 1:
        raise SqlError(f"Invalid position passed to {name}: position must be at least 1")
    if occurrence < 1:
        raise SqlError(f"Invalid occurrence passed to {name}: occurrence must be at least 1")
    compiled = _single(pattern, name)
    if position > len(value) + 1 or (position > len(value) and value):
        return None
    start = len(_raw(value[: position - 1]))
    while True:
        match = compiled.search(raw, start)
        if match is None:
            return None
        occurrence -= 1
        if occurrence == 0:
            return match
        start = _next(raw, match, value)
        if start > len(raw):
            return None


def _extract(value: Any, pattern: Any, position: int = 1, occurrence: int = 1) -> Any:
    match = _matches(value, _raw(value), pattern, position, occurrence, "REGEXP_EXTRACT")
    if match is None:
        return None
    return _like(value, match.group(1) if match.re.groups else match.group(0))


scalar("py_regexp_extract", "VARCHAR")(_extract)
scalar("py_regexp_extract_bytes", "BLOB")(_extract)


def _extract_all(value: Any, pattern: Any) -> list[Any]:
    compiled = _single(pattern, "REGEXP_EXTRACT_ALL")
    group = 1 if compiled.groups else 0
    raw, found, start = _raw(value), [], 0
    while start <= len(raw):
        match = compiled.search(raw, start)
        if match is None:
            break
        if start == len(raw) and match.end() == match.start() and raw:
            break
        found.append(_like(value, match.group(group)))
        start = _next(raw, match, value)
    return found


scalar("py_regexp_extract_all", "VARCHAR[]")(_extract_all)
scalar("py_regexp_extract_all_bytes", "BLOB[]")(_extract_all)


@scalar("py_regexp_instr", "BIGINT")
def instr(value: Any, pattern: Any, position: int = 1, occurrence: int = 1, end: int = 0) -> int:
    """REGEXP_INSTR: the place of a match, or behind it where `end` is 1; 0 for none."""
    if end not in (0, 1):
        raise SqlError("Invalid return_position_after_match passed to REGEXP_INSTR")
    if not pattern:
        return 0
    raw = _raw(value)
    match = _matches(value, raw, pattern, position, occurrence, "REGEXP_INSTR")
    if match is None:
        return 0
    if match.end() == match.start():
        raise Refusal("REGEXP_INSTR where the match is empty")
    group = 1 if match.re.groups else 0
    at = match.end(group) if end else match.start(group)
    return len(_like(value, raw[:at])) + 1 if at >= 0 else 0


@lru_cache(maxsize=200)
def _replacement(pattern: Any, rewrite: Any) -> tuple[bytes | int, ...]:
    """The pieces of the replacement: bytes as they are, numbers of groups."""
    count = _compiled(pattern).groups
    spelled = _raw(rewrite).decode("latin-1")
    pieces: list[bytes | int] = []
    at = 0
    while at < len(spelled):
        piece = spelled[at]
        if piece == "\\":
            at += 1
            following = spelled[at : at + 1]
            if following.isdigit():
                if int(following) > count:
                    raise SqlError(
                        f"Invalid REGEXP_REPLACE pattern: Rewrite schema requests {following} "
                        f"matches, but the regexp only has {count} parenthesized subexpressions."
                    )
                pieces.append(int(following))
                at += 1
                continue
            if following != "\\":
                raise SqlError("Invalid REGEXP_REPLACE pattern: Rewrite schema error")
        pieces.append(piece.encode("latin-1"))
        at += 1
    return tuple(pieces)


def _replace(value: Any, pattern: Any, rewrite: Any) -> Any:
    compiled = _compiled(pattern)
    pieces = _replacement(pattern, rewrite)
    raw = _raw(value)
    parts: list[bytes] = []
    start, last_end = 0, -1
    while start <= len(raw):
        match = compiled.search(raw, start)
        if match is None:
            break
        parts.append(raw[start : match.start()])
        is_empty = match.end() == match.start()
        if not (is_empty and match.start() == last_end):
            parts += [
                piece if isinstance(piece, bytes) else match.group(piece) or b"" for piece in pieces
            ]
        last_end = match.end()
        start = _next(raw, match, value)
        parts.append(raw[last_end:start])
    parts.append(raw[start:])
    return _like(value, b"".join(parts))


scalar("py_regexp_replace", "VARCHAR")(_replace)
scalar("py_regexp_replace_bytes", "BLOB")(_replace)
