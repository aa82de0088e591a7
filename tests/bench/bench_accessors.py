"""The accessors against the plain client recipes they replace, on the local servers.

Both sides use the same google-cloud client and the same server, in interleaved rounds. CPU time is
that of the process that reads or writes; memory is what the uploads add to it, each measured in a
process of its own.
"""

from __future__ import annotations

import csv
import gc
import gzip
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from ml_api_kit.gcp_accessor import BigQueryAccessor, GoogleCloudStorageAccessor
from ml_api_kit.gcp_accessor.local.process import stop_local_server
from ml_api_kit.settings import Settings
from tests.bench.interleave import compare, format_comparisons, interleave

ROUNDS = 3
READ_ROWS = (100_000, 1_000_000)
UPLOAD_ROWS = 1_000_000
BUCKET = "bench"
COLUMNS = """
    CONCAT('s', CAST(n AS STRING)) AS student_id, n AS n, n * 0.5 AS half, n > 10 AS late,
    CAST(n AS STRING) AS text, CAST(NULL AS STRING) AS nothing
"""


def main() -> None:
    """Print the comparisons."""
    with tempfile.TemporaryDirectory() as folder, local_settings(Path(folder)) as settings:
        read(BigQueryAccessor(settings=settings))
        write(GoogleCloudStorageAccessor(settings=settings))
        for name in UPLOADS:
            print(f"{name}: {added_megabytes(name, folder):.0f} MB more memory")


def read(accessor: BigQueryAccessor) -> None:
    """Reading rows out of BigQuery."""
    client = accessor.client
    accessor.create_dataset("bench")
    for count in READ_ROWS:
        accessor.execute_query(
            f"CREATE TABLE bench.rows_{count} AS"
            f" SELECT {COLUMNS} FROM UNNEST(GENERATE_ARRAY(1, {count})) AS n"
        )
        query = f"SELECT * FROM bench.rows_{count}"
        report(
            f"BigQuery, {count:,} rows of 6 columns",
            {
                "list(row.values()) of client.query().result()": partial(plain_read, client, query),
                "BigQueryAccessor.execute_query": partial(accessor.execute_query, query),
            },
        )


def plain_read(client: Any, query: str) -> list[list[Any]]:
    """The recipe of the client's documentation."""
    return [list(row.values()) for row in client.query(query).result()]


def write(accessor: GoogleCloudStorageAccessor) -> None:
    """Writing rows to Cloud Storage as compressed CSV."""
    accessor.create_bucket(BUCKET)
    rows = list(upload_rows())
    report(
        f"Cloud Storage, upload of {UPLOAD_ROWS:,} rows of 10 columns",
        {name: partial(upload, accessor, rows) for name, upload in UPLOADS.items()},
    )


def upload_rows() -> Iterator[list[Any]]:
    """Rows of 10 columns as they are uploaded: keys, counts, scores, text, missing values."""
    for n in range(UPLOAD_ROWS):
        yield [f"s{n}", n, n * 0.5, n % 2, "some text", None, n % 7, "x,y", -n, n % 100 / 4]


def plain_upload(accessor: GoogleCloudStorageAccessor, rows: Any) -> None:
    """The usual recipe: everything in memory."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        file.write(text.getvalue().encode())
    blob = accessor.client.bucket(BUCKET).blob("plain.csv.gz")
    blob.upload_from_file(packed, rewind=True, content_type="application/gzip")


def streamed_upload(accessor: GoogleCloudStorageAccessor, rows: Any) -> None:
    """The accessor's way."""
    accessor.upload_csv_gzip(BUCKET, "ours.csv.gz", rows)


UPLOADS: dict[str, Callable[[GoogleCloudStorageAccessor, Any], None]] = {
    "StringIO, GzipFile, upload_from_file": plain_upload,
    "upload_csv_gzip": streamed_upload,
}


def added_megabytes(name: str, folder: str) -> float:
    """How much memory an upload of rows that are made meanwhile takes, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_accessors", name, folder],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def print_added_memory(name: str, folder: str) -> None:
    """What `added_megabytes` runs."""
    settings = Settings(gcp_backend="local", local_folder=Path(folder))
    accessor = GoogleCloudStorageAccessor(settings=settings)
    # What an upload of one row needs is not what this is about.
    UPLOADS[name](accessor, [[1]])
    before = most_memory_kib()
    UPLOADS[name](accessor, upload_rows())
    print((most_memory_kib() - before) / 1024)


def most_memory_kib() -> int:
    """The most memory that this program has had: `getrusage` would count that of its parent."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


def report(title: str, actions: Mapping[str, Callable[[], object]]) -> None:
    """Measure `actions` in turn and print them beside the first."""
    variants = {name: partial(cpu_ms, action) for name, action in actions.items()}
    measured = interleave(variants, rounds=ROUNDS)
    print(f"{title}, CPU time\n")
    print(format_comparisons(compare(measured, baseline=next(iter(variants))), unit="ms"), "\n")


def cpu_ms(action: Callable[[], object]) -> float:
    """Milliseconds of CPU that `action` takes in this process, with the collector as it is."""
    gc.collect()
    start = time.process_time()
    action()
    return 1000 * (time.process_time() - start)


@contextmanager
def local_settings(folder: Path) -> Iterator[Settings]:
    """Settings for local servers in `folder`, which are stopped at the end."""
    try:
        yield Settings(gcp_backend="local", local_folder=folder)
    finally:
        stop_local_server(folder)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print_added_memory(sys.argv[1], sys.argv[2])
    else:
        main()
