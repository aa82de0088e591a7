"""Members of the JSON that requests carry, which may be anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError


def object_member(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object that a member holds; an empty one where it is missing or null.

    Raises BigQueryError: 400, when it holds something else.

    >>> object_member({"schema": {"fields": []}}, "schema"), object_member({}, "schema")
    ({'fields': []}, {})
    """
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BigQueryError(f"Invalid value for {name}: it must be an object.")
    return value


def list_member(body: Mapping[str, Any], name: str) -> list[Any]:
    """The list that a member holds; an empty one where it is missing or null.

    Raises BigQueryError: 400, when it holds something else.

    >>> list_member({"sourceUris": ["gs://a/b"]}, "sourceUris"), list_member({}, "sourceUris")
    (['gs://a/b'], [])
    """
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise BigQueryError(f"Invalid value for {name}: it must be a list.")
    return value
