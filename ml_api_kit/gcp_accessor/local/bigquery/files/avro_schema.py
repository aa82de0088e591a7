"""The schema of an Avro file as the columns that BigQuery makes of it, in Arrow's types.

1. `["null", "long"]`                        a column that may be NULL; `"long"` alone is REQUIRED
2. `{"type": "map", "values": "long"}`       `ARRAY<STRUCT<key STRING, value INT64>>`
3. `{"type": "long", "logicalType": …}`      TIMESTAMP and the like, where the load asks for them

Source: https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-avro#avro_conversions
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported

Convert = Callable[[Any], Any]
"""What makes the value of a column of what the reader of Avro gives; never called with None."""

_PLAIN = {
    "boolean": "bool_",
    "int": "int64",
    "long": "int64",
    "float": "float64",
    "double": "float64",
    "bytes": "binary",
    "fixed": "binary",
    "string": "string",
    "enum": "string",
}
_MOMENTS = {"timestamp-millis": 1000, "timestamp-micros": 1}
_CIVIL = {"local-timestamp-millis": 1000, "local-timestamp-micros": 1}


@dataclass(frozen=True, slots=True)
class AvroColumn:
    """A column: its type in Arrow, whether it may be NULL, and how its values are converted."""

    arrow_type: Any
    is_required: bool
    convert: Convert
    required: frozenset[str] = frozenset()
    """The paths of the columns within it that may not be NULL."""


def avro_columns(schema: Any, *, has_logical_types: bool) -> dict[str, AvroColumn]:
    """The columns of the records of a file, by their names.

    Raises BigQueryError: when the file holds no records, or a type that is not supported.
    """
    if not isinstance(schema, dict) or schema.get("type") != "record":
        raise BigQueryError("Error while reading data, error message: Avro records were expected.")
    reader = _Reader(has_logical_types)
    reader.remember(schema)
    return dict(reader.members(schema))


class _Reader:
    """Reads the types of one schema, of which each is named once and meant by its name after."""

    def __init__(self, has_logical_types: bool) -> None:
        self._has_logical_types = has_logical_types
        self._named: dict[str, Any] = {}
        self._open: list[str] = []

    def remember(self, kind: dict[str, Any]) -> None:
        self._named[str(kind.get("name"))] = kind

    def members(self, record: dict[str, Any]) -> Iterator[tuple[str, AvroColumn]]:
        name = str(record.get("name"))
        if name in self._open:
            raise unsupported(f"the Avro record {name}, which is within itself")
        self._open.append(name)
        for field in record["fields"]:
            if field["type"] != "null":
                yield str(field["name"]), self._column(field["type"], str(field["name"]))
        self._open.pop()

    def _column(self, kind: Any, name: str) -> AvroColumn:
        if isinstance(kind, list):
            return self._union(kind, name)
        if isinstance(kind, str) and kind in self._named:
            kind = self._named[kind]
        spelled = kind if isinstance(kind, str) else str(kind["type"])
        if isinstance(kind, dict) and "name" in kind:
            self.remember(kind)
        if isinstance(kind, dict) and isinstance(kind["type"], (dict, list)):
            return self._column(kind["type"], name)
        if spelled in ("record", "error"):
            return self._record(kind)
        if spelled == "array":
            return self._array(kind["items"], name)
        if spelled == "map":
            return self._map(kind["values"], name)
        if spelled not in _PLAIN:
            raise unsupported(f"the Avro type {spelled} of {name}")
        return self._scalar(kind, spelled)

    def _union(self, kinds: list[Any], name: str) -> AvroColumn:
        others = [kind for kind in kinds if kind != "null"]
        if len(others) != 1:
            raise unsupported(f"the Avro union of several types of {name}")
        inner = self._column(others[0], name)
        return AvroColumn(inner.arrow_type, "null" not in kinds, inner.convert, inner.required)

    def _record(self, kind: dict[str, Any]) -> AvroColumn:
        import pyarrow as pa

        columns = dict(self.members(kind))
        required = {name for name, column in columns.items() if column.is_required}
        required |= {f"{n}.{path}" for n, column in columns.items() for path in column.required}
        fields = [pa.field(name, column.arrow_type) for name, column in columns.items()]

        def convert(value: dict[str, Any]) -> dict[str, Any]:
            return converted(value, columns)

        return AvroColumn(pa.struct(fields), True, convert, frozenset(required))

    def _array(self, items: Any, name: str) -> AvroColumn:
        import pyarrow as pa

        element = self._column(items, name)
        if pa.types.is_list(element.arrow_type):
            raise unsupported(f"the Avro array of arrays {name}")

        def convert(values: list[Any]) -> list[Any]:
            if None in values:
                raise BigQueryError(
                    "Error while reading data, error message: Only optional fields can be set to "
                    f"NULL, and an element of {name} is."
                )
            return [element.convert(value) for value in values]

        # An array is REPEATED, and so never REQUIRED.
        return AvroColumn(pa.list_(element.arrow_type), False, convert, element.required)

    def _map(self, values: Any, name: str) -> AvroColumn:
        import pyarrow as pa

        value = self._column(values, name)
        entry = pa.struct([pa.field("key", pa.string()), pa.field("value", value.arrow_type)])
        required = {"key"} | ({"value"} if value.is_required else set())

        def convert(given: dict[str, Any]) -> list[dict[str, Any]]:
            return [
                {"key": key, "value": None if item is None else value.convert(item)}
                for key, item in given.items()
            ]

        required |= {f"value.{path}" for path in value.required}
        return AvroColumn(pa.list_(entry), False, convert, frozenset(required))

    def _scalar(self, kind: Any, spelled: str) -> AvroColumn:
        import pyarrow as pa

        logical = kind.get("logicalType") if isinstance(kind, dict) else None
        if isinstance(kind, dict) and kind.get("sqlType"):
            raise unsupported(f"the Avro sqlType {kind['sqlType']}")
        if logical == "decimal":
            precision, scale = int(kind["precision"]), int(kind.get("scale", 0))
            if precision > 38:
                raise unsupported(f"an Avro decimal of {precision} digits")
            return AvroColumn(pa.decimal128(precision, scale), True, _same)
        if logical is None or logical in ("uuid", "duration"):
            return AvroColumn(getattr(pa, _PLAIN[spelled])(), True, _same)
        return self._logical(str(logical))

    def _logical(self, logical: str) -> AvroColumn:
        import pyarrow as pa

        types = {
            "date": pa.date32(),
            "time-millis": pa.time64("us"),
            "time-micros": pa.time64("us"),
            **dict.fromkeys(_MOMENTS, pa.timestamp("us", tz="UTC")),
            **dict.fromkeys(_CIVIL, pa.timestamp("us")),
        }
        if logical not in types:
            raise unsupported(f"the Avro logical type {logical}")
        if self._has_logical_types:
            return AvroColumn(types[logical], True, _same)
        # Without them the numbers are loaded that the file holds.
        unit = {**_MOMENTS, **_CIVIL, "time-millis": 1000}.get(logical, 1)
        kind = types[logical]

        def number(value: Any) -> int:
            whole = pa.scalar(value, kind).cast(pa.int32() if logical == "date" else pa.int64())
            return int(whole.as_py()) // unit

        return AvroColumn(pa.int64(), True, number)


def converted(record: dict[str, Any], columns: dict[str, AvroColumn]) -> dict[str, Any]:
    """The values of a record by its columns."""
    return {
        name: None if (value := record.get(name)) is None else column.convert(value)
        for name, column in columns.items()
    }


def _same(value: Any) -> Any:
    return value
