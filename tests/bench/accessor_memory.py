"""The memory that one way of reading or writing adds to a process: `python -m` of this module."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ml_api_kit.gcp_accessor import BigQueryAccessor, GoogleCloudStorageAccessor
from ml_api_kit.settings import Settings
from tests.bench.accessor_ways import READS, UPLOADS, query_of, upload_rows


def added_megabytes(name: str, folder: Path, row_count: int) -> float:
    """How much memory it takes to read `row_count` rows, or to upload rows made meanwhile."""
    command = [sys.executable, "-m", "tests.bench.accessor_memory", name, str(folder)]
    done = subprocess.run([*command, str(row_count)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main(name: str, folder: Path, row_count: int) -> None:
    """Print the megabytes that are added to what one row needs, which is not what this is about."""
    settings = Settings(gcp_backend="local", local_folder=folder)
    if name in UPLOADS:
        storage = GoogleCloudStorageAccessor(settings=settings)
        UPLOADS[name](storage, [[1]])
        before = most_memory_kib()
        UPLOADS[name](storage, upload_rows())
    else:
        bigquery = BigQueryAccessor(settings=settings)
        READS[name](bigquery, f"{query_of(row_count)} LIMIT 1")
        before = most_memory_kib()
        kept = READS[name](bigquery, query_of(row_count))
        assert kept
    print((most_memory_kib() - before) / 1024)


def most_memory_kib() -> int:
    """The most memory that this program has had: `getrusage` would count that of its parent."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
