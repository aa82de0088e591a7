"""Files as DuckDB queries: CSV, JSON lines and Parquet, in the types of BigQuery's fields.

Text is read as text and converted as BigQuery would, so that DuckDB's guesses change no value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import DUCKDB_TYPES, Field
from ml_api_kit.gcp_accessor.local.bigquery.names import quote, text_literal

GZIP_MAGIC = b"\x1f\x8b"

_MACROS = {"INTEGER": "int64", "FLOAT": "float64", "BOOLEAN": "bool"}
_FORMATS = {
    "DATE": "dateFormat",
    "DATETIME": "datetimeFormat",
    "TIMESTAMP": "timestampFormat",
    "TIME": "timeFormat",
}
_DATE = r"[1-9]\d{3}-\d{2}-\d{2}"
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?"
_PLAIN = {
    "INTEGER": r"-?\d{1,18}",
    "FLOAT": r"-?\d{1,15}(\.\d{1,15})?",
    "NUMERIC": r"-?\d{1,20}(\.\d{1,9})?",
    "DATE": _DATE,
    "DATETIME": f"{_DATE}[ T]{_CLOCK}",
    "TIMESTAMP": f"{_DATE}[ T]{_CLOCK}Z?",
}
_RANGE = r"\s*\[\s*([^,]*?)\s*,\s*([^,]*?)\s*\)\s*"


@dataclass(frozen=True, slots=True)
class PathColumn:
    """A column that the path of each file says: its field, and DuckDB's SQL of its values."""

    field: Field
    values: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """Files of one format, all of them gzipped or none, and the options they are read with.

    Each of the `path_columns` has one value per file, in the order of the files. The `required`
    are the paths of the columns that the files say need a value; the `uris` where each file is
    from, empty where it came with a request. The `given_format` is what a Parquet file was made
    of, as it is told to who sent it.
    """

    files: tuple[Path, ...]
    format: str
    options: Mapping[str, Any]
    path_columns: tuple[PathColumn, ...] = ()
    required: frozenset[str] = frozenset()
    uris: tuple[str, ...] = ()
    given_format: str = "Parquet"

    def uri(self, number: int) -> str:
        """Where a file came from; nothing where it came with the request."""
        return self.uris[number] if self.uris else ""

    @property
    def files_sql(self) -> str:
        """The files as a DuckDB list."""
        return f"[{', '.join(text_literal(str(path)) for path in self.files)}]"

    def own_fields(self, fields: Iterable[Field]) -> list[Field]:
        """Those of the fields that are in the files themselves, and not in their paths."""
        keys = {column.field["name"].lower() for column in self.path_columns}
        return [field for field in fields if field["name"].lower() not in keys]

    def path_columns_sql(self, names: Iterable[str]) -> str:
        """What comes behind a file's own columns, of these names, in the SELECT that reads it.

        Raises BigQueryError: when the file has a column that hides which file it is.
        """
        if self.path_columns and any(name.lower() == "filename" for name in names):
            raise unsupported("files with a column filename beside columns from their paths")
        return "".join(
            f", {_by_file(self.files, column)} AS {quote(column.field['name'])}"
            for column in self.path_columns
        )

    @cached_property
    def compression(self) -> str:
        """`gzip` or `none`, by the first bytes of the first file."""
        return "gzip" if is_gzip(self.files[0]) else "none"

    @property
    def ignores_unknown_values(self) -> bool:
        """Whether values that belong to no field are left out."""
        return bool(self.options.get("ignoreUnknownValues"))

    def whole_number(self, name: str) -> int:
        """The number that an option gives; 0 without it.

        Raises BigQueryError: when it is no whole number from 0.
        """
        value = self.options.get(name)
        try:
            number = int(value or 0)
        except (TypeError, ValueError) as error:
            raise BigQueryError(f"Invalid value for {name}: {value!r}") from error
        if number < 0:
            raise BigQueryError(f"Invalid value for {name}: {number}")
        return number


def _by_file(files: Sequence[Path], column: PathColumn) -> str:
    kind = DUCKDB_TYPES[column.field["type"]]
    pairs = ", ".join(
        f"{text_literal(str(file))}: CAST({value} AS {kind})"
        for file, value in zip(files, column.values, strict=True)
    )
    return f"MAP {{{pairs}}}[filename]"


def is_gzip(path: Path) -> bool:
    """Whether a file begins as gzip does."""
    with path.open("rb") as file:
        return file.read(2) == GZIP_MAGIC


def from_text(value: str, field: Field, options: Mapping[str, Any]) -> str:
    """The DuckDB expression for a text as a value of a field that is no record and no array.

    Dates and times are read by the format of the options where they have one, timestamps without
    a zone in their time zone.
    """
    kind = field["type"]
    if kind == "STRING":
        return value
    if kind == "BYTES":
        # Others have line ends, or no = at their end.
        plain = f"length({value}) % 4 = 0 AND NOT regexp_matches({value}, '\\s')"
        return f"CASE WHEN {plain} THEN from_base64({value}) ELSE bq_from_base64({value}) END"
    if kind == "JSON":
        return f"CAST({value} AS JSON)"
    if kind == "GEOGRAPHY":
        return f"bq_st_geogfromtext({value})"
    if kind == "RANGE":
        return _range_from_text(value, field, options)
    form, zone = options.get(_FORMATS.get(kind, "")), options.get("timeZone")
    if kind == "TIME" and form:
        return f"CAST(bq_cast_datetime_format({value}, {_text(form)}, 'UTC') AS TIME)"
    if form:
        return f"bq_cast_{kind.lower()}_format({value}, {_text(form)}, {_text(zone or 'UTC')})"
    if kind == "TIMESTAMP":
        read = f"make_timestamptz(py_loaded_moment({value}, {_text(zone or 'UTC')}))"
    else:
        read = f"bq_cast_{_MACROS.get(kind, kind.lower())}({value})"
    if kind not in _PLAIN or (kind == "TIMESTAMP" and zone):
        return read
    # Most texts are such that DuckDB reads them as BigQuery does, many times faster.
    form, target = _PLAIN[kind], DUCKDB_TYPES[kind]
    plain = f"CASE WHEN regexp_full_match({value}, '{form}') THEN TRY_CAST({value} AS {target}) END"
    return f"CASE WHEN {value} IS NOT NULL THEN coalesce({plain}, {read}) END"


def _range_from_text(value: str, field: Field, options: Mapping[str, Any]) -> str:
    """A range as SQL writes it, `[2020-01-01, UNBOUNDED)`."""
    element = {**field, "type": field["rangeElementType"]["type"]}
    bounds = (
        from_text(_bound(f"regexp_extract({value}, '{_RANGE}', {group})"), element, options)
        for group in (1, 2)
    )
    return (
        f"CASE WHEN {value} IS NULL THEN NULL"
        f" WHEN regexp_full_match({value}, '{_RANGE}') THEN bq_range({', '.join(bounds)})"
        f" ELSE py_error('Invalid RANGE literal') END"
    )


def _bound(text: str) -> str:
    return f"CASE WHEN upper({text}) NOT IN ('UNBOUNDED', 'NULL') THEN {text} END"


def _text(value: object) -> str:
    return text_literal(str(value))
