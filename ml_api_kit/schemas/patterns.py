"""Which patterns the engines can read."""

from __future__ import annotations

import re

# Python's own additions to regular expressions, which JSON Schema's patterns do not have.
_ONLY_PYTHON = re.compile(r"\(\?(?:P|#|\(|[aLu]\b)|\\[AZ]|\\N\{|\{,\d")


def is_fast_pattern(pattern: str) -> bool:
    """True where the fast engine, jsonschema-rs, can read `pattern`.

    >>> is_fast_pattern("^[a-z]+$"), is_fast_pattern("^[0-9]{1,100000}$")
    (True, False)
    """
    import jsonschema_rs

    try:
        jsonschema_rs.validator_for({"pattern": pattern}, offline=True)
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True


def is_regular_expression(pattern: str) -> bool:
    """True where an engine can read `pattern`, as a regular expression of JSON Schema.

    >>> is_regular_expression("^[0-9]{1,100000}$"), is_regular_expression("(?#note)a")
    (True, False)
    """
    return is_fast_pattern(pattern) or is_reference_pattern(pattern)


def is_reference_pattern(pattern: str) -> bool:
    """True where Python can read `pattern`, and understands it as JSON Schema does."""
    if _ONLY_PYTHON.search(pattern):
        return False
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True
