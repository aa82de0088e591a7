"""What strangers call the accessors with: told by its name, before anything is sent."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_api_kit.errors import DataAccessError, PreprocessingError, QueryError, SettingsError
from ml_api_kit.gcp_accessor import BigQueryAccessor, GoogleCloudStorageAccessor
from ml_api_kit.gcp_accessor.local.process import stop_local_server
from ml_api_kit.settings import Settings

Call = Callable[[Any], Any]


@pytest.fixture
def storage(storage_client: Any) -> GoogleCloudStorageAccessor:
    return GoogleCloudStorageAccessor(client=storage_client)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda it: it.execute_query(None), "query is a NoneType"),
        (lambda it: it.execute_query(b"SELECT 1"), "query is a bytes"),
        (lambda it: it.execute_query("SELECT 1", rows="tuples"), "rows is 'tuples'"),
        (lambda it: it.execute_query("SELECT ?", 5), "params is a int"),
        (lambda it: it.execute_query("SELECT ?", {1}), "params is a set"),
        (lambda it: it.execute_query("SELECT ?", [pd.NaT]), "is NaT"),
        (lambda it: it.execute_query("SELECT 1", timeout_s=0), "timeout_s is 0"),
        (lambda it: it.execute_query("SELECT 1", timeout_s="5"), "timeout_s is '5'"),
        (lambda it: it.execute_query("SELECT 1", labels=["a"]), "labels is"),
        (lambda it: it.execute_query("SELECT 1", labels={"a": 1}), "labels is"),
        (
            lambda it: it.execute_query("SELECT 1", job_id="a", job_id_prefix="b"),
            "job_id and job_id_prefix",
        ),
        (lambda it: list(it.iter_query("SELECT 1", batch_rows="5")), "batch_rows is '5'"),
        (lambda it: list(it.iter_query("SELECT 1", batch_rows=2.5)), "batch_rows is 2.5"),
        (lambda it: it.load_rows(None, [{"a": 1}]), "None names no table"),
        (lambda it: it.load_from_storage("strange.t", 5), "uris is 5"),
        (lambda it: it.load_from_storage("strange.t", [None]), r"uris is \[None\]"),
        (lambda it: it.load_frame("strange.t", [1]), "frame is a list"),
        (
            lambda it: it.load_frame("strange.t", pd.DataFrame([[1, 2]], columns=["a", "a"])),
            "more than one column 'a'",
        ),
        (lambda it: it.load_frame("strange.t", pd.DataFrame([[1, 2]])), "is named 0"),
        (lambda it: it.load_frame("strange.t", pd.DataFrame()), "frame has no columns"),
        (lambda it: it.execute_query("answers.sql"), r"file; give Path\('answers.sql'\)"),
        (lambda it: it.execute_query("SELECT '\ud800'"), "character 9 is half of one"),
        (lambda it: it.execute_query("SELECT 1", timeout_s=float("inf")), "timeout_s is inf"),
        (lambda it: it.execute_query("SELECT 1", job_id=5), "job_id is 5"),
        (lambda it: it.execute_query("SELECT 1", job_config={}), "give a bigquery.QueryJobConfig"),
        (lambda it: it.execute_query("SELECT 1", progress="p"), "progress is 'p'"),
        (lambda it: it.load_from_storage("strange.t", "a.csv"), "a file is loaded by load_file"),
        (
            lambda it: it.load_from_storage("strange.t", "gs://a/b.csv", job_config={}),
            "give a bigquery.LoadJobConfig",
        ),
        (lambda it: it.load_rows("strange.t", [{"a": 1}], schema="a"), "schema is a str"),
        (lambda it: it.load_rows("strange.t", [{"a": 1}], schema=[("a",)]), "schema is a list"),
        (lambda it: it.load_file("strange.t", None), "path is a NoneType"),
        (lambda it: it.list_tables(None), "None names no dataset"),
    ],
    ids=itertools.count(),
)
def test_argument_of_a_query_or_load_is_told(
    bigquery: BigQueryAccessor, call: Call, told: str
) -> None:
    with pytest.raises(QueryError, match=told):
        call(bigquery)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "it is no list of columns"),
        ("[]", "it is no list of columns"),
        ('[{"name": "a"}]', "column 1 has no type"),
        (None, "cannot be read"),
    ],
    ids=["mapping", "empty", "no type", "missing"],
)
def test_schema_file_that_cannot_be_used_is_told(
    bigquery: BigQueryAccessor, tmp_path: Path, text: str | None, told: str
) -> None:
    path = tmp_path / "schema.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(DataAccessError, match=told):
        bigquery.create_table_from_schema_file("strange.never", path)


@pytest.mark.parametrize("accessor", [BigQueryAccessor, GoogleCloudStorageAccessor])
def test_settings_of_another_kind_are_told(accessor: Any) -> None:
    with pytest.raises(SettingsError, match="settings is <class 'dict'>; set it to a Settings"):
        _ = accessor(settings={"gcp_backend": "local"}).client


def test_query_with_a_job_of_its_own_name_warns_of_nothing(bigquery: BigQueryAccessor) -> None:
    assert bigquery.execute_query("SELECT 1", job_id=f"mine{os.getpid()}") == [[1]]


def test_file_of_sql_that_is_no_text_is_told(bigquery: BigQueryAccessor, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_bytes(b"SELECT '\xff'")
    with pytest.raises(QueryError, match=r"a\.sql is no text in UTF-8"):
        bigquery.execute_query(tmp_path / "a.sql")


def test_table_with_a_colon_behind_its_project_is_found(bigquery: BigQueryAccessor) -> None:
    table = "strange.colon"
    assert bigquery.load_rows(f"local:{table}", [{"a": 1}]) == 1
    assert bigquery.table_exists(table)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda it, _: it.upload_bytes(None, "a", b"x"), "bucket is None"),
        (lambda it, _: it.upload_bytes("", "a", b"x"), "bucket is ''"),
        (lambda it, name: it.upload_bytes(name, None, b"x"), "path is None"),
        (lambda it, name: it.upload_bytes(f"gs://{name}", b"x"), "path is ''"),
        (lambda it, name: it.exists(name, ""), "path is ''"),
        (lambda it, name: it.exists(f"gs://{name}/a", "b"), "another path follows"),
        (lambda it, name: it.download_csv_gzip(name, 5), "path is 5"),
    ],
    ids=itertools.count(),
)
def test_name_of_an_object_is_told(
    storage: GoogleCloudStorageAccessor, bucket: Any, call: Callable[[Any, str], Any], told: str
) -> None:
    with pytest.raises(DataAccessError, match=told):
        call(storage, bucket.name)


def test_refusal_is_told_without_the_address_of_the_request(
    storage: GoogleCloudStorageAccessor, bucket: Any
) -> None:
    with pytest.raises(DataAccessError, match=r"/\.\.: Invalid object name: '\.\.'$"):
        storage.upload_csv_gzip(bucket.name, "..", [[1]])


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda it, name: it.upload_bytes(name, "a", "text"), "data is of type str"),
        (lambda it, name: it.upload_csv_gzip(name, "a", None), "rows is of type NoneType"),
        (
            lambda it, name: it.upload_csv_gzip(name, "a", [["\ud800"]]),
            "cannot be written in UTF-8",
        ),
        (lambda it, name: it.upload_csv_gzip(name, "a", [{"a": 1}], header="a"), "header is 'a'"),
        (lambda it, name: it.upload_json_lines(name, "a", None), "rows is of type NoneType"),
        (lambda it, name: it.upload_parquet(name, "a", None), "rows is of type NoneType"),
    ],
    ids=itertools.count(),
)
def test_data_of_an_upload_is_told_and_leaves_no_object(
    storage: GoogleCloudStorageAccessor, bucket: Any, call: Callable[[Any, str], Any], told: str
) -> None:
    with pytest.raises(PreprocessingError, match=told):
        call(storage, bucket.name)
    assert list(bucket.list_blobs()) == []


def test_any_bytes_are_uploaded(storage: GoogleCloudStorageAccessor, bucket: Any) -> None:
    for data in (bytearray(b"abcd"), memoryview(np.arange(2, dtype=np.int16))):
        storage.upload_bytes(bucket.name, "a", data)  # type: ignore[arg-type]
        assert storage.download_bytes(bucket.name, "a") == bytes(data)


def test_interrupt_in_the_middle_leaves_nothing(
    storage: GoogleCloudStorageAccessor, bigquery: BigQueryAccessor, bucket: Any
) -> None:
    def rows() -> Iterator[dict[str, str]]:
        for _ in range(200_000):
            yield {"a": os.urandom(40).hex()}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        storage.upload_csv_gzip(bucket.name, "a.csv.gz", rows())
    assert not storage.exists(bucket.name, "a.csv.gz")
    with pytest.raises(KeyboardInterrupt):
        bigquery.load_rows("strange.never", rows())
    assert not bigquery.table_exists("strange.never")


def test_accessors_outlive_their_local_server(tmp_path: Path) -> None:
    settings = Settings(gcp_backend="local", local_folder=tmp_path)
    bigquery, storage = (
        BigQueryAccessor(settings=settings),
        GoogleCloudStorageAccessor(settings=settings),
    )
    try:
        bigquery.create_dataset("kept")
        storage.create_bucket("kept")
        stop_local_server(tmp_path)
        with pytest.raises(DataAccessError):
            bigquery.load_rows("kept.t", [{"a": 1}])
        assert bigquery.load_rows("kept.t", [{"a": 1}]) == 1
        stop_local_server(tmp_path)
        with pytest.raises(DataAccessError):
            storage.upload_bytes("kept", "a", b"x")
        assert storage.upload_bytes("kept", "a", b"x")
    finally:
        bigquery.client.close()
        storage.client.close()
        stop_local_server(tmp_path)


def test_fork_has_connections_of_its_own(bigquery: BigQueryAccessor) -> None:
    assert bigquery.execute_query("SELECT 1") == [[1]]
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, repr(bigquery.execute_query("SELECT 2")).encode())
        finally:
            os._exit(0)
    assert bigquery.execute_query("SELECT 3") == [[3]]
    os.waitpid(child, 0)
    os.close(writing)
    assert os.read(reading, 100) == b"[[2]]"
    os.close(reading)
