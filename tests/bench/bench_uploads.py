"""Uploads and downloads of gzipped CSV against the client recipes that they replace.

Both sides give the same rows to the same client and the same local server. Every measurement runs
in a process of its own, so that its CPU time and its peak of memory are its own: CPU of that
process alone, memory above what the process held before.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

from ml_api_kit.gcp_accessor.local.process import start_local_server, stop_local_server
from tests.bench.interleave import compare, format_comparisons, interleave

ROUNDS = 3
ROW_COUNTS = (100_000, 1_000_000)
BUCKET = "bench"
ACTIONS = {
    "upload": ("csv, StringIO, GzipFile, upload_from_file", "upload_csv_gzip"),
    "download": ("download_as_bytes, GzipFile, csv", "download_csv_gzip"),
}
_PROGRAM = """
import csv, gzip, io, random, resource, sys, time
from pathlib import Path
from ml_api_kit.gcp_accessor import GoogleCloudStorageAccessor
from ml_api_kit.settings import Settings

folder, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
number = random.Random(0).random
accessor = GoogleCloudStorageAccessor(settings=Settings(gcp_backend="local", local_folder=folder))
accessor.create_bucket("bench")
blob = accessor.client.bucket("bench").blob("plain.csv.gz")

def rows():
    for n in range(count):
        x = number()
        yield [f"s{n}", n, x, n % 2, "some text", None, n * 0.5, n % 7 == 0, x * 1000, "a, b"]

def plain_upload():
    text, packed = io.StringIO(), io.BytesIO()
    csv.writer(text).writerows(rows())
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        file.write(text.getvalue().encode())
    blob.upload_from_file(packed, rewind=True)

def plain_download():
    packed = io.BytesIO(blob.download_as_bytes(raw_download=True))
    with gzip.GzipFile(fileobj=packed) as file, io.TextIOWrapper(file, newline="") as text:
        return sum(1 for _ in list(csv.reader(text)))

actions = {
    "csv, StringIO, GzipFile, upload_from_file": plain_upload,
    "download_as_bytes, GzipFile, csv": plain_download,
    "upload_csv_gzip": lambda: accessor.upload_csv_gzip("bench", "ours.csv.gz", rows()),
    "download_csv_gzip": lambda: sum(1 for _ in accessor.download_csv_gzip("bench", "ours.csv.gz")),
}
accessor.upload_csv_gzip("bench", "warm.csv.gz", [[1]])
list(accessor.download_csv_gzip("bench", "warm.csv.gz"))

def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

start = time.process_time()
for _ in rows():
    pass
making_ms = 1000 * (time.process_time() - start)
before_mib, start = peak_mib(), time.process_time()
actions[name]()
cpu_ms = 1000 * (time.process_time() - start)
print(cpu_ms - (making_ms if "upload" in name else 0), peak_mib() - before_mib)
"""


def main() -> None:
    """Print the comparisons."""
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        start_local_server(folder)
        try:
            for count in ROW_COUNTS:
                for title, names in ACTIONS.items():
                    report(folder, title, names, count)
        finally:
            stop_local_server(folder)


def report(folder: Path, title: str, names: tuple[str, ...], count: int) -> None:
    """Measure `names` in turn and print them beside the first."""
    variants = {name: partial(measure, folder, name, count) for name in names}
    measured = interleave(variants, rounds=ROUNDS, warmups=0)
    cpu_ms = {name: [one[0] for one in values] for name, values in measured.items()}
    print(f"Cloud Storage, {title} of {count:,} rows of 10 columns\n")
    print(format_comparisons(compare(cpu_ms, baseline=names[0]), unit="CPU ms"))
    for name, values in measured.items():
        print(f"{name}: {median(one[1] for one in values):,.0f} MiB of memory beside the rows")
    print()


def measure(folder: Path, name: str, count: int) -> tuple[float, float]:
    """CPU milliseconds and the growth of the peak of memory in MiB that one run takes."""
    command = [sys.executable, "-c", _PROGRAM, str(folder), name, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    cpu_ms, memory_mib = map(float, done.stdout.split())
    return cpu_ms, memory_mib


if __name__ == "__main__":
    main()
