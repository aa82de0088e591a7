"""Cuts an answer down to the fields that a request asks for.

Source: https://cloud.google.com/storage/docs/json_api#partial-response and
https://cloud.google.com/bigquery/docs/api-performance#partial-response
"""

from __future__ import annotations

import re
from typing import Any

Mask = dict[str, "Mask"]
_TOKEN = re.compile(r"[A-Za-z0-9_*-]+|[(),/]")
_MOST_CHARACTERS = 4096
_MOST_LEVELS = 20


def parse_fields(text: str) -> Mask:
    """The mask that `text` stands for; an empty one takes everything below it.

    Raises ValueError: for a text that is no selection of fields.

    >>> parse_fields("items(name,acl/role),nextPageToken")
    {'items': {'name': {}, 'acl': {'role': {}}}, 'nextPageToken': {}}
    """
    tokens = _TOKEN.findall(text)
    if len(text) > _MOST_CHARACTERS or "".join(tokens) != text.replace(" ", ""):
        raise ValueError(f"Invalid field selection {text[:60]}")
    try:
        mask = _list(tokens, 0)
    except IndexError as error:
        raise ValueError(f"Invalid field selection {text[:60]}") from error
    if tokens:
        raise ValueError(f"Invalid field selection {text[:60]}")
    return mask


def selected(value: Any, mask: Mask) -> Any:
    """What `mask` leaves of a JSON value; of a list, what it leaves of each of its elements.

    >>> selected({"items": [{"name": "a", "size": "1"}], "kind": "x"}, {"items": {"name": {}}})
    {'items': [{'name': 'a'}]}
    """
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [selected(one, mask) for one in value]
    if not isinstance(value, dict):
        return value
    return {key: selected(one, mask[key]) for key, one in value.items() if key in mask}


def _list(tokens: list[str], level: int) -> Mask:
    if level > _MOST_LEVELS:
        raise IndexError(level)
    mask: Mask = {}
    while True:
        _add_field(tokens, mask, level)
        if not tokens or tokens[0] != ",":
            return mask
        tokens.pop(0)


def _add_field(tokens: list[str], mask: Mask, level: int) -> None:
    name = tokens.pop(0)
    if name in "(),/":
        raise IndexError(name)
    inner: Mask = {}
    if tokens and tokens[0] == "/":
        tokens.pop(0)
        if level > _MOST_LEVELS:
            raise IndexError(level)
        _add_field(tokens, inner, level + 1)
    elif tokens and tokens[0] == "(":
        tokens.pop(0)
        inner = _list(tokens, level + 1)
        if tokens.pop(0) != ")":
            raise IndexError(name)
    mask.setdefault(name, {}).update(inner)
