"""Functions in SQL: temporary and lasting, over any type, of tables and of aggregates.

That a column comes before an argument of its name is what Google's analyzer does; the answers are
those that the bodies give with their arguments put in.
"""

from __future__ import annotations

from typing import Any

import pytest

from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from tests.gcp_accessor.local.bigquery.statements.conftest import Ask

TEMPORARY: list[tuple[str, list[list[Any]]]] = [
    ("f(x INT64) AS (x + 1); SELECT f(1), f(NULL)", [["2", None]]),
    ("f(x FLOAT64) AS (x); SELECT f(1), f(NUMERIC '1.5')", [["1.0", "1.5"]]),
    ("f(d DATE) AS (DATE_ADD(d, INTERVAL 1 DAY)); SELECT f('2020-02-28')", [["2020-02-29"]]),
    ("f(x ANY TYPE) AS (x * 2); SELECT f(2), f(1.5)", [["4", "3.0"]]),
    ("f(x INT64) RETURNS FLOAT64 AS (x); SELECT f(2)", [["2.0"]]),
    (
        "f(s STRUCT<a INT64, b STRING>) AS (CONCAT(s.b, CAST(s.a AS STRING))); SELECT f((1, 'x'))",
        [["x1"]],
    ),
    (
        "f(a ARRAY<INT64>) AS ((SELECT SUM(e) FROM UNNEST(a) AS e)); SELECT f([1, 2]), f([])",
        [["3", None]],
    ),
    (
        "f(a ARRAY<INT64>) AS (ARRAY(SELECT e * 2 FROM UNNEST(a) AS e ORDER BY e)); "
        "SELECT f(v) FROM (SELECT [2, 1] AS v)",
        [[["2", "4"]]],
    ),
    # A name of the caller's meets one of the body's own, and each keeps its meaning.
    (
        "f(a INT64) AS ((SELECT SUM(e) FROM UNNEST([1, 9]) AS e WHERE e < a)); "
        "SELECT f(e) FROM (SELECT 5 AS e)",
        [["1"]],
    ),
    # A column comes before an argument.
    ("f(x INT64) AS ((SELECT x FROM (SELECT 'a' AS x))); SELECT f(1)", [["a"]]),
    ("f() AS (7); SELECT f() + f()", [["14"]]),
]


@pytest.mark.parametrize(("sql", "rows"), TEMPORARY)
def test_temporary_function_answers(ask_shared: Ask, sql: str, rows: list[list[Any]]) -> None:
    assert ask_shared(f"CREATE TEMP FUNCTION {sql}") == rows


WRONG = [
    ("f(x STRING) AS (x); SELECT f(1)", "Unable to coerce type INT64 to expected type STRING"),
    ("f(x ARRAY<INT64>) AS (x); SELECT f([1.5])", "type FLOAT64 does not coerce to INT64"),
    ("f(x INT64) AS (x); SELECT f(1, 2)", "Number of arguments does not match for function f"),
    ("f(x INT64) AS (nope); SELECT 1", "Unrecognized name: nope"),
    ("f(x FLOAT64) RETURNS FLOAT64 LANGUAGE js AS 'return x'; SELECT 1", "functions in JS"),
    ("f(x FLOAT64) AS (x - x); SELECT f(RAND())", "a value that differs each time"),
    ("f(x INT64, x INT64) AS (x); SELECT 1", "Duplicate argument name x"),
    ("f(x INT64) AS (f(x)); SELECT f(1)", "Function not found: f|in a circle"),
]


@pytest.mark.parametrize(("sql", "message"), WRONG)
def test_temporary_function_that_is_wrong(shared: Engine, sql: str, message: str) -> None:
    with pytest.raises(BigQueryError, match=message):
        shared.run(QueryRequest(f"CREATE TEMP FUNCTION {sql}"))


