"""The accessors against the plain client recipes they replace, on the local servers.

Both sides use the same google-cloud client and the same server, in interleaved rounds. CPU time is
that of the process that reads or writes, elapsed time that of all; memory is what it adds to a
process of its own.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from ml_api_kit.gcp_accessor import BigQueryAccessor, GoogleCloudStorageAccessor
from ml_api_kit.gcp_accessor.local.process import stop_local_server
from ml_api_kit.settings import Settings
from tests.bench.accessor_memory import added_megabytes
from tests.bench.accessor_ways import (
    BUCKET,
    READ_ROWS,
    READS,
    UPLOAD_ROWS,
    UPLOADS,
    make_table,
    query_of,
    upload_rows,
)
from tests.bench.interleave import Comparison, compare, format_table, interleave

ROUNDS = 3


def main() -> None:
    """Print the comparisons."""
    with tempfile.TemporaryDirectory() as name, local_settings(Path(name)) as settings:
        read(BigQueryAccessor(settings=settings), Path(name))
        write(GoogleCloudStorageAccessor(settings=settings), Path(name))


def read(accessor: BigQueryAccessor, folder: Path) -> None:
    """Reading rows out of BigQuery."""
    accessor.create_dataset("bench")
    for count in READ_ROWS:
        make_table(accessor, count)
        ways = {name: partial(way, accessor, query_of(count)) for name, way in READS.items()}
        report(f"BigQuery, {count:,} rows of 6 columns", ways, folder, count)


def write(accessor: GoogleCloudStorageAccessor, folder: Path) -> None:
    """Writing rows to Cloud Storage as compressed CSV."""
    accessor.create_bucket(BUCKET)
    rows = list(upload_rows())
    ways = {name: partial(way, accessor, rows) for name, way in UPLOADS.items()}
    title = f"Cloud Storage, upload of {UPLOAD_ROWS:,} rows of 10 columns"
    report(title, ways, folder, UPLOAD_ROWS)


def report(
    title: str, ways: Mapping[str, Callable[[], object]], folder: Path, row_count: int
) -> None:
    """Measure `ways` in turn and print them beside the first."""
    measured = interleave({name: partial(taken, way) for name, way in ways.items()}, rounds=ROUNDS)
    baseline = next(iter(ways))
    cpu = {name: [cpu_s for cpu_s, _ in times] for name, times in measured.items()}
    elapsed = {name: [elapsed_s for _, elapsed_s in times] for name, times in measured.items()}
    lines = [("way", "CPU (s)", "ratio", "elapsed (s)", "ratio", "memory (MB)")]
    lines += [
        (one.name, *numbers(one), *numbers(other), f"{memory:.0f}")
        for one, other, memory in zip(
            compare(cpu, baseline=baseline),
            compare(elapsed, baseline=baseline),
            [added_megabytes(name, folder, row_count) for name in ways],
            strict=True,
        )
    ]
    print(f"{title}\n\n{format_table(lines)}\n")


def numbers(comparison: Comparison) -> tuple[str, str]:
    """A median and its ratio to the baseline, as they are printed."""
    return f"{comparison.median:.2f}", f"{comparison.ratio:.2f}"


def taken(way: Callable[[], object]) -> tuple[float, float]:
    """Seconds of CPU of this process, and seconds that went by, with the collector as it is."""
    gc.collect()
    cpu_s, elapsed_s = time.process_time(), time.perf_counter()
    way()
    return time.process_time() - cpu_s, time.perf_counter() - elapsed_s


@contextmanager
def local_settings(folder: Path) -> Iterator[Settings]:
    """Settings for local servers in `folder`, which are stopped at the end."""
    try:
        yield Settings(gcp_backend="local", local_folder=folder)
    finally:
        stop_local_server(folder)
