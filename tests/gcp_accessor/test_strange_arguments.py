"""What strangers call the accessors with: told by its name, before anything is sent."""

from __future__ import annotations

import datetime
import itertools
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_api_kit.errors import DataAccessError, PreprocessingError, QueryError, SettingsError
from ml_api_kit.gcp_accessor import BigQueryAccessor, GoogleCloudStorageAccessor
from ml_api_kit.gcp_accessor.bigquery.parameters import to_query_parameters
from ml_api_kit.gcp_accessor.local.process import LocalServer, stop_local_server
from ml_api_kit.settings import Settings

Call = Callable[[Any], Any]
EAST = datetime.timezone(datetime.timedelta(hours=5))
_numbers = itertools.count(1)


@pytest.fixture
def bigquery(server: LocalServer) -> Iterator[BigQueryAccessor]:
    accessor = BigQueryAccessor(settings=Settings(gcp_backend="local", local_folder=server.folder))
    accessor.create_dataset("strange")
    yield accessor
    accessor.client.close()


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


def loop() -> dict[str, Any]:
    row: dict[str, Any] = {}
    row["self"] = row
    return row


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (None, "rows is of type NoneType"),
        ({"a": 1}, "Row 0 is of type str"),
        ([{"a": 1}, {2: 1}], "Row 1 has the column 2"),
        ([{None: 1}], "Row 0 has the column None"),
        ([{"a": {1}}], "no BigQuery type takes a set"),
        ([{"a": 1.5, "b": [float("nan"), {1}]}], "no BigQuery type takes a set"),
    ],
    ids=itertools.count(),
)
def test_rows_of_a_load_are_told(bigquery: BigQueryAccessor, rows: Any, told: str) -> None:
    with pytest.raises(PreprocessingError, match=told):
        bigquery.load_rows("strange.never", rows)
    assert not bigquery.table_exists("strange.never")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"a": 1}, {"a": "x"}], "Row 1, column 'a': it is STRING, and INT64 in rows before"),
        ([{"a": 2**63}], "Row 0, column 'a': no BigQuery type takes a int of this size"),
        ([{"a": [1]}, {"a": 1}], "Row 1, column 'a': it holds one value, and a list"),
        ([{"a": {"b": 1}}, {"a": {"b": "x"}}], "Row 1, column 'a', field 'b': it is STRING"),
        ([{"a": Decimal("NaN")}], "it is the Decimal NaN, which no BigQuery type takes"),
        ([{"a": Decimal("1e-39")}], "it has more digits than BIGNUMERIC keeps"),
        ([{"a": Decimal("5.8e38")}], "it has more digits than BIGNUMERIC keeps"),
        ([{"a": {}}], "'a' holds mappings without any key"),
        ([{}, {}], "None of the rows has a column"),
        ([{"a": [1, None]}], "Row 0, column 'a': a list holds None"),
        ([{"a": "x"}, {"a": float("nan")}], "Row 1, column 'a': it is NaN, .* None for what is"),
        ([{"a": datetime.time(1, tzinfo=datetime.UTC)}], "it has a time zone, which TIME lacks"),
        ([{"a": pd.Timestamp("2020-01-01T00:00:00.000000001")}], "it has nanoseconds"),
        ([{"a": np.datetime64("2020-01-01T00:00:00.000000001")}], "Row 0 .* parts of a microsec"),
        ([{"a": np.datetime64("10000-01-01T00:00:00")}], "Row 0 cannot be loaded: .* year 9999"),
        ([{"a": np.timedelta64(5, "ns")}], "Row 0 .* parts of a microsecond"),
        ([{"a": np.timedelta64(5000, "ns")}], "no BigQuery type takes a timedelta"),
        ([{"a": ""}, {"a": "\ud800"}], "Row 1 cannot be loaded: a text holds half of a character"),
        (pd.DataFrame({"a": [1]}), "rows is a DataFrame of pandas; give .* load_frame"),
    ],
    ids=itertools.count(),
)
def test_values_that_make_no_column_are_told(
    bigquery: BigQueryAccessor, rows: list[dict[str, Any]], told: str
) -> None:
    with pytest.raises(PreprocessingError, match=told):
        bigquery.load_rows("strange.never", rows)
    assert not bigquery.table_exists("strange.never")


