import gzip
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.api_core.exceptions import NotFound as GoogleNotFound

from ml_api_kit.errors import (
    DataAccessError,
    DataNotFoundError,
    LocalServerError,
    PreconditionError,
    PreprocessingError,
    SettingsError,
)
from ml_api_kit.gcp_accessor.local.process import LocalServer
from ml_api_kit.gcp_accessor.storage import GoogleCloudStorageAccessor, object_streams, transfers
from ml_api_kit.settings import Settings


@pytest.fixture
def accessor(server: LocalServer, storage_client: Any) -> GoogleCloudStorageAccessor:
    return GoogleCloudStorageAccessor(client=storage_client)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (object_streams, transfers):
        monkeypatch.setattr(module, "CHUNK_BYTES", 256 * 1024)


def student_rows(count: int) -> Iterator[list[Any]]:
    for number in range(count):
        # Numbers that are far apart are packed badly, so that the object is large.
        yield [number, f"student-{number * 7919 % 1_000_003}", number * 0.37, hash(str(number))]


def test_rows_come_back_as_text(accessor: Any, bucket: Any) -> None:
    generation = accessor.upload_csv_gzip(bucket.name, "a/b.csv.gz", [[1, None], ["ü", 'q"\n']])
    assert list(accessor.download_csv_gzip(bucket.name, "a/b.csv.gz")) == [
        ["1", ""],
        ["ü", 'q"\n'],
    ]
    blob = bucket.get_blob("a/b.csv.gz")
    assert (blob.generation, blob.content_type) == (generation, "application/gzip")
    assert blob.content_encoding is None


def test_packed_object_is_unpacked_as_the_client_does(accessor: Any, bucket: Any) -> None:
    blob = bucket.blob("a.txt")
    blob.content_encoding = "gzip"
    blob.upload_from_string(gzip.compress("gr\xfcn".encode()), content_type="text/plain")
    assert accessor.download_bytes(bucket.name, "a.txt") == blob.download_as_bytes(
        raw_download=True
    )
    unpacked = accessor.download_bytes(bucket.name, "a.txt", is_unpacked=True)
    assert unpacked == blob.download_as_bytes() == "gr\xfcn".encode()
    blob = bucket.blob("b.txt")
    blob.upload_from_string("gr\xfcn".encode("latin-1"))
    assert accessor.download_text(bucket.name, "b.txt", encoding="latin-1") == "gr\xfcn"
    with pytest.raises(DataAccessError, match="no text in utf-8"):
        accessor.download_text(bucket.name, "b.txt")


