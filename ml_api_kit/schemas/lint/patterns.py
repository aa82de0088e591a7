"""The patterns of a schema, and what can be said of them without trying texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ml_api_kit.schemas.lint.document import Path, SchemaDocument

_CLASS_OR_ESCAPE = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\(?:[pP]\{[^}]*\}|.)", re.DOTALL)
_BOUNDARY = re.compile(r"\\[bBAzZG0-9]|\(\?")


def patterns(
    document: SchemaDocument, *, keywords: tuple[str, ...] = ("pattern", "patternProperties")
) -> Iterator[tuple[Path, str]]:
    """Every pattern under `keywords`, and where it stands."""
    for node in document.nodes:
        for keyword in keywords if not node.has_only_ref else ():
            value = node.schema.get(keyword)
            if isinstance(value, str):
                yield (*node.path, keyword), value
            elif isinstance(value, Mapping):
                yield from (((*node.path, keyword, pattern), pattern) for pattern in value)


def is_always_matching(pattern: str) -> bool:
    """True where every text surely matches `pattern`; False also where that is hard to tell.

    What can match the empty text, and is not held to a place, does so in every text.

    >>> is_always_matching("[a-z]*"), is_always_matching("^[a-z]*$"), is_always_matching("^.*$")
    (True, False, False)
    """
    if _BOUNDARY.search(pattern):
        return False
    bare = _CLASS_OR_ESCAPE.sub("x", pattern)
    inner = bare[1:] if bare.startswith("^") else bare.removesuffix("$")
    if "^" in inner or "$" in inner:
        return False
    try:
        return re.compile(pattern).search("") is not None
    except re.error:
        return False  # written in a way that Python does not know


def is_never_matching(pattern: str) -> bool:
    """True where surely no text matches `pattern`; False also where that is hard to tell.

    >>> is_never_matching("/^a$/"), is_never_matching("a^b"), is_never_matching("^a$|b")
    (True, True, False)
    """
    if _BOUNDARY.search(pattern):
        return False
    bare = _CLASS_OR_ESCAPE.sub("x", pattern)
    if "|" in bare or "(" in bare:
        return False
    before_start, start, _ = bare.partition("^")
    _, end, after_end = bare.partition("$")
    return bool((start and _needs_text(before_start)) or (end and _needs_text(after_end)))


def _needs_text(part: str) -> bool:
    """True where `part`, without groups and classes, matches no empty text."""
    try:
        return re.fullmatch(part.replace("^", "").replace("$", ""), "") is None
    except re.error:
        return False  # a piece that cannot stand alone