def test_temporary_functions_call_each_other(ask_shared: Ask) -> None:
    functions = (
        "CREATE TEMP FUNCTION f(x INT64) AS (x + 1); CREATE TEMP FUNCTION g(y INT64) AS (f(y) * 2);"
    )
    assert ask_shared(f"{functions} SELECT g(1)") == [["4"]]


def test_aggregate_function(ask_shared: Ask) -> None:
    assert ask_shared(
        "CREATE TEMP AGGREGATE FUNCTION mean(x FLOAT64) AS (SUM(x) / COUNT(x)); "
        "SELECT k, mean(v) FROM UNNEST([STRUCT('a' AS k, 1 AS v), ('a', 2), ('b', 5)]) "
        "GROUP BY k ORDER BY k"
    ) == [["a", "1.5"], ["b", "5.0"]]


@pytest.fixture
def table(ask: Ask) -> str:
    ask("CREATE SCHEMA d")
    ask("CREATE TABLE d.t AS SELECT 1 AS id, 'a' AS name UNION ALL SELECT 2, 'b'")
    return "d.t"


def test_lasting_function_reads_tables_for_each_row(ask: Ask, table: str) -> None:
    ask(f"CREATE FUNCTION d.below(lim INT64) AS ((SELECT COUNT(*) FROM {table} WHERE id < lim))")
    assert ask(f"SELECT id, d.below(id) FROM {table} ORDER BY id") == [["1", "0"], ["2", "1"]]
    assert ask("SELECT `local.d.below`(9), local.d.below(2)") == [["2", "1"]]
    assert ask("SELECT x, d.below(x) FROM UNNEST([2, 3]) AS x ORDER BY x") == [
        ["2", "1"],
        ["3", "2"],
    ]


def test_lasting_function_is_replaced_skipped_and_dropped(
    fresh: Engine, ask: Ask, table: str
) -> None:
    ask("CREATE FUNCTION d.f(x INT64) AS (x)")
    with pytest.raises(BigQueryError, match=r"Already Exists: Routine local:d\.f"):
        fresh.run(QueryRequest("CREATE FUNCTION d.f(x INT64) AS (x)"))
    skipped = fresh.run(QueryRequest("CREATE FUNCTION IF NOT EXISTS d.f(x INT64) AS (x * 9)"))
    assert (skipped.kind, skipped.ddl_operation) == ("CREATE_FUNCTION", "SKIP")
    ask("CREATE OR REPLACE FUNCTION d.f(x INT64) AS (x * 3)")
    assert ask("SELECT d.f(2)") == [["6"]]
    assert str(fresh.run(QueryRequest("DROP FUNCTION d.f")).ddl_routine) == "local:d.f"
    ask("DROP FUNCTION IF EXISTS d.f")
    with pytest.raises(BigQueryError, match=r"Function not found: d\.f"):
        fresh.run(QueryRequest("SELECT d.f(2)"))


def test_lasting_function_survives_a_restart(ask: Ask, fresh: Engine, table: str) -> None:
    ask("CREATE FUNCTION d.f(x ANY TYPE) AS (x)")
    with fresh.reading() as cursor:
        (routine,) = fresh.catalog.routines.of_dataset(cursor, fresh_dataset())
    assert routine["routineType"] == "SCALAR_FUNCTION"
    assert routine["arguments"] == [{"name": "x", "argumentKind": "ANY_TYPE"}]
    assert routine["definitionBody"] == "x"


def fresh_dataset() -> Any:
    from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName

    return DatasetName("local", "d")


