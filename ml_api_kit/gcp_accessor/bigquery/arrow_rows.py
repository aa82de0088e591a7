"""Arrow record batches as rows of Python values, the same that the client's REST rows hold."""

from __future__ import annotations

import datetime
import gc
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

_EPOCH = datetime.datetime(1970, 1, 1)
_EPOCH_UTC = _EPOCH.replace(tzinfo=datetime.UTC)
_EPOCH_DAYS = _EPOCH.toordinal()

_PLAIN = frozenset({"INTEGER", "INT64", "FLOAT", "FLOAT64", "BOOLEAN", "BOOL", "STRING", "BYTES"})
_RECORDS = ("RECORD", "STRUCT")


def has_arrow_rows(fields: Sequence[Any]) -> bool:
    """Whether rows with these fields (of the client) come out of Arrow as they do out of REST."""
    return all(
        has_arrow_rows(field.fields)
        if field.field_type in _RECORDS
        else field.field_type in _PLAIN or field.field_type in _CONVERSIONS
        for field in fields
    )


def batch_rows(batch: Any, fields: Sequence[Any]) -> list[list[Any]]:
    """The rows of a record batch as lists: a NULL array is an empty list, a struct a dict."""
    columns = [
        _column_values(column, field) for column, field in zip(batch.columns, fields, strict=True)
    ]
    if not columns:
        return [[] for _ in range(batch.num_rows)]
    with _collecting_later():
        return list(map(list, zip(*columns, strict=True)))


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Let Python look for cycles behind the block: a million new lists have none.

    It would look through all lists again and again while they are made, which takes ten times as
    long as making them.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _column_values(column: Any, field: Any) -> list[Any]:
    if field.mode == "REPEATED" and field.field_type in _PLAIN:
        return [value or [] for value in column.to_pylist()]
    if field.mode == "REPEATED" or field.field_type in _RECORDS:
        return [_value(value, field) for value in column.to_pylist()]
    convert = _COLUMNS.get(field.field_type)
    values: list[Any] = convert(column) if convert else column.to_pylist()
    return values


def _value(value: Any, field: Any) -> Any:
    if field.mode == "REPEATED":
        return [_item(item, field) for item in value or ()]
    return _item(value, field)


def _item(value: Any, field: Any) -> Any:
    if value is None or field.field_type in _PLAIN:
        return value
    if field.field_type in _RECORDS:
        return {sub.name: _value(value[sub.name], sub) for sub in field.fields}
    return _CONVERSIONS[field.field_type](value)


def _dates(column: Any) -> list[datetime.date | None]:
    days = column.cast("int32").to_pylist()
    make = datetime.date.fromordinal
    return [None if day is None else make(_EPOCH_DAYS + day) for day in days]


def _moments(epoch: datetime.datetime) -> Callable[[Any], list[datetime.datetime | None]]:
    def moments(column: Any) -> list[datetime.datetime | None]:
        delta = datetime.timedelta
        return [
            None if micros is None else epoch + delta(microseconds=micros)
            for micros in column.cast("int64").to_pylist()
        ]

    return moments


def _numerics(column: Any) -> list[Decimal | None]:
    return [None if value is None else _numeric(value) for value in column.to_pylist()]


def _numeric(value: Decimal) -> Decimal:
    """The number without the zeros that Arrow fills its places with."""
    return Decimal(f"{value.normalize():f}")


def _parsed(column: Any) -> list[Any]:
    return [None if text is None else json.loads(text) for text in column.to_pylist()]


def _utc(moment: datetime.datetime) -> datetime.datetime:
    return moment.astimezone(datetime.UTC)


def _same(value: Any) -> Any:
    return value


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "NUMERIC": _numeric,
    "TIMESTAMP": _utc,
    "JSON": json.loads,
    "DATE": _same,
    "TIME": _same,
    "DATETIME": _same,
}
# Whole columns of these are made from numbers: Arrow makes them one by one, 50 times as slowly.
_COLUMNS: dict[str, Callable[[Any], list[Any]]] = {
    "DATE": _dates,
    "DATETIME": _moments(_EPOCH),
    "TIMESTAMP": _moments(_EPOCH_UTC),
    "NUMERIC": _numerics,
    "JSON": _parsed,
}
