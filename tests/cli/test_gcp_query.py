"""`mlapi gcp load` and `mlapi gcp query` on a local server."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from ml_api_kit.cli.gcp import gcp
from ml_api_kit.errors import QueryError
from ml_api_kit.gcp_accessor.answer_formats import csv_lines, json_lines, table_lines
from ml_api_kit.gcp_accessor.local.process import stop_local_server


@pytest.fixture(scope="module", autouse=True)
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("query")
    file = folder / "answers.csv"
    file.write_text('student,item,score\ns1,1,0.5\ns2,2,\n"s, 3",3,1.5\n')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLAPI_LOCAL_FOLDER", str(folder / "gcp"))
        patch.setenv("MLAPI_GCP_BACKEND", "local")
        for name in ("BIGQUERY_EMULATOR_HOST", "STORAGE_EMULATOR_HOST"):
            patch.delenv(name, raising=False)
        assert run("load", str(file)) == (f"Loaded 3 rows of {file} into data.answers.\n", "")
        yield
        stop_local_server(folder / "gcp")


def run(*words: str) -> tuple[str, str]:
    result = CliRunner().invoke(gcp, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


def query(*words: str) -> list[str]:
    return run("query", *words)[0].splitlines()


def test_query_prints_a_table() -> None:
    assert query("SELECT * FROM data.answers ORDER BY item") == [
        "student  item  score",
        "-------  ----  -----",
        "s1          1    0.5",
        "s2          2   NULL",
        "s, 3        3    1.5",
    ]


def test_query_prints_csv_and_json() -> None:
    sql = "-- a comment\nSELECT student, score FROM data.answers WHERE item > 1 ORDER BY item"
    assert query(sql, "--format", "csv") == ["student,score", "s2,", '"s, 3",1.5']
    lines = query(sql, "--format", "json")
    assert [json.loads(line) for line in lines] == [
        {"student": "s2", "score": None},
        {"student": "s, 3", "score": 1.5},
    ]


def test_query_takes_parameters_and_a_file(tmp_path: Path) -> None:
    file = tmp_path / "query.sql"
    file.write_text("SELECT item FROM data.answers WHERE student = @name AND item >= @least")
    given = ["--file", str(file), "--param", "name=s2", "--param", "least=1", "--format", "csv"]
    assert query(*given) == ["item", "2"]


def test_query_says_that_there_is_more() -> None:
    numbers = "SELECT n FROM UNNEST(GENERATE_ARRAY(1, 20000)) AS n ORDER BY n"
    output, errors = run("query", numbers)
    assert (len(output.splitlines()), "more rows than 100" in errors) == (102, True)
    assert len(query(numbers, "--format", "csv")) == 20_001
    assert len(query(numbers, "--format", "json", "--max-rows", "2")) == 2


def test_query_without_rows_says_so() -> None:
    output, errors = run("query", "CREATE OR REPLACE TABLE data.made AS SELECT 1 AS one")
    assert (output, errors) == ("", "Done; the statement gives no rows.\n")


def test_query_dry_run_tells_bytes_and_price() -> None:
    [line] = query("SELECT student FROM data.answers", "--dry-run")
    assert line == "It would read 14 bytes, for 0.0001 USD."


def test_query_that_is_wrong_is_an_error() -> None:
    with pytest.raises(QueryError, match="Unrecognized name: nope"):
        run("query", "SELECT nope FROM data.answers")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["SELECT 1", "--file", __file__],
        ["SELECT 1", "--param", "x"],
        ["SELECT 1", "--max-rows", "9" * 30],
    ],
)
def test_query_usage_is_checked(words: list[str]) -> None:
    result = CliRunner().invoke(gcp, ["query", *words])
    assert result.exit_code == 2


def test_start_tells_where_the_read_api_is() -> None:
    assert "The Storage Read API (gRPC) is at 127.0.0.1:" in run("start")[0]


def test_lines_of_nothing() -> None:
    assert list(table_lines(["a"], [])) == ["a", "-"]
    assert list(csv_lines(["a"], [])) == ["a"]


def test_lines_of_odd_values() -> None:
    assert list(table_lines(["a"], [["\x1b[31m\t\n"]]))[2:] == [r"\x1b[31m\t\n"]
    [line] = json_lines(["a", "b"], [[math.nan, [{"c": -math.inf}, 0.5]]])
    assert line == '{"a": "NaN", "b": [{"c": "-Infinity"}, 0.5]}'


@pytest.mark.parametrize("value", ["null", "[]"])
def test_parameter_without_a_type_says_what_to_write(value: str) -> None:
    result = CliRunner().invoke(gcp, ["query", "SELECT @x", "--param", f"x={value}"])
    assert result.exit_code == 2
    assert "CAST(NULL AS INT64)" in result.stderr


def test_tables_of_tabs_are_loaded_column_by_column(tmp_path: Path) -> None:
    file = tmp_path / "tabs.csv"
    file.write_text("a\tb\n1\tx\n")
    run("load", str(file))
    assert query("SELECT b FROM data.tabs", "--format", "csv") == ["b", "x"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("name;score\nJosé;1\n".encode(), ()),
        ("name;score\nJosé;1\n".encode("latin-1"), ("--encoding", "ISO-8859-1")),
        ("name~score\nJosé~1\n".encode(), ("--delimiter", "~")),
        ("name;score\rJosé;1\r".encode(), ()),
    ],
    ids=["semicolons", "latin-1", "named", "carriage returns"],
)
def test_load_of_csv_of_another_kind(tmp_path: Path, data: bytes, words: tuple[str, ...]) -> None:
    file = tmp_path / "kinds.csv"
    file.write_bytes(data)
    # The second load is into a table that is there.
    for replace in (("--replace",), ()):
        run("load", str(file), *words, *replace)
    assert query("SELECT DISTINCT name, score FROM data.kinds", "--format", "csv")[1:] == ["José,1"]


def test_load_of_json_has_no_delimiter(tmp_path: Path) -> None:
    file = tmp_path / "kinds.jsonl"
    file.write_text('{"a": 1}\n')
    with pytest.raises(QueryError, match=r"kinds\.jsonl is no CSV file; delimiter and encoding"):
        run("load", str(file), "--delimiter", ";")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--param", "a"), "'a' is no NAME=JSON"),
        (("--param", "a=null"), "a=null has no type"),
        (("--param", "a=1", "--param", "a=2"), "a is given twice"),
    ],
    ids=["no value", "null", "twice"],
)
def test_parameter_that_cannot_be_is_told(words: tuple[str, ...], told: str) -> None:
    result = CliRunner().invoke(gcp, ["query", "SELECT @a", *words])
    assert (result.exit_code, told in result.output) == (2, True)