def test_table_function_gives_rows(ask: Ask, fresh: Engine, table: str) -> None:
    ask(f"CREATE TABLE FUNCTION d.upto(lim INT64) AS SELECT id, name FROM {table} WHERE id <= lim")
    assert ask("SELECT name FROM d.upto(1)") == [["a"]]
    assert ask("SELECT u.name FROM d.upto(2) AS u ORDER BY name DESC") == [["b"], ["a"]]
    assert ask("DECLARE n INT64 DEFAULT 1; SELECT COUNT(*) FROM d.upto(n)") == [["1"]]
    with pytest.raises(BigQueryError, match="must be constant"):
        fresh.run(QueryRequest(f"SELECT * FROM {table} AS t, d.upto(t.id)"))
    ask(
        "CREATE TABLE FUNCTION d.typed(n INT64) RETURNS TABLE<x FLOAT64, y STRING> "
        "AS SELECT 'a' AS y, n AS x"
    )
    assert ask("SELECT * FROM d.typed(2)") == [["2.0", "a"]]


def test_dataset_with_a_function_is_in_use(fresh: Engine, ask: Ask) -> None:
    ask("CREATE SCHEMA d")
    ask("CREATE FUNCTION d.f() AS (1)")
    with pytest.raises(BigQueryError, match="still in use"):
        fresh.run(QueryRequest("DROP SCHEMA d"))
    ask("DROP SCHEMA d CASCADE")


TABLES = [
    ("f(t TABLE<a INT64, b STRING>, m INT64) AS SELECT a * m AS v, b FROM t WHERE a > 1",
     "SELECT v, b FROM d.f(TABLE d.s, 10)", [["20", "y"]]),
    ("f(t TABLE<a INT64>) AS SELECT * FROM t",
     "SELECT * FROM d.f((SELECT 5 AS a, 'extra' AS b))", [["5"]]),
    ("f(t TABLE<a FLOAT64>) AS SELECT a FROM t AS x WHERE x.a > 1",
     "SELECT z.a FROM d.f(TABLE d.s) AS z", [["2.0"]]),
    ("f(t ANY TABLE) AS SELECT COUNT(*) AS n FROM t",
     "WITH w AS (SELECT 1 AS q UNION ALL SELECT 2) SELECT n FROM d.f(TABLE w)", [["2"]]),
    # What is given for one parameter may be named as another one.
    ("f(t TABLE<a INT64>, u TABLE<a INT64>) AS SELECT t.a, u.a AS b FROM t, u",
     "WITH t AS (SELECT 1 AS a), u AS (SELECT 2 AS a) SELECT * FROM d.f(TABLE u, TABLE t)",
     [["2", "1"]]),
]  # fmt: skip


@pytest.mark.parametrize(("function", "query", "rows"), TABLES)
def test_table_function_takes_tables(
    ask: Ask, function: str, query: str, rows: list[list[Any]]
) -> None:
    ask("CREATE SCHEMA d; CREATE TABLE d.s AS SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, 'y'")
    ask(f"CREATE TABLE FUNCTION d.{function}")
    assert ask(query) == rows


WRONG_TABLES = [
    ("f(t TABLE<a INT64>) AS SELECT b FROM t", "SELECT 1", "Unrecognized name: b"),
    ("f(t TABLE<a INT64>) AS SELECT a FROM t", "SELECT * FROM d.f(5)", "must be a table"),
    ("f(t TABLE<a INT64>) AS SELECT a FROM t", "SELECT * FROM d.f((SELECT 1 AS b))",
     "Name a not found"),
    ("f(t TABLE<a INT64>) AS SELECT a FROM t", "SELECT * FROM d.f((SELECT 'x' AS a))",
     "Unable to coerce type STRING"),
    ("f(t TABLE<a INT64>) AS WITH w AS (SELECT 9 AS a) SELECT t.a FROM t, w",
     "WITH w AS (SELECT 1 AS a) SELECT * FROM d.f(TABLE w)", "has a query named as"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "query", "message"), WRONG_TABLES)
def test_table_function_refuses_other_tables(
    ask: Ask, function: str, query: str, message: str
) -> None:
    ask("CREATE SCHEMA d")
    with pytest.raises(BigQueryError, match=message):
        ask(f"CREATE TABLE FUNCTION d.{function}; {query}")
