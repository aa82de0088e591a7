"""What the members of datasets, tables and routines must be, so that what is kept can be shown.

Source: https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#Table
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError

_TEXTS = frozenset(
    {
        "description", "friendlyName", "location", "defaultCollation", "defaultRoundingMode",
        "storageBillingModel", "routineType", "language", "definitionBody", "type",
    }
)  # fmt: skip
_NUMBERS = frozenset(
    {
        "defaultTableExpirationMs", "defaultPartitionExpirationMs", "expirationTime",
        "maxTimeTravelHours", "expirationMs",
    }
)  # fmt: skip
_OBJECTS = frozenset(
    {
        "datasetReference", "tableReference", "routineReference", "schema", "timePartitioning",
        "rangePartitioning", "range", "clustering", "view", "materializedView", "returnType",
        "externalDataConfiguration", "encryptionConfiguration", "tableConstraints", "csvOptions",
        "defaultEncryptionConfiguration", "dataType", "returnTableType",
    }
)  # fmt: skip
_LISTS = frozenset({"access", "arguments", "sourceUris", "resourceTags"})
_FLAGS = frozenset({"requirePartitionFilter", "isCaseInsensitive"})
_LABEL_KEY, _LABEL_VALUE = re.compile(r"[^\W\d][\w-]{0,62}"), re.compile(r"[\w-]{0,63}")
_MOST = 1 << 62
_MOST_LABELS, _MOST_DESCRIPTION = 64, 16_384


def check_members(body: Mapping[str, Any], where: str = "") -> None:
    """Nothing, when each member is what BigQuery has under its name; null is always taken.

    Raises BigQueryError: 400, when one is not.

    >>> check_members({"description": "of 2020", "labels": {"team": "blue"}, "location": None})
    """
    for name, value in body.items():
        if value is None:
            continue
        path = f"{where}{name}"
        if name == "labels":
            check_labels(value)
        elif name in _NUMBERS:
            _check_number(path, value)
        elif name in _TEXTS:
            _check(path, value, str, "a text")
        elif name in _FLAGS:
            _check(path, value, bool, "true or false")
        elif name in _OBJECTS:
            _check(path, value, dict, "an object")
            check_members(value, f"{path}.")
            _check_bounds(name, path, value)
        elif name in _LISTS:
            _check(path, value, list, "a list")
            _check_items(name, path, value)


def _check(path: str, value: Any, kind: type, label: str) -> None:
    if not isinstance(value, kind):
        raise BigQueryError(f"Invalid value for {path}: {value!r} is not {label}.")


def _check_items(name: str, path: str, items: list[Any]) -> None:
    kind, label = (str, "a text") if name == "sourceUris" else (dict, "an object")
    for position, item in enumerate(items):
        _check(f"{path}[{position}]", item, kind, label)
        if name == "arguments":
            _check(f"{path}[{position}].name", item.get("name"), str, "a text")
            _check(f"{path}[{position}].dataType", item.get("dataType", {}), dict, "an object")
            check_members(item, f"{path}[{position}].")


def _check_bounds(name: str, path: str, value: dict[str, Any]) -> None:
    if name == "range":
        for bound in ("start", "end", "interval"):
            _check_number(f"{path}.{bound}", value.get(bound), least=-_MOST)
        if int(value["interval"]) < 1:
            raise BigQueryError(f"Invalid value for {path}.interval: {value['interval']}")


def _check_number(path: str, value: Any, *, least: int = 0) -> None:
    is_number = isinstance(value, (int, str)) and re.fullmatch(r"-?\d{1,19}", str(value))
    if isinstance(value, bool) or not is_number or not least <= int(value) <= _MOST:
        raise BigQueryError(f"Invalid value for {path}: {value!r}")


def check_labels(labels: Any) -> None:
    """Nothing, when these are labels as BigQuery takes them; null takes one away.

    Keys and values are lowercase letters of any language, digits, `-` and `_`; keys begin with a
    letter.

    Raises BigQueryError: naming the first that is not, or that there are too many.

    >>> check_labels({"team": "blue", "größe": "", "old": None})

    Source: https://cloud.google.com/bigquery/docs/labels-intro#requirements
    """
    if labels is None:
        return
    _check("labels", labels, dict, "an object")
    if len(labels) > _MOST_LABELS:
        raise BigQueryError(
            f"Too many labels: {len(labels)}; a resource has at most {_MOST_LABELS}."
        )
    for key, value in labels.items():
        if not _is_label(_LABEL_KEY, key):
            raise BigQueryError(f'Label key "{key}" has invalid characters.')
        if value is not None and not (isinstance(value, str) and _is_label(_LABEL_VALUE, value)):
            raise BigQueryError(f'Label value "{value}" has invalid characters.')


def check_kept(resource: Mapping[str, Any]) -> None:
    """Nothing, when a dataset or table can have such labels and such a description.

    Raises BigQueryError: when it cannot.
    """
    check_labels(resource.get("labels"))
    description = resource.get("description")
    if description is not None and len(str(description)) > _MOST_DESCRIPTION:
        raise BigQueryError(
            f"The description is too long: it has {len(str(description))} characters, and may have "
            f"{_MOST_DESCRIPTION}."
        )


def _is_label(pattern: re.Pattern[str], text: str) -> bool:
    return text == text.lower() and pattern.fullmatch(text) is not None
