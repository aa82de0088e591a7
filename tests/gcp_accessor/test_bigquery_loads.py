"""Rows, frames and files that `BigQueryAccessor` loads, and the schemas it reads them by."""

from __future__ import annotations

import datetime
import gzip
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from google.cloud import bigquery

from ml_api_kit.errors import (
    DataAccessError,
    QueryError,
)
from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.gcp_accessor.bigquery.files import read_table_schema


def test_load_frame_appends_and_replaces(accessor: BigQueryAccessor, dataset: str) -> None:
    table = f"{dataset}.made"
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
    assert accessor.load_frame(table, frame) == 2
    assert accessor.load_frame(table, frame.head(1)) == 1
    assert accessor.execute_query(f"SELECT COUNT(*) FROM {table}") == [[3]]
    assert accessor.load_frame(table, frame.tail(1), replace=True) == 1
    assert accessor.execute_query(f"SELECT * FROM {table}") == [[2, None]]


def test_load_rows_adds_and_replaces(accessor: BigQueryAccessor, answers: str) -> None:
    row = {"student": 9, "item": "z", "correct": False}
    assert accessor.load_rows(answers, iter([row])) == 1
    assert accessor.execute_query(f"SELECT COUNT(*) FROM {answers}") == [[6]]
    accessor.load_rows(answers, [row], replace=True)
    assert accessor.execute_query(f"SELECT student FROM {answers}") == [[9]]
    assert accessor.load_rows(answers, []) == 0


def test_load_rows_with_schema(accessor: BigQueryAccessor, dataset: str) -> None:
    schema = [bigquery.SchemaField("d", "DATE"), bigquery.SchemaField("n", "NUMERIC")]
    accessor.load_rows(f"{dataset}.t", [{"d": "2020-01-02", "n": "1.5"}], schema=schema)
    expected = [[datetime.date(2020, 1, 2), Decimal("1.5")]]
    assert accessor.execute_query(f"SELECT * FROM {dataset}.t") == expected


def test_load_rows_that_do_not_fit(accessor: BigQueryAccessor, answers: str) -> None:
    with pytest.raises(QueryError, match=r"to integer\. Field: student; Value: x"):
        accessor.load_rows(answers, [{"student": "x"}])
    assert accessor.execute_query(f"SELECT COUNT(*) FROM {answers}") == [[5]]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"id,name\n1,x\n2,y\n"),
        ("a.csv.gz", gzip.compress(b"id,name\n1,x\n2,y\n", mtime=0)),
        ("a.jsonl", b'{"id": 1, "name": "x"}\n{"id": 2, "name": "y"}\n'),
    ],
)
def test_load_file(
    accessor: BigQueryAccessor, dataset: str, tmp_path: Path, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert accessor.load_file(f"{dataset}.t", path) == 2
    assert accessor.load_file(f"{dataset}.t", path) == 2
    assert accessor.load_file(f"{dataset}.t", path, replace=True) == 2
    rows = accessor.execute_query(f"SELECT id, name FROM {dataset}.t ORDER BY id")
    assert rows == [[1, "x"], [2, "y"]]


def test_load_file_makes_the_dataset(accessor: BigQueryAccessor, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id\n1\n")
    accessor.load_file("fresh.t", path)
    assert accessor.list_tables("fresh") == ["t"]
    accessor.client.delete_dataset("fresh", delete_contents=True)


def test_load_file_of_unknown_kind(accessor: BigQueryAccessor, tmp_path: Path) -> None:
    with pytest.raises(DataAccessError, match=r"'\.xlsx' is no format that BigQuery loads"):
        accessor.load_file("a.b", tmp_path / "a.xlsx")


def test_load_file_takes_a_schema_for_what_the_file_cannot_say(
    accessor: BigQueryAccessor, dataset: str, tmp_path: Path
) -> None:
    file = tmp_path / "towns.csv"
    file.write_text('zip,name\n00123,""\n,a\n')
    schema = tmp_path / "towns.schema.json"
    schema.write_text('[{"name": "zip", "type": "STRING"}, {"name": "name", "type": "STRING"}]')
    accessor.load_file(f"{dataset}.towns", file, schema=read_table_schema(schema))
    rows = accessor.execute_query(f"SELECT zip, name FROM {dataset}.towns ORDER BY name")
    assert rows == [["00123", ""], [None, "a"]]


@pytest.mark.parametrize("text", ["{", '{"a": 1}', '[{"name": "a"}]', "[1]", "3"])
def test_read_table_schema_of_something_else_says_what_to_write(tmp_path: Path, text: str) -> None:
    file = tmp_path / "schema.json"
    file.write_text(text)
    with pytest.raises(DataAccessError, match="is no table schema"):
        read_table_schema(file)


def test_a_table_of_many_columns_is_loaded_and_read(
    accessor: BigQueryAccessor, dataset: str
) -> None:
    row = {f"c{place}": place / 7 for place in range(400)}
    schema = [bigquery.SchemaField(name, "FLOAT64") for name in row]
    accessor.load_rows(f"{dataset}.wide", [row, dict.fromkeys(row)], schema=schema)
    found = accessor.execute_query(f"SELECT * FROM {dataset}.wide ORDER BY c1", rows="dicts")
    assert found == [dict.fromkeys(row), row]
    assert accessor.dry_run(f"SELECT * FROM {dataset}.wide").size_bytes == 8 * 400


def test_load_file_reads_a_head_of_any_length(
    accessor: BigQueryAccessor, dataset: str, tmp_path: Path
) -> None:
    names = [f"c{place}_{'x' * 250}" for place in range(300)]
    file = tmp_path / "long.csv"
    file.write_text(f"{','.join(names)}\n{','.join(map(str, range(300)))}\n")
    assert accessor.load_file(f"{dataset}.long", file) == 1
    assert accessor.execute_query(f"SELECT {names[-1]} FROM {dataset}.long") == [[299]]


@pytest.mark.parametrize("mark", [",", "|", "\t"], ids=["comma", "pipe", "tab"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_load_file_reads_a_csv_file_alike_into_a_new_and_an_old_table(
    accessor: BigQueryAccessor, dataset: str, tmp_path: Path, mark: str, pack: Any
) -> None:
    path = tmp_path / ("a.csv" if pack is bytes else "a.csv.gz")
    path.write_bytes(pack(f'id{mark}text\n1{mark}"x, y|z\nand"\n'.encode()))
    for _ in range(2):
        assert accessor.load_file(f"{dataset}.t", path) == 1
    rows = accessor.execute_query(f"SELECT id, text FROM {dataset}.t")
    assert rows == [[1, "x, y|z\nand"]] * 2


def test_load_file_that_is_cut_is_told(
    accessor: BigQueryAccessor, dataset: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv.gz"
    accessor.load_rows(f"{dataset}.t", [{"id": 1}])
    path.write_bytes(gzip.compress(b"id\n1\n")[:12])
    with pytest.raises(DataAccessError, match="cannot be unpacked"):
        accessor.load_file(f"{dataset}.t", path)
