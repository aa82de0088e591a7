"""Contexts of objects: keys with values, which listings can be filtered by.

Source: https://cloud.google.com/storage/docs/object-contexts
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ml_api_kit.gcp_accessor.local.storage.records import Fields
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid, unsupported

_FILTER = re.compile(r'(-?)contexts\."([^"]+)"(?:="([^"]*)"|:\*)')
_MOST_CONTEXTS = 50


@dataclass(frozen=True, slots=True)
class ContextFilter:
    """The objects that have a key, with that value or for None with any, or that have it not."""

    key: str
    value: str | None
    is_negated: bool

    def takes(self, fields: Fields) -> bool:
        """Whether an object of these fields is among them."""
        custom = (fields.get("contexts") or {}).get("custom") or {}
        found = self.key in custom and self.value in (None, custom[self.key].get("value"))
        return found is not self.is_negated


def context_filter(text: str) -> ContextFilter:
    """The filter that the text of a listing stands for.

    Raises StorageApiError: 501 for any other form than the four of one key.

    Source: https://cloud.google.com/storage/docs/listing-objects#filter-by-object-contexts-syntax

    >>> context_filter('-contexts."team":*')
    ContextFilter(key='team', value=None, is_negated=True)
    """
    match = _FILTER.fullmatch(text.strip())
    if match is None:
        raise unsupported(
            'filters of listings but contexts."KEY"="VALUE" and contexts."KEY":*, with - or not'
        )
    negation, key, value = match.groups()
    return ContextFilter(key, value, bool(negation))


def stamped_contexts(fields: Fields, old: Fields, time: str) -> Fields | None:
    """The contexts in an object's new `fields`, with when each was made and changed; None for none.

    Raises StorageApiError: 400 for contexts that are none.
    """
    custom = (fields.get("contexts") or {}).get("custom")
    if not custom:
        return None
    if not isinstance(custom, dict) or len(custom) > _MOST_CONTEXTS:
        raise invalid(f"The custom contexts of an object are at most {_MOST_CONTEXTS} keys.")
    before = (old.get("contexts") or {}).get("custom") or {}
    return {"custom": {key: _stamped(key, one, before, time) for key, one in custom.items()}}


def _stamped(key: str, payload: Any, before: Fields, time: str) -> Fields:
    value = payload.get("value") if isinstance(payload, dict) else None
    if not isinstance(value, str) or '"' in key + value:
        raise invalid(f"The context {key[:60]!r} needs a value of text without double quotes.")
    known = before.get(key) or {}
    same = known.get("value") == value
    return {
        "value": value,
        "createTime": known.get("createTime", time),
        "updateTime": known["updateTime"] if same else time,
    }
