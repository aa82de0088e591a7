"""The columns that rows suggest: each in the BigQuery type of its Python values.

Left to itself BigQuery looks at the text of the rows, where a text `2020-01-02` is a date, and
bytes and Decimal are texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ml_api_kit.errors import PreprocessingError, QueryError
from ml_api_kit.gcp_accessor.bigquery.parameters import scalar_type
from ml_api_kit.gcp_accessor.bigquery.plain_values import is_missing, plain_value, unfit_reason

if TYPE_CHECKING:
    from google.cloud.bigquery import SchemaField

# Of two types that one column has both of, the one that holds both.
_WIDER = {
    frozenset(("INT64", "FLOAT64")): "FLOAT64",
    frozenset(("INT64", "NUMERIC")): "NUMERIC",
    frozenset(("INT64", "BIGNUMERIC")): "BIGNUMERIC",
    frozenset(("NUMERIC", "BIGNUMERIC")): "BIGNUMERIC",
}
# A value of these says by its type alone which column it needs.
_PLAIN = frozenset((bool, int, float, str, bytes, type(None)))


@dataclass(slots=True)
class _Column:
    """What the values of a column were so far; `kind` is None while all were missing."""

    kind: str | None = None
    is_repeated: bool | None = None
    fields: dict[str, _Column] = field(default_factory=dict)


class RowTypes:
    """The columns of the rows that were observed.

    >>> types = RowTypes()
    >>> types.observe(0, {"name": "2020-01-02", "score": 1})
    >>> types.observe(1, {"name": None, "score": 0.5})
    >>> [(one.name, one.field_type) for one in types.schema()]
    [('name', 'STRING'), ('score', 'FLOAT64')]
    """

    def __init__(self) -> None:
        """Begin without columns."""
        self._columns: dict[str, _Column] = {}
        self._seen: set[tuple[Any, ...]] = set()

    def observe(self, number: int, row: Mapping[str, Any]) -> None:
        """Take the row `number` into account.

        Raises PreprocessingError: when a value does not go with those before it in its column.
        """
        kinds = frozenset(map(type, row.values()))
        if not kinds <= _PLAIN:
            try:
                _observe_all(self._columns, row, f"Row {number}, column ")
            except (RecursionError, QueryError) as error:
                told = str(error).rstrip(".")
                raise PreprocessingError(f"Row {number} cannot be loaded: {told}.") from error
            return
        # Most rows are as others before them, which is seen without a look at their values.
        shape = (*row, *map(type, row.values()))
        if shape not in self._seen:
            self._seen.add(shape)
            _observe_all(self._columns, row, f"Row {number}, column ")

    def schema(self) -> list[SchemaField]:
        """The columns; one whose values were all missing is STRING.

        Raises PreprocessingError: for a column of mappings that are all empty, or no column.
        """
        if not self._columns:
            raise PreprocessingError("None of the rows has a column; give mappings with a key.")
        return [_schema_field(name, column) for name, column in self._columns.items()]


def _observe_all(columns: dict[str, _Column], row: Mapping[str, Any], where: str) -> None:
    for name, value in row.items():
        _observe(columns.setdefault(name, _Column()), plain_value(value), f"{where}{name!r}")


def _observe(column: _Column, value: Any, where: str) -> None:
    if is_missing(value):
        return
    is_repeated = isinstance(value, list | tuple)
    if column.is_repeated not in (None, is_repeated):
        raise PreprocessingError(
            f"{where}: it holds {'a list' if is_repeated else 'one value'}, and"
            f" {'one value' if is_repeated else 'a list'} in rows before. Give one of both."
        )
    column.is_repeated = is_repeated
    for one in value if is_repeated else (value,):
        if is_missing(one):
            raise PreprocessingError(
                f"{where}: a list holds {one}, and arrays of BigQuery hold no NULL. Leave it out."
            )
        _observe_one(column, plain_value(one), where)


def _observe_one(column: _Column, value: Any, where: str) -> None:
    if isinstance(value, Mapping):
        _widen(column, "RECORD", where)
        _observe_all(column.fields, value, f"{where}, field ")
    else:
        _widen(
            column,
            _type_of(value, where),
            where,
            is_nan=isinstance(value, float) and value != value,
        )


def _type_of(value: Any, where: str) -> str:
    if isinstance(value, bytearray):
        return "BYTES"
    if reason := unfit_reason(value):
        raise PreprocessingError(f"{where}: it {reason}.")
    try:
        return scalar_type(where, value)
    except QueryError as error:
        raise PreprocessingError(
            f"{where}: no BigQuery type takes a {type(value).__name__}"
            f"{' of this size' if isinstance(value, int) else ''}."
        ) from error


def _widen(column: _Column, kind: str, where: str, *, is_nan: bool = False) -> None:
    if column.kind is None or column.kind == kind:
        column.kind = kind
        return
    wider = _WIDER.get(frozenset((column.kind, kind)))
    if wider is None:
        article, missing = ("NaN, a ", " None for what is missing,") if is_nan else ("", "")
        raise PreprocessingError(
            f"{where}: it is {article}{kind}, and {column.kind} in rows before. Give values of one"
            f" type,{missing} or a schema."
        )
    column.kind = wider


def _schema_field(name: str, column: _Column) -> SchemaField:
    from google.cloud.bigquery import SchemaField

    if column.kind == "RECORD" and not column.fields:
        raise PreprocessingError(
            f"The column {name!r} holds mappings without any key; leave it out, or give a schema."
        )
    fields = [_schema_field(one, inner) for one, inner in column.fields.items()]
    mode = "REPEATED" if column.is_repeated else "NULLABLE"
    return SchemaField(name, column.kind or "STRING", mode=mode, fields=fields)
