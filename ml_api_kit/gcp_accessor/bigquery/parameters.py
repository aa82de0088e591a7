"""Python values as query parameters: never pasted into SQL, each with its BigQuery type."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Decimal
from typing import Any

from ml_api_kit.errors import QueryError
from ml_api_kit.gcp_accessor.bigquery.plain_values import plain_value, unfit_reason

# bool before int and datetime before date: each is a kind of the other.
_SCALAR_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "BOOL"),
    (int, "INT64"),
    (float, "FLOAT64"),
    (str, "STRING"),
    (bytes, "BYTES"),
    (datetime.date, "DATE"),
    (datetime.time, "TIME"),
)


def to_query_parameters(params: Mapping[str, Any] | Sequence[Any] | None) -> list[Any]:
    """The client's parameter objects for the values: named for a mapping, else positional.

    A parameter object of the client passes as it is: the way to give a NULL or an empty array its
    type.

    Raises QueryError: when a value has no BigQuery type, or its type cannot be told.

    >>> to_query_parameters({"item": 3})
    [ScalarQueryParameter('item', 'INT64', 3)]
    """
    if params is None:
        return []
    if isinstance(params, Mapping):
        _check_apart([_checked(name) for name in params])
        return [_parameter(name, value) for name, value in params.items()]
    if isinstance(params, (str, bytes, Set)) or not isinstance(params, Iterable):
        # A set has an order of its own.
        raise QueryError(
            f"params is a {type(params).__name__}; give a mapping of names, or a list of values."
        )
    return [_parameter(None, value) for value in params]


def _checked(name: object) -> str:
    if not isinstance(name, str) or not name:
        raise QueryError(f"params names a value {name!r}; a name is a text, such as that of @item.")
    return name


def _check_apart(names: list[str]) -> None:
    first: dict[str, str] = {}
    for name in names:
        if (other := first.setdefault(name.lower(), name)) != name:
            raise QueryError(f"params names {other!r} and {name!r}, which is one name in BigQuery.")


def _parameter(name: str | None, value: Any) -> Any:
    from google.cloud import bigquery

    if hasattr(value, "to_api_repr"):
        return value
    value = plain_value(value)
    if isinstance(value, Mapping):
        fields = [_parameter(_checked(key), item) for key, item in value.items()]
        return bigquery.StructQueryParameter(name, *fields)
    if isinstance(value, (list, tuple)):
        return _array(name, list(value))
    return bigquery.ScalarQueryParameter(name, scalar_type(name, value), _sent(value))


def _array(name: str | None, values: list[Any]) -> Any:
    from google.cloud import bigquery

    if not values:
        raise QueryError(
            f"{_label(name)} is an empty list, which has no type; give "
            f"bigquery.ArrayQueryParameter({name!r}, 'STRING', []) with its type."
        )
    if isinstance(values[0], Mapping):
        structs = [_parameter(None, value) for value in values]
        kinds = [one.to_api_repr()["parameterType"] for one in structs]
        if any(kind != kinds[0] for kind in kinds):
            raise QueryError(
                f"{_label(name)} holds mappings of different fields, or types of them; give each"
                " the same, in one order."
            )
        return bigquery.ArrayQueryParameter(name, "STRUCT", structs)
    values = [plain_value(value) for value in values]
    types = {scalar_type(name, value) for value in values}
    if types == {"INT64", "FLOAT64"}:
        return bigquery.ArrayQueryParameter(name, "FLOAT64", [float(value) for value in values])
    if types == {"NUMERIC", "BIGNUMERIC"}:
        types = {"BIGNUMERIC"}
    if len(types) > 1:
        raise QueryError(f"{_label(name)} mixes {' and '.join(sorted(types))} in one list.")
    return bigquery.ArrayQueryParameter(name, types.pop(), [_sent(value) for value in values])


def _sent(value: Any) -> Any:
    """The value, in its own spelling where the client drops the zeros of an early year."""
    if isinstance(value, datetime.datetime) and value.tzinfo is None and value.year < 1000:
        return value.isoformat()
    return value


def scalar_type(name: str | None, value: Any) -> str:
    """The BigQuery type of a value; `name` is for the error.

    Raises QueryError: when it has none.
    """
    if value is None:
        raise QueryError(
            f"{_label(name)} is None, which has no type; give "
            f"bigquery.ScalarQueryParameter({name!r}, 'STRING', None) with its type."
        )
    if reason := unfit_reason(value):
        raise QueryError(f"{_label(name)} {reason}.")
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        is_long = isinstance(exponent, int) and (-exponent > 9 or value.adjusted() > 28)
        return "BIGNUMERIC" if is_long else "NUMERIC"
    if isinstance(value, datetime.datetime):
        if value != value:  # the NaT of pandas, which has no zone to tell its type by
            raise QueryError(
                f"{_label(name)} is NaT, which may be DATETIME or TIMESTAMP; give "
                f"bigquery.ScalarQueryParameter({name!r}, 'TIMESTAMP', None) with its type."
            )
        return "DATETIME" if value.tzinfo is None else "TIMESTAMP"
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        raise QueryError(f"{_label(name)} is {value}, which does not fit into INT64; give Decimal.")
    for kind, type_name in _SCALAR_TYPES:
        if isinstance(value, kind):
            return type_name
    raise QueryError(
        f"{_label(name)} is a {type(value).__name__}, which no BigQuery type takes; give int, "
        "float, str, bool, bytes, Decimal, date, datetime, time, a list or a dict."
    )


def _label(name: str | None) -> str:
    return "A positional parameter" if name is None else f"The parameter {name!r}"
