"""Other clients."""

import os
from typing import Any

import fsspec
import gcsfs
import pandas as pd
import pyarrow
import pyarrow.fs
import pyarrow.parquet
import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage
from smart_open import open as smart_open

from tests.gcp_accessor.local.storage.conformance.registry import Place

_MIB = 1 << 20


def _files(place: Place) -> Any:
    return gcsfs.GCSFileSystem(
        project="local", token="anon", endpoint_url=place.url, skip_instance_cache=True
    )


def anonymous_client(place: Place) -> None:
    """the client by STORAGE_EMULATOR_HOST alone"""
    place.bucket.blob("a").upload_from_string("x")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STORAGE_EMULATOR_HOST", place.url)
        client = storage.Client(project="local", credentials=AnonymousCredentials())
    assert [blob.name for blob in client.list_blobs(place.bucket.name)] == ["a"]
    client.close()


def gcsfs_small(place: Place) -> None:
    """gcsfs: write, read, list, stat, copy, move, remove"""
    files, root = _files(place), place.bucket.name
    files.pipe(f"{root}/d/a", b"one")
    files.pipe(f"{root}/d/b", b"two")
    assert files.cat(f"{root}/d/a") == b"one"
    assert sorted(files.ls(f"{root}/d")) == [f"{root}/d/a", f"{root}/d/b"]
    assert files.info(f"{root}/d/a")["size"] == 3
    files.copy(f"{root}/d/a", f"{root}/d/c")
    files.mv(f"{root}/d/c", f"{root}/e")
    files.rm(f"{root}/d", recursive=True)
    assert files.find(root) == [f"{root}/e"]


def gcsfs_large(place: Place) -> None:
    """gcsfs: large files, in blocks and ranges"""
    files, path = _files(place), f"{place.bucket.name}/large"
    data = os.urandom(6 * _MIB + 1)
    with files.open(path, "wb", block_size=5 * _MIB) as file:
        file.write(data)
    assert files.cat_file(path, start=_MIB, end=_MIB + 9) == data[_MIB : _MIB + 9]
    with files.open(path, "rb", block_size=_MIB) as file:
        file.seek(-3, os.SEEK_END)
        assert file.read() == data[-3:]


def gcsfs_glob(place: Place) -> None:
    """gcsfs: glob and walk"""
    files, root = _files(place), place.bucket.name
    for name in ("a/1.csv", "a/b/2.csv", "c.json"):
        files.pipe(f"{root}/{name}", b"x")
    assert files.glob(f"{root}/**/*.csv") == [f"{root}/a/1.csv", f"{root}/a/b/2.csv"]
    assert [one[2] for one in files.walk(root)] == [["c.json"], ["1.csv"], ["2.csv"]]


def gcsfs_missing(place: Place) -> None:
    """gcsfs: what is missing"""
    with pytest.raises(FileNotFoundError):
        _files(place).cat(f"{place.bucket.name}/none")
    assert not _files(place).exists(f"{place.bucket.name}/none")


def _pandas_options(place: Place) -> dict[str, Any]:
    return {"token": "anon", "project": "local", "endpoint_url": place.url}


def pandas_csv(place: Place) -> None:
    """pandas: CSV, plain and gzipped"""
    frame = pd.DataFrame({"id": [1, 2], "name": ["a", None]})
    for name in ("a.csv", "a.csv.gz"):
        uri = f"gs://{place.bucket.name}/{name}"
        frame.to_csv(uri, index=False, storage_options=_pandas_options(place))
        found = pd.read_csv(uri, storage_options=_pandas_options(place))
        pd.testing.assert_frame_equal(found, frame, check_dtype=False)


def pandas_parquet(place: Place) -> None:
    """pandas: Parquet"""
    frame = pd.DataFrame({"id": [1, 2], "value": [0.5, None]})
    uri = f"gs://{place.bucket.name}/a.parquet"
    frame.to_parquet(uri, storage_options=_pandas_options(place))
    found = pd.read_parquet(uri, columns=["value"], storage_options=_pandas_options(place))
    pd.testing.assert_frame_equal(found, frame[["value"]])


def smart_open_text(place: Place) -> None:
    """smart_open: text and gzip"""
    options = {"client": place.client}
    for name in ("a.txt", "a.txt.gz"):
        uri = f"gs://{place.bucket.name}/{name}"
        with smart_open(uri, "w", transport_params=options) as file:
            file.write("one\ntwo\n")
        with smart_open(uri, transport_params=options) as file:
            assert list(file) == ["one\n", "two\n"]


def smart_open_bytes(place: Place) -> None:
    """smart_open: bytes with seek"""
    options, uri = {"client": place.client}, f"gs://{place.bucket.name}/a"
    data = os.urandom(2 * _MIB)
    with smart_open(uri, "wb", transport_params=options) as file:
        file.write(data)
    with smart_open(uri, "rb", transport_params=options) as file:
        file.seek(_MIB)
        assert file.read(10) == data[_MIB : _MIB + 10]


def arrow_files(place: Place) -> None:
    """pyarrow: write, read, seek, list, copy, move, remove"""
    options = {"anonymous": True, "scheme": "http", "project_id": "local"}
    endpoint = place.url.removeprefix("http://")
    files = pyarrow.fs.GcsFileSystem(endpoint_override=endpoint, **options)
    root = place.bucket.name
    data = os.urandom(3 * _MIB)
    files.create_dir(f"{root}/d")
    with files.open_output_stream(f"{root}/d/a") as file:
        file.write(data)
    with files.open_input_file(f"{root}/d/a") as file:
        assert file.read_at(5, _MIB) == data[_MIB : _MIB + 5]
    files.copy_file(f"{root}/d/a", f"{root}/b")
    files.move(f"{root}/b", f"{root}/c")
    found = files.get_file_info(pyarrow.fs.FileSelector(root, recursive=True))
    assert sorted(one.path for one in found) == [f"{root}/c", f"{root}/d", f"{root}/d/a"]
    files.delete_dir(f"{root}/d")
    files.delete_file(f"{root}/c")
    assert list(place.bucket.list_blobs()) == []


def arrow_tables(place: Place) -> None:
    """pyarrow: Parquet, of one file and of a folder of them"""
    options = {"anonymous": True, "scheme": "http", "project_id": "local"}
    endpoint = place.url.removeprefix("http://")
    files = pyarrow.fs.GcsFileSystem(endpoint_override=endpoint, **options)
    table = pyarrow.table({"id": [1, 2, 3], "part": ["a", "a", "b"]})
    path = f"{place.bucket.name}/parts"
    pyarrow.parquet.write_to_dataset(table, path, partition_cols=["part"], filesystem=files)
    found = pyarrow.parquet.read_table(path, filesystem=files, columns=["id"])
    assert sorted(found["id"].to_pylist()) == [1, 2, 3]


def fsspec_url(place: Place) -> None:
    """fsspec: gs:// by its name, with compression"""
    options = {"token": "anon", "project": "local", "endpoint_url": place.url}
    uri = f"gs://{place.bucket.name}/a.txt.gz"
    with fsspec.open(uri, "wt", compression="infer", **options) as file:
        file.write("gr\u00fcn\n")
    with fsspec.open(uri, "rt", compression="infer", **options) as file:
        assert file.read() == "gr\u00fcn\n"
