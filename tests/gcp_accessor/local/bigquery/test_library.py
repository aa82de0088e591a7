"""The functions of a new database: made when a query calls them, all of them before a change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ml_api_kit.gcp_accessor.local.bigquery import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.library import library
from ml_api_kit.gcp_accessor.local.bigquery.opening import DATABASE_NAME
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder in which nothing is kept yet."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder / "ml-api-kit"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(tmp_path, project="local")
    yield engine
    engine.close()


def made(folder: Path) -> set[str]:
    """The macros in a database that no engine has open."""
    connection = duckdb.connect(folder / DATABASE_NAME)
    rows = connection.execute(
        "SELECT function_name FROM duckdb_functions() WHERE function_type = 'macro'"
        " AND contains(function_name, 'bq_') AND NOT internal"
    ).fetchall()
    connection.close()
    return {name for (name,) in rows} - {"bq_macros_are"}


def answer(engine: Engine, query: str) -> list[str]:
    result = engine.run(QueryRequest(query))
    return engine.rows_json(result.table_sql, result.fields, start=0, count=10)


def test_query_makes_what_it_calls_and_no_more(tmp_path: Path) -> None:
    engine = Engine(tmp_path, project="local")
    assert answer(engine, "SELECT 1") == ['{"f":[{"v":"1"}]}']
    before = len(library.macro_names())
    assert answer(engine, "SELECT 7 / 2") == ['{"f":[{"v":"3.5"}]}']
    engine.close()
    assert 0 < len(made(tmp_path)) < before / 2


def test_reopened_database_goes_on_making(tmp_path: Path) -> None:
    for query in ("SELECT 7 / 2", "SELECT LPAD('a', 3)", "SELECT 7 / 2, LPAD('a', 3)"):
        engine = Engine(tmp_path, project="local")
        answer(engine, query)
        engine.close()
    engine = Engine(tmp_path, project="local")
    engine.complete()
    engine.close()
    assert made(tmp_path) == library.macro_names()


def test_change_makes_all(engine: Engine, tmp_path: Path) -> None:
    engine.run(QueryRequest("CREATE SCHEMA exams"))
    engine.close()
    assert made(tmp_path) == library.macro_names()


def test_other_version_makes_all_anew(tmp_path: Path) -> None:
    connection = duckdb.connect(tmp_path / DATABASE_NAME)
    connection.execute("CREATE MACRO bq_macros_are() AS 'another'")
    connection.execute("CREATE MACRO bq_lpad(a, b) AS 'stale'")
    connection.close()
    engine = Engine(tmp_path, project="local")
    assert answer(engine, "SELECT LPAD('a', 3)") == ['{"f":[{"v":"  a"}]}']
    engine.close()
    assert made(tmp_path) == library.macro_names()


def test_view_of_a_reopened_database_finds_its_functions(tmp_path: Path) -> None:
    engine = Engine(tmp_path, project="local")
    engine.run(QueryRequest("CREATE SCHEMA exams"))
    engine.run(QueryRequest("CREATE VIEW exams.halves AS SELECT 7 / 2 AS half"))
    engine.close()
    engine = Engine(tmp_path, project="local")
    assert answer(engine, "SELECT half FROM exams.halves") == ['{"f":[{"v":"3.5"}]}']
    engine.close()


def test_new_folder_begins_with_what_another_has_made(cache: Path, tmp_path: Path) -> None:
    first = Engine(tmp_path / "first", project="local")
    first.run(QueryRequest("CREATE SCHEMA exams"))
    first.close()
    second = Engine(tmp_path / "second", project="local")
    with pytest.raises(BigQueryError, match=r"Not found: Dataset local:exams"):
        answer(second, "SELECT * FROM exams.halves")
    second.close()
    assert made(tmp_path / "second") == library.macro_names()
    assert [kept.name.partition("-")[0] for kept in cache.iterdir()] == ["bigquery"]


def test_damaged_library_is_made_anew(
    cache: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = Engine(tmp_path / "first", project="local")
    first.complete()
    first.close()
    kept = next(cache.iterdir())
    kept.write_bytes(kept.read_bytes()[:1000])
    second = Engine(tmp_path / "second", project="local")
    assert "is damaged; it is removed, and made anew" in caplog.text
    assert answer(second, "SELECT LPAD('a', 3)") == ['{"f":[{"v":"  a"}]}']
    second.close()


def test_library_that_cannot_be_kept_is_no_error(
    cache: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache.write_text("a file where the folder would be")
    engine = Engine(tmp_path, project="local")
    engine.complete()
    assert answer(engine, "SELECT LPAD('a', 3)") == ['{"f":[{"v":"  a"}]}']
    engine.close()
    assert "cannot be kept" in caplog.text
