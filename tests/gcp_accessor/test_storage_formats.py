"""Objects of JSON lines and Parquet, through the accessor and the real client."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ml_api_kit.errors import DataAccessError, PreconditionError, PreprocessingError
from ml_api_kit.gcp_accessor.storage import GoogleCloudStorageAccessor


@pytest.fixture
def storage(storage_client: Any) -> GoogleCloudStorageAccessor:
    return GoogleCloudStorageAccessor(client=storage_client)


@pytest.fixture
def name(bucket: Any) -> str:
    return str(bucket.name)


JSON_ROWS = [{"id": n, "name": None if n % 2 else "é\n", "parts": [n, {"a": n}]} for n in range(9)]


@pytest.mark.parametrize("path", ["rows.jsonl", "rows.jsonl.gz"])
def test_json_lines_come_back(storage: Any, name: str, path: str) -> None:
    storage.upload_json_lines(name, path, iter(JSON_ROWS))
    assert list(storage.download_json_lines(name, path)) == JSON_ROWS
    packed = storage.download_bytes(name, path)[:2]
    assert (packed == b"\x1f\x8b") is path.endswith(".gz")


def test_json_lines_hold_dates_and_decimals_as_text(storage: Any, name: str) -> None:
    row = {"day": datetime.date(2020, 1, 2), "price": Decimal("1.50")}
    frame = {"then": pd.Timestamp("2020-01-02"), "never": pd.NaT, "what": pd.NA}
    storage.upload_json_lines(name, "a.jsonl", [row, frame])
    assert storage.download_bytes(name, "a.jsonl") == (
        b'{"day":"2020-01-02","price":"1.50"}\n'
        b'{"then":"2020-01-02T00:00:00","never":null,"what":null}\n'
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([1], "Row 1 is of type list"),
        ({"a": float("nan")}, "Row 1 holds nan"),
        ({"a": [{"b": float("inf")}]}, "Row 1 holds inf"),
        ({"a": object()}, "Row 1 cannot be written: JSON cannot hold a object"),
    ],
)
def test_json_line_that_cannot_be_leaves_no_object(
    storage: Any, name: str, row: Any, message: str
) -> None:
    with pytest.raises(PreprocessingError, match=message):
        storage.upload_json_lines(name, "a.jsonl", [{"a": 1}, row])
    assert not storage.exists(name, "a.jsonl")


@pytest.mark.parametrize(("data", "line"), [(b'{"a": 1}\n[2]\n', 2), (b'{"a": 1}\n{"a"\n', 2)])
def test_json_lines_that_are_none_are_named(
    storage: Any, name: str, data: bytes, line: int
) -> None:
    storage.upload_bytes(name, "a.jsonl", data)
    with pytest.raises(DataAccessError, match=f"gs://{name}/a.jsonl is no JSON object in line"):
        list(storage.download_json_lines(name, "a.jsonl"))


def test_parquet_of_rows_and_of_a_table(storage: Any, name: str) -> None:
    rows = [{"id": n, "name": None, "scores": [0.5, n]} for n in range(3)]
    storage.upload_parquet(name, "a.parquet", iter(rows))
    table = storage.download_parquet(name, "a.parquet")
    assert table.to_pylist() == rows
    generation = storage.upload_parquet(name, "b.parquet", table, if_generation_match=0)
    assert storage.generation(name, "b.parquet") == generation
    assert storage.download_parquet(name, "b.parquet").equals(table)


def test_parquet_of_what_is_no_row_is_told(storage: Any, name: str) -> None:
    with pytest.raises(PreprocessingError, match=r"A row is of type str; .*from_pandas"):
        storage.upload_parquet(name, "a.parquet", pd.DataFrame({"a": [1]}))


def test_file_that_cannot_be_is_told(storage: Any, name: str, tmp_path: Path) -> None:
    storage.upload_bytes(name, "a", b"x")
    for target in (tmp_path, tmp_path / "none" / "a"):
        with pytest.raises(FileNotFoundError, match=f"folder that is there .*{target.name}"):
            storage.download_file(name, "a", target)


def test_parquet_that_is_none_is_named(storage: Any, name: str) -> None:
    storage.upload_bytes(name, "a.parquet", b"no parquet")
    with pytest.raises(DataAccessError, match=r"a\.parquet cannot be read as Parquet"):
        storage.download_parquet(name, "a.parquet")
    with pytest.raises(PreprocessingError, match="one type per column"):
        storage.upload_parquet(name, "b.parquet", [{"a": 1}, {"a": "x"}])


def test_uris_and_generations_are_told(storage: Any, name: str) -> None:
    assert storage.generation(name, "in/a") == 0
    generation = storage.upload_bytes(name, "in/a", b"x")
    storage.upload_bytes(name, "out", b"x")
    assert storage.list_uris(name, "in/") == [f"gs://{name}/in/a"]
    assert storage.generation(name, "in/a") == generation


def test_file_is_written_over_the_expected_generation_only(
    storage: Any, name: str, tmp_path: Path
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x")
    generation = storage.upload_file(name, "a.txt", file, if_generation_match=0)
    with pytest.raises(PreconditionError):
        storage.upload_file(name, "a.txt", file, if_generation_match=0)
    storage.upload_file(name, "a.txt", file, if_generation_match=generation)
