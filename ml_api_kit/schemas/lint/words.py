"""Parts of sentences that several rules say."""

from __future__ import annotations

import json
from collections.abc import Iterable

_SHOWN_CHARACTERS = 40


def shown(value: object) -> str:
    """`value` as JSON, cut to 40 characters.

    >>> shown({"a": [1]})
    '{"a": [1]}'
    """
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"


def listed(words: Iterable[str], *, last: str = "and") -> str:
    """`words`, sorted, as a list in a sentence.

    >>> listed(["b", "c", "a"])
    'a, b and c'
    """
    *first, end = sorted(words)
    return f"{', '.join(first)} {last} {end}" if first else end
