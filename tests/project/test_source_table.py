from pathlib import Path
from typing import Any

import pytest

from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.gcp_accessor.bigquery.files import read_table_schema
from ml_api_kit.gcp_accessor.local.process import stop_local_server
from ml_api_kit.project.source_table import source_file, table_columns, write_source_table
from ml_api_kit.schemas import ColumnSpec
from ml_api_kit.settings import Settings

COLUMNS = [
    ColumnSpec("zip code", "string", nullable=True),
    ColumnSpec("rooms", "integer", nullable=True),
    ColumnSpec("price (€)", "number", nullable=True),
    ColumnSpec("Sold?", "boolean", nullable=True),
]


def test_table_columns_are_names_that_bigquery_takes() -> None:
    names = ["a", "A", "a b", "a-b", "", "π", "_x", "row_id", "select", "1", "x" * 500]
    found = table_columns(names)
    assert list(found) == names
    assert len({name.lower() for name in found.values()} | {"row_id"}) == len(names) + 1
    for name in found.values():
        assert name.isascii()
        assert name.isidentifier()
        assert len(name) < 300


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("df = pd.read_csv('../data/car data.csv')", "car data.csv"),
        ('df = pd.read_csv("https://example.org/a/b.csv", sep=";")', "b.csv"),
        (r"df = pd.read_excel('C:\\data\\towns.xlsx')", "towns.xlsx"),
        ("iris = load_iris()", None),
        ("df = pd.DataFrame({'a': [1, 2]})", None),
        ("", None),
    ],
)
def test_source_file_is_the_one_the_code_names(text: str, expected: str | None) -> None:
    assert source_file({"text": text}) == expected


def test_a_source_table_comes_back_from_bigquery_as_it_was(tmp_path: Path) -> None:
    texts = [
        {"zip code": "00123", "rooms": "3.0", "price (€)": "0.1", "Sold?": "True"},
        {"zip code": "", "rooms": "", "price (€)": "nan", "Sold?": ""},
        {"zip code": "never read", "rooms": "x", "price (€)": "x", "Sold?": "x"},
    ]
    known: dict[int, dict[str, Any]] = {
        2: {"zip code": 'a "b",\nc', "rooms": -7, "price (€)": 0.30000000000000004, "Sold?": False}
    }
    file = tmp_path / "towns.csv"
    write_source_table(file, texts, COLUMNS, known=known)
    settings = Settings(gcp_backend="local", local_folder=tmp_path / "gcp")
    accessor = BigQueryAccessor(settings=settings)
    try:
        schema = read_table_schema(tmp_path / "towns.schema.json")
        assert accessor.load_file("d.towns", file, schema=schema) == 3
        rows = accessor.execute_query("SELECT * FROM d.towns ORDER BY row_id")
    finally:
        stop_local_server(tmp_path / "gcp")
    assert rows == [
        [1, "00123", 3, 0.1, True],
        [2, None, None, None, None],
        [3, *known[2].values()],
    ]
