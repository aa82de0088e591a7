"""Keys in the paths of objects, `gs://exams/answers/day=2024-01-01/a.csv`, as columns.

Source: https://cloud.google.com/bigquery/docs/hive-partitioned-queries
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, legacy_name
from ml_api_kit.gcp_accessor.local.bigquery.files.detected_types import detected_type
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import PathColumn, from_text
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import text_literal

MEMBER = "hivePartitioningOptions"

_DETECTED = ("INTEGER", "DATE", "TIMESTAMP")
_TYPED = re.compile(r"/?\{(\w+):(\w+)\}")
_NO_SCALARS = ("RECORD", "RANGE", "JSON", "INTERVAL", "BYTES")


def key_columns(uris: Sequence[str], options: Mapping[str, Any]) -> list[PathColumn]:
    """A column for each key in the paths of the objects; none where the options ask for none.

    Raises BigQueryError: when the paths have other keys than each other or the options say.
    """
    given = object_member(options, MEMBER)
    if not given:
        return []
    mode, prefix = str(given.get("mode") or "AUTO").upper(), str(given.get("sourceUriPrefix") or "")
    if mode not in ("AUTO", "STRINGS", "CUSTOM"):
        raise BigQueryError(f"Invalid value for {MEMBER}.mode: {mode}")
    bare, braces, typed = prefix.partition("/{")
    kinds = _typed_keys(braces + typed) if mode == "CUSTOM" else {}
    known = {field["name"]: str(field["type"]) for field in _given_fields(options)}
    paths = [_keys(uri, bare.rstrip("/")) for uri in uris]
    names = list(paths[0])
    for uri, keys in zip(uris, paths, strict=True):
        if list(keys) != names or not keys or (mode == "CUSTOM" and names != list(kinds)):
            raise BigQueryError(
                f"Incompatible partition keys: {uri} has {list(keys)}, and "
                f"{list(kinds) if mode == 'CUSTOM' else names} were expected after {bare}."
            )
    return [_column(name, [keys[name] for keys in paths], mode, known | kinds) for name in names]


def _given_fields(options: Mapping[str, Any]) -> list[Field]:
    """The fields of the options' schema, which tells the keys of a table that was made before."""
    fields: list[Field] = object_member(options, "schema").get("fields") or []
    return fields


def _typed_keys(text: str) -> dict[str, str]:
    found = {match[1]: legacy_name(match[2]) for match in _TYPED.finditer(text)}
    if not found or _TYPED.sub("", text).strip("/"):
        raise BigQueryError(
            f"Invalid value for {MEMBER}.sourceUriPrefix: its end is {text}, where CUSTOM asks for "
            "keys such as /{day:DATE}/{code:STRING}"
        )
    return found


def _keys(uri: str, prefix: str) -> dict[str, str]:
    if not prefix or not uri.startswith(f"{prefix}/"):
        raise BigQueryError(
            f"The source URI {uri} does not begin with the sourceUriPrefix {prefix}/."
        )
    folders = uri.removeprefix(f"{prefix}/").split("/")[:-1]
    pairs = [folder.partition("=") for folder in folders]
    if not all(mark and name for name, mark, _ in pairs):
        raise BigQueryError(f"A folder of {uri} behind {prefix} is no key=value.")
    if any("%" in value or value == "__HIVE_DEFAULT_PARTITION__" for _, _, value in pairs):
        raise unsupported(f"a key in {uri} that stands for NULL, or is percent-encoded")
    return {name: value for name, _, value in pairs}


def _column(name: str, values: Sequence[str], mode: str, kinds: Mapping[str, str]) -> PathColumn:
    kind = legacy_name(kinds.get(name, "STRING"))
    if mode == "AUTO" and name not in kinds:
        found = detected_type(values, {})
        kind = found if found in _DETECTED else "STRING"
    if kind in _NO_SCALARS:
        raise unsupported(f"the key {name} of the type {kind}")
    field: Field = {"name": name, "type": kind, "mode": "NULLABLE"}
    return PathColumn(field, tuple(from_text(text_literal(v), field, {}) for v in values))