def test_new_table_has_the_types_of_the_values(bigquery: BigQueryAccessor) -> None:
    row = {
        "text": "2020-01-02",
        "digits": "007",
        "raw": b"\x00\xff",
        "exact": Decimal("0.1"),
        "long": Decimal("1e-30"),
        "day": datetime.date(2020, 1, 2),
        "here": datetime.datetime(2020, 1, 2, 3),
        "then": datetime.datetime(2020, 1, 2, 3, tzinfo=datetime.UTC),
        "clock": datetime.time(1, 2),
        "inner": {"many": [1, 2.5], "none": None},
        "empty": [],
    }
    table = f"strange.typed{next(_numbers)}"
    assert bigquery.load_rows(table, [{"text": None}, row]) == 2
    [found] = bigquery.execute_query(f"SELECT * FROM {table} WHERE text IS NOT NULL", rows="dicts")
    assert found == {**row, "inner": {"many": [1.0, 2.5], "none": None}}


def test_row_that_holds_itself_is_told(bigquery: BigQueryAccessor) -> None:
    with pytest.raises(PreprocessingError, match="Row 0 cannot be loaded"):
        bigquery.load_rows("strange.never", [loop()])


# The client's own remark, before it fails.
@pytest.mark.filterwarnings("ignore:Could not determine the type of columns:UserWarning")
@pytest.mark.parametrize(
    "column", [[1, "x"], pd.period_range("2020", "2021", freq="Y")], ids=["mixed", "periods"]
)
def test_column_of_a_frame_without_a_type_is_told(bigquery: BigQueryAccessor, column: Any) -> None:
    with pytest.raises(PreprocessingError, match=r"cannot be loaded into .*strange\.never"):
        bigquery.load_frame("strange.never", pd.DataFrame({"a": column}))


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


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({1: 2}, "params names a value 1; a name is a text"),
        ({"": 2}, "params names a value ''"),
        ({"x": {1: 2}}, "params names a value 1"),
        ({"x": [{"a": 1}, {"b": 1}]}, "'x' holds mappings of different fields"),
        ({"x": [{"a": "x"}, {"a": 1}]}, "'x' holds mappings of different fields"),
        ({"x": Decimal("1e-39")}, "'x' has more digits than BIGNUMERIC keeps"),
        ({"x": Decimal("sNaN")}, "'x' is the Decimal sNaN"),
        ({"x": "\ud800"}, "'x' holds half of a character"),
        (
            {"x": datetime.datetime.min.replace(tzinfo=EAST)},
            "'x' is outside of the years 1 to 9999",
        ),
        ([datetime.time(1, tzinfo=EAST)], "A positional parameter has a time zone"),
        ([np.datetime64("2020-01-01T00:00:00.000000001")], "parts of a microsecond"),
        ([[pd.Timestamp("2020-01-01T00:00:00.000000001")]], "has nanoseconds"),
    ],
    ids=itertools.count(),
)
def test_parameter_that_bigquery_does_not_keep_is_told(params: Any, told: str) -> None:
    with pytest.raises(QueryError, match=told):
        to_query_parameters(params)


def test_moments_and_edges_are_taken_whole(bigquery: BigQueryAccessor) -> None:
    moment, early = datetime.datetime(2020, 1, 2, 3), datetime.datetime(1, 2, 3, 4, 5, 6, 7)
    params = [
        np.datetime64(moment, "ns"),
        np.array([moment], dtype="M8[ns]"),
        early,
        [early],
        Decimal("-578960446186580977117854925043439539266.34992332820282019728792003956564819968"),
        Decimal("1e-38"),
    ]
    expected = [moment, [moment], early, [early], *params[4:]]
    assert bigquery.execute_query("SELECT ?, ?, ?, ?, ?, ?", params) == [expected]
    table = f"strange.moments{next(_numbers)}"
    row = {"a": params[0], "b": params[1], "c": pd.NaT, "d": pd.NA, "e": "☃"}
    bigquery.load_rows(table, [row])
    # Now that it is there the types are its own.
    bigquery.load_rows(table, [row])
    assert (
        bigquery.execute_query(f"SELECT * FROM {table}")
        == [[moment, [moment], None, None, "☃"]] * 2
    )


def test_values_of_numpy_are_taken(bigquery: BigQueryAccessor) -> None:
    row = {"n": np.int64(3), "x": np.float64(0.5), "is": np.bool_(True), "many": np.array([1, 2])}
    assert bigquery.execute_query("SELECT @n, @x, @is, @many", row) == [[3, 0.5, True, [1, 2]]]
    table = f"strange.numpy{next(_numbers)}"
    assert bigquery.load_rows(table, [row]) == 1
    assert bigquery.execute_query(f"SELECT n, x, `is`, many FROM {table}") == [
        [3, 0.5, True, [1, 2]]
    ]


def test_table_with_a_colon_behind_its_project_is_found(bigquery: BigQueryAccessor) -> None:
    table = f"strange.colon{next(_numbers)}"
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
