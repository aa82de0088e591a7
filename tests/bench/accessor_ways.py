"""Ways to read rows out of BigQuery and to write them to Cloud Storage: the usual, and ours."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ml_api_kit.gcp_accessor import BigQueryAccessor, GoogleCloudStorageAccessor

READ_ROWS = (100_000, 1_000_000)
UPLOAD_ROWS = 1_000_000
BUCKET = "bench"
_COLUMNS = """
    CONCAT('s', CAST(n AS STRING)) AS student_id, n AS n, n * 0.5 AS half, n > 10 AS late,
    CAST(n AS STRING) AS text, CAST(NULL AS STRING) AS nothing
"""


def make_table(accessor: BigQueryAccessor, row_count: int) -> None:
    """Make the table that `query_of` reads, of 6 columns."""
    accessor.execute_query(
        f"CREATE OR REPLACE TABLE bench.rows_{row_count} AS"
        f" SELECT {_COLUMNS} FROM UNNEST(GENERATE_ARRAY(1, {row_count})) AS n"
    )


def query_of(row_count: int) -> str:
    """The query that reads a whole table.

    >>> query_of(3)
    'SELECT * FROM bench.rows_3'
    """
    return f"SELECT * FROM bench.rows_{row_count}"


def plain_read(accessor: BigQueryAccessor, query: str) -> list[list[Any]]:
    """The recipe of the client's documentation."""
    return [list(row.values()) for row in accessor.client.query(query).result()]


def whole_read(accessor: BigQueryAccessor, query: str) -> list[list[Any]]:
    """All rows at once."""
    return accessor.execute_query(query)


def batched_read(accessor: BigQueryAccessor, query: str) -> int:
    """Every row, none kept for longer than its batch."""
    return sum(len(batch) for batch in accessor.iter_query(query))


def arrow_read(accessor: BigQueryAccessor, query: str) -> Any:
    """All rows as an Arrow table."""
    return accessor.query_arrow(query)


READS: dict[str, Callable[[BigQueryAccessor, str], object]] = {
    "list(row.values()) of client.query().result()": plain_read,
    "execute_query": whole_read,
    "iter_query": batched_read,
    "query_arrow": arrow_read,
}


def upload_rows() -> Iterator[list[Any]]:
    """Rows of 10 columns as they are uploaded: keys, counts, scores, text, missing values."""
    for n in range(UPLOAD_ROWS):
        yield [f"s{n}", n, n * 0.5, n % 2, "some text", None, n % 7, "x,y", -n, n % 100 / 4]


def plain_upload(accessor: GoogleCloudStorageAccessor, rows: Iterable[list[Any]]) -> None:
    """The usual recipe: everything in memory."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        file.write(text.getvalue().encode())
    blob = accessor.client.bucket(BUCKET).blob("plain.csv.gz")
    blob.upload_from_file(packed, rewind=True, content_type="application/gzip")


def streamed_upload(accessor: GoogleCloudStorageAccessor, rows: Iterable[list[Any]]) -> None:
    """The accessor's way."""
    accessor.upload_csv_gzip(BUCKET, "ours.csv.gz", rows)


UPLOADS: dict[str, Callable[[GoogleCloudStorageAccessor, Iterable[list[Any]]], None]] = {
    "StringIO, GzipFile, upload_from_file": plain_upload,
    "upload_csv_gzip": streamed_upload,
}