def test_files_go_there_and_back(accessor: Any, bucket: Any, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    generation = accessor.upload_file(bucket.name, "in/a.csv", tmp_path / "a.csv")
    blob = bucket.get_blob("in/a.csv")
    assert (blob.generation, blob.content_type) == (generation, "text/csv")
    accessor.download_file(bucket.name, "in/a.csv", tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_text() == "a,b\n1,2\n"
    with pytest.raises(DataNotFoundError):
        accessor.download_file(bucket.name, "in/none.csv", tmp_path / "c.csv")
    assert not (tmp_path / "c.csv").exists()
    with pytest.raises(DataNotFoundError):
        accessor.download_text(bucket.name, "in/none.csv")
    with pytest.raises(DataNotFoundError):
        accessor.upload_file("no-such-bucket", "a.csv", tmp_path / "a.csv")


def test_accessor_finds_the_local_server_by_itself(server: LocalServer, bucket: Any) -> None:
    settings = Settings(gcp_backend="local", local_folder=server.folder)
    accessor = GoogleCloudStorageAccessor(settings=settings)
    accessor.upload_csv_gzip(bucket.name, "x.csv.gz", [{"a": 1}])
    assert list(accessor.download_csv_gzip(bucket.name, "x.csv.gz")) == [["a"], ["1"]]
    accessor.client.close()


def test_local_server_is_reached_past_a_proxy(
    server: LocalServer, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    accessor = GoogleCloudStorageAccessor(
        settings=Settings(gcp_backend="local", local_folder=server.folder)
    )
    assert accessor.exists(bucket.name, "none") is False
    accessor.client.close()


MEMORY_PROGRAM = """
import random, resource, sys
from pathlib import Path
from ml_api_kit.gcp_accessor.storage import object_streams, transfers
from ml_api_kit.gcp_accessor.storage import GoogleCloudStorageAccessor
from ml_api_kit.settings import Settings

transfers.CHUNK_BYTES = object_streams.CHUNK_BYTES = 1 << 20
number = random.Random(0).random
accessor = GoogleCloudStorageAccessor(
    settings=Settings(gcp_backend="local", local_folder=Path(sys.argv[1]))
)

def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

def there_and_back(count):
    rows = ([at, number(), number(), number(), number()] for at in range(count))
    accessor.upload_csv_gzip(sys.argv[2], "large.csv.gz", rows)
    return sum(1 for _ in accessor.download_csv_gzip(sys.argv[2], "large.csv.gz"))

there_and_back(70_000)
before = peak_mib()
count = there_and_back(300_000)
print(count, peak_mib() - before)
"""


def test_upload_and_download_of_300000_rows_keep_to_constant_memory(
    server: LocalServer, bucket: Any
) -> None:
    command = [sys.executable, "-c", MEMORY_PROGRAM, str(server.folder), bucket.name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    count, growth_mib = map(int, done.stdout.split())
    assert count == 300_000
    # As gzip it has more than eight chunks, as CSV 24 MiB, as a list of rows over 60.
    assert bucket.get_blob("large.csv.gz").size > 8 << 20
    assert growth_mib <= 4


@pytest.mark.usefixtures("small_chunks")
def test_rows_that_fail_late_leave_no_object(accessor: Any, bucket: Any) -> None:
    def failing() -> Iterator[list[Any]]:
        yield from student_rows(40_000)
        raise ZeroDivisionError("row 40000")

    with pytest.raises(ZeroDivisionError, match="row 40000"):
        accessor.upload_csv_gzip(bucket.name, "late.csv.gz", failing())
    assert not accessor.exists(bucket.name, "late.csv.gz")


def test_rows_that_fail_leave_what_was_there(accessor: Any, bucket: Any) -> None:
    accessor.upload_csv_gzip(bucket.name, "kept.csv.gz", [["old"]])

    def failing() -> Iterator[list[str]]:
        yield ["new"]
        raise GoogleNotFound("the caller's own")

    with pytest.raises(GoogleNotFound, match="the caller's own"):
        accessor.upload_csv_gzip(bucket.name, "kept.csv.gz", failing())
    assert list(accessor.download_csv_gzip(bucket.name, "kept.csv.gz")) == [["old"]]


def test_download_that_fails_leaves_the_file_that_is_there(
    accessor: Any, bucket: Any, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("precious")
    with pytest.raises(DataNotFoundError):
        accessor.download_file(bucket.name, "misspelt", kept)
    assert kept.read_text() == "precious"
    accessor.upload_bytes(bucket.name, "new", b"new")
    accessor.download_file(bucket.name, "new", kept)
    assert kept.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_bytes_that_are_no_text_are_told(accessor: Any, bucket: Any) -> None:
    accessor.upload_bytes(bucket.name, "image", b"a\xff")
    with pytest.raises(DataAccessError, match="image is no text in utf-8"):
        accessor.download_text(bucket.name, "image")


@pytest.mark.parametrize("name", ["", "-a", "a", "A_B", "a/b", None])
def test_bucket_that_cannot_be_named_so_is_told(accessor: Any, name: Any) -> None:
    with pytest.raises(DataAccessError, match="A bucket cannot be named"):
        accessor.create_bucket(name)


def test_uri_behind_a_bucket_is_refused(accessor: Any, bucket: Any) -> None:
    with pytest.raises(DataAccessError, match="a URI of its own"):
        accessor.upload_bytes(bucket.name, f"gs://{bucket.name}/a", b"1")


def test_wrong_row_is_named_and_nothing_written(accessor: Any, bucket: Any) -> None:
    with pytest.raises(PreprocessingError, match="Row 1"):
        accessor.upload_csv_gzip(bucket.name, "wrong.csv.gz", [[1], "abc"])
    assert not accessor.exists(bucket.name, "wrong.csv.gz")


@pytest.mark.parametrize("count", [3, 50_000])
@pytest.mark.usefixtures("small_chunks")
def test_generation_guards_small_and_large_uploads(accessor: Any, bucket: Any, count: int) -> None:
    first = accessor.upload_csv_gzip(
        bucket.name, "g.csv.gz", student_rows(count), if_generation_match=0
    )
    with pytest.raises(PreconditionError, match=rf"gs://{bucket.name}/g\.csv\.gz"):
        accessor.upload_csv_gzip(bucket.name, "g.csv.gz", [["late"]], if_generation_match=0)
    second = accessor.upload_csv_gzip(bucket.name, "g.csv.gz", [["new"]], if_generation_match=first)
    assert second > first


def test_missing_bucket_is_named_with_the_mend(accessor: Any) -> None:
    with pytest.raises(DataNotFoundError, match=r"create_bucket\('nowhere'\)"):
        accessor.upload_csv_gzip("nowhere", "a.csv.gz", [[1]])
    with pytest.raises(DataNotFoundError, match="gs://nowhere"):
        list(accessor.list_paths("nowhere"))


def test_missing_object_is_named_with_the_mend(accessor: Any, bucket: Any) -> None:
    with pytest.raises(DataNotFoundError, match=rf"gs://{bucket.name}/no\.csv\.gz .*list_paths"):
        list(accessor.download_csv_gzip(bucket.name, "no.csv.gz"))
    with pytest.raises(DataNotFoundError):
        accessor.delete(bucket.name, "no.csv.gz")


def test_object_that_is_no_gzip_is_named(accessor: Any, bucket: Any) -> None:
    accessor.upload_bytes(bucket.name, "plain.csv", b"a,b\n")
    with pytest.raises(DataAccessError, match=r"plain\.csv is damaged, or is no gzip"):
        list(accessor.download_csv_gzip(bucket.name, "plain.csv"))


@pytest.mark.usefixtures("small_chunks")
def test_object_written_while_it_is_read_is_told(accessor: Any, bucket: Any) -> None:
    accessor.upload_csv_gzip(bucket.name, "moving.csv.gz", student_rows(50_000))
    rows = accessor.download_csv_gzip(bucket.name, "moving.csv.gz")
    next(rows)
    accessor.upload_csv_gzip(bucket.name, "moving.csv.gz", [["new"]])
    with pytest.raises(PreconditionError, match="while it was read"):
        list(rows)


def test_bytes_of_another_checksum_are_refused(
    server: LocalServer, accessor: Any, bucket: Any
) -> None:
    accessor.upload_csv_gzip(bucket.name, "bit.csv.gz", student_rows(1000))
    content = server.folder / "storage" / "content"
    newest = max(content.glob("*/*"), key=lambda path: path.stat().st_mtime_ns)
    data = bytearray(newest.read_bytes())
    data[3] ^= 0xFF  # the flags, which no checksum of gzip covers
    data[3] &= 0x01
    newest.write_bytes(data)
    with pytest.raises(DataAccessError, match="CRC32C"):
        list(accessor.download_csv_gzip(bucket.name, "bit.csv.gz"))


def test_transcoded_object_is_read_as_it_is_stored(accessor: Any, bucket: Any) -> None:
    import gzip

    blob = bucket.blob("web.csv")
    blob.content_encoding = "gzip"
    blob.upload_from_string(gzip.compress(b"a,b\r\n1,2\r\n"), content_type="text/csv")
    assert list(accessor.download_csv_gzip(bucket.name, "web.csv")) == [["a", "b"], ["1", "2"]]


def test_bytes_paths_and_deletion(accessor: Any, bucket: Any) -> None:
    for path in ("b", "a/1", "a/2"):
        accessor.upload_bytes(bucket.name, path, path.encode(), content_type="text/plain")
    assert list(accessor.list_paths(bucket.name)) == ["a/1", "a/2", "b"]
    assert list(accessor.list_paths(bucket.name, "a/")) == ["a/1", "a/2"]
    assert accessor.download_bytes(bucket.name, "a/2") == b"a/2"
    assert accessor.exists(bucket.name, "b")
    accessor.delete(bucket.name, "b")
    assert not accessor.exists(bucket.name, "b")


def test_bucket_is_made_once(accessor: Any) -> None:
    assert accessor.create_bucket("made-by-accessor") is True
    assert accessor.create_bucket("made-by-accessor") is False


def test_emulator_of_bigquery_alone_is_no_storage() -> None:
    accessor = GoogleCloudStorageAccessor(settings=Settings(bigquery_emulator="localhost:1"))
    with pytest.raises(SettingsError, match="STORAGE_EMULATOR_HOST"):
        accessor.exists("data", "a")


def test_server_that_is_gone_is_told_soon(tmp_path: Path) -> None:
    from ml_api_kit.gcp_accessor.local.process import stop_local_server

    settings = Settings(gcp_backend="local", local_folder=tmp_path)
    accessor = GoogleCloudStorageAccessor(settings=settings)
    accessor.create_bucket("data")
    stop_local_server(tmp_path)
    with pytest.raises(LocalServerError, match="mlapi gcp start"):
        accessor.upload_csv_gzip("data", "a.csv.gz", [[1]])


def test_importing_the_accessor_imports_no_client() -> None:
    code = (
        "import sys; from ml_api_kit.gcp_accessor.storage import GoogleCloudStorageAccessor; "
        "GoogleCloudStorageAccessor();"
        # That one is an empty package, which is looked into for the client.
        "print([n for n in sys.modules if n.startswith('google.') and n != 'google.cloud'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.stdout.strip() == "[]"
