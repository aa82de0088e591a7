"""How a request changes the resource of a dataset or table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.tables.resource_members import check_members

_OUTPUT_ONLY = frozenset(
    ("kind", "id", "etag", "selfLink", "creationTime", "lastModifiedTime", "numRows", "numBytes")
)
# What a body that replaces a resource takes away by not naming it.
_OPTIONAL = frozenset(
    {
        "description", "friendlyName", "labels", "expirationTime", "defaultTableExpirationMs",
        "defaultPartitionExpirationMs", "defaultCollation", "defaultRoundingMode",
        "maxTimeTravelHours", "requirePartitionFilter",
    }
)  # fmt: skip
_HIDDEN = frozenset({"iamPolicy", "_columnNames", "_defaultDataset"})
_FIXED = _OUTPUT_ONLY | _HIDDEN | {"location"}


def given_members(body: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a request's body that a resource keeps.

    Raises BigQueryError: 400, when one is not what it must be.

    >>> given_members({"id": "local:exams", "description": "2020", "location": None})
    {'description': '2020'}
    """
    check_members(body)
    return {
        key: value
        for key, value in body.items()
        if key not in _OUTPUT_ONLY and key not in _HIDDEN and value is not None
    }


def patched(resource: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """The resource with the members of the body in place of its own; null takes one away.

    Labels are changed one by one, as BigQuery does, and the location stays.

    Raises BigQueryError: 400, when a member is not what it must be.

    >>> patched({"labels": {"a": "1", "b": "2"}, "description": "x"},
    ...         {"labels": {"a": None, "c": "3"}, "description": None})
    {'labels': {'b': '2', 'c': '3'}}
    """
    check_members(body)
    changes = {key: value for key, value in body.items() if key not in _FIXED}
    if isinstance(changes.get("labels"), Mapping):
        labels = {**(resource.get("labels") or {}), **changes["labels"]}
        changes["labels"] = {key: value for key, value in labels.items() if value is not None}
    merged = {**resource, **changes}
    return {key: value for key, value in merged.items() if value is not None}


def replaced(resource: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """The resource that a body replaces: what may be left out is gone where the body lacks it.

    Raises BigQueryError: 400, when a member is not what it must be.

    >>> replaced({"labels": {"a": "1"}, "description": "x"}, {"labels": {"b": "2"}})
    {'labels': {'b': '2'}}

    Source: https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets/update
    """
    kept = {key: value for key, value in resource.items() if key not in _OPTIONAL}
    return patched(kept, body)


def etag(resource: Mapping[str, Any]) -> str:
    """A tag that is another whenever the resource is.

    >>> etag({"description": "a"}) == etag({"description": "b"})
    False
    """
    text = json.dumps(resource, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def check_etag(resource: Mapping[str, Any], expected: str | None) -> None:
    """Nothing, where the request expects this very resource, or expects nothing.

    Raises BigQueryError: 412, when the resource was changed since it was read.
    """
    if expected not in (None, "", "*", etag(resource)):
        raise BigQueryError(
            "Precondition check failed.",
            status=412,
            reason="conditionNotMet",
            location="If-Match",
        )


def shown(resource: Mapping[str, Any], *, kind: str, name: str, link: str) -> dict[str, Any]:
    """The resource as answers carry it: with its tag, kind, name and address."""
    seen = {key: value for key, value in resource.items() if key not in _HIDDEN}
    return {**seen, "kind": kind, "id": name, "etag": etag(resource), "selfLink": link}
