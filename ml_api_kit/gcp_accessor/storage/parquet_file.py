"""Rows as a Parquet file and back, a batch of rows in memory at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any

from ml_api_kit.errors import DataAccessError, PreprocessingError
from ml_api_kit.gcp_accessor.given_rows import checked_rows
from ml_api_kit.gcp_accessor.temporary import temporary_disk

_BATCH_ROWS = 50_000


@contextmanager
def parquet_file(data: Any) -> Iterator[Path]:
    """A Parquet file of an Arrow table, or of rows that are mappings, on disk inside the block.

    The columns and types are those of the first 50,000 rows; a column that is missing in all of
    them is taken for text.

    Raises PreprocessingError: for a row that is no mapping, or does not fit those types.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        _write(data, path)
        yield path


def _write(data: Any, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if isinstance(data, pa.Table):
        with temporary_disk("the table to upload"):
            pq.write_table(data, path)
        return
    waiting = iter(checked_rows(data))
    first = _table(list(islice(waiting, _BATCH_ROWS)), None)
    with temporary_disk("the rows to upload"), pq.ParquetWriter(path, first.schema) as writer:
        writer.write_table(first)
        while batch := list(islice(waiting, _BATCH_ROWS)):
            writer.write_table(_table(batch, first.schema))


def _table(rows: list[Mapping[str, Any]], schema: Any) -> Any:
    import pyarrow as pa

    if wrong := [type(row).__name__ for row in rows if not isinstance(row, Mapping)]:
        raise PreprocessingError(
            f"A row is of type {wrong[0]}; give mappings from column name to value, and a DataFrame"
            " as pyarrow.Table.from_pandas(frame)."
        )
    try:
        columns = list(dict.fromkeys(chain.from_iterable(rows)))
        if schema is not None:
            if unknown := [column for column in columns if column not in schema.names]:
                raise PreprocessingError(
                    f"The column {unknown[0]!r} is not in the first {_BATCH_ROWS} rows; give an"
                    " Arrow table with all columns."
                )
            return pa.Table.from_pylist(rows, schema=schema)
        found = {column: pa.array([row.get(column) for row in rows]) for column in columns}
    except pa.ArrowException as error:
        raise PreprocessingError(
            f"The rows do not fit one type per column ({error}); give an Arrow table."
        ) from error
    typed = {
        column: array.cast(pa.string()) if pa.types.is_null(array.type) else array
        for column, array in found.items()
    }
    return pa.table(typed)


def read_parquet(path: Path, *, subject: str) -> Any:
    """The Arrow table in a Parquet file; `subject` names it in an error.

    Raises DataAccessError: when it is no Parquet file, or damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise DataAccessError(
            f"{subject} cannot be read as Parquet ({str(error).splitlines()[0]}). Upload it again."
        ) from error
