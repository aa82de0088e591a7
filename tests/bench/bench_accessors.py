"""BigQueryAccessor against the plain client recipe it replaces, on the local server.

Both sides use the same google-cloud client and the same server, so that what differs is what the
accessor adds and saves. Wall time, since the server's share is the same for both.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.gcp_accessor.local.process import stop_local_server
from ml_api_kit.settings import Settings
from tests.bench.interleave import compare, format_comparisons, interleave

ROUNDS = 5
ROWS = 50_000
QUERY = f"""
    SELECT CONCAT('s', CAST(n AS STRING)) AS student_id,
           n AS n, n * 0.5 AS half, n > 10 AS late, CAST(n AS STRING) AS text, NULL AS nothing
    FROM UNNEST(GENERATE_ARRAY(1, {ROWS})) AS n
"""


def main() -> None:
    """Print the comparisons."""
    with tempfile.TemporaryDirectory() as folder, local_settings(Path(folder)) as settings:
        read(BigQueryAccessor(settings=settings))


def read(accessor: BigQueryAccessor) -> None:
    """Reading rows out of BigQuery."""
    client = accessor.client
    for rows, query in (("one row", "SELECT 1 AS one"), (f"{ROWS:,} rows of 6 columns", QUERY)):
        report(
            f"BigQuery, {rows}",
            {
                "list(row.values()) of client.query().result()": partial(plain_read, client, query),
                "BigQueryAccessor.execute_query": partial(accessor.execute_query, query),
            },
        )


def plain_read(client: Any, query: str) -> list[list[Any]]:
    """The recipe of the client's documentation."""
    return [list(row.values()) for row in client.query(query).result()]


def report(title: str, actions: Mapping[str, Callable[[], object]]) -> None:
    """Measure `actions` in turn and print them beside the first."""
    variants = {name: partial(elapsed_ms, action) for name, action in actions.items()}
    measured = interleave(variants, rounds=ROUNDS)
    print(f"{title}\n")
    print(format_comparisons(compare(measured, baseline=next(iter(variants))), unit="ms"), "\n")


def elapsed_ms(action: Callable[[], object]) -> float:
    """Wall milliseconds that `action` takes.

    Without the garbage collector, as `timeit` has it: which variant meets a full collection of the
    hundred thousands of lists that live here is chance.
    """
    gc.collect()
    gc.disable()
    start = time.perf_counter()
    action()
    elapsed = time.perf_counter() - start
    gc.enable()
    return 1000 * elapsed


@contextmanager
def local_settings(folder: Path) -> Iterator[Settings]:
    """Settings for local servers in `folder`, which are stopped at the end."""
    try:
        yield Settings(gcp_backend="local", local_folder=folder)
    finally:
        stop_local_server(folder)


if __name__ == "__main__":
    main()
