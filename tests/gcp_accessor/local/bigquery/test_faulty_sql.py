"""What is said of statements that are wrong, and of tables that do not fit or are gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.faults import to_bigquery_error
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from tests.gcp_accessor.local.bigquery.sql.groups import run


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(tmp_path, project="local")
    engine.run(QueryRequest("CREATE SCHEMA d"))
    yield engine
    engine.close()


def message(engine: Engine, sql: str) -> str:
    with pytest.raises(BigQueryError) as failure:
        engine.run(QueryRequest(sql))
    return failure.value.message


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT 1 +", "Syntax error: Unexpected end of script at [1:11]"),
        ("SELECT * FROM t JOIN", "Syntax error: Unexpected end of script at [1:21]"),
        ("SELECT * FROM WHERE TRUE", "Syntax error: Unexpected keyword WHERE at [1:15]"),
        ("SELEC 1", 'Syntax error: Unexpected identifier "SELEC" at [1:1]'),
        ("foo", 'Syntax error: Unexpected identifier "foo" at [1:1]'),
        ("SELECT (1", 'Syntax error: Expected ")" but got end of script at [1:10]'),
        (
            "SELECT x.y FROM (SELECT 1 AS x)",
            "Cannot access field y on a value with type INT64 at [1:10]",
        ),
        (
            "SELECT t.s.z FROM (SELECT STRUCT(1 AS a) AS s) AS t",
            "Field name z does not exist in STRUCT<a INT64> at [1:12]",
        ),
        ("SELECT 1)", 'Syntax error: Expected end of input but got ")" at [1:9]'),
        ("SELECT 'abc", "Syntax error: Unclosed string literal at [1:8]"),
        (
            "SELECT * FROM ML.PREDICT(MODEL d.m, TABLE d.t)",
            "not supported by the local BigQuery: the function ML.PREDICT",
        ),
        ("SELECT -(-9223372036854775808)", "int64 overflow: 9223372036854775808"),
    ],
)
def test_message_has_no_name_of_a_class_or_of_duckdb(engine: Engine, sql: str, said: str) -> None:
    assert message(engine, sql) == said


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT i = s FROM d.t",
        "SELECT (SELECT UPPER(i)) FROM d.t",
        "SELECT 1 FROM d.t GROUP BY i HAVING SUM(i) > 'a'",
        "CREATE TABLE d.u AS SELECT i = s AS c FROM d.t",
    ],
)
def test_types_of_a_query_that_is_only_planned_are_looked_at(engine: Engine, sql: str) -> None:
    engine.run(QueryRequest("CREATE TABLE d.t (i INT64, s STRING)"))
    with pytest.raises(BigQueryError, match="No matching signature"):
        engine.dry_run(QueryRequest(sql))
    assert engine.dry_run(QueryRequest("SELECT 1 / 0, i = 1, s = 'a' FROM d.t")).fields


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIEW d.v AS SELECT i = s AS c FROM d.t",
        "CREATE FUNCTION d.f(n NUMERIC, a ARRAY<INT64>) AS (n IN UNNEST(a))",
        "CREATE TABLE FUNCTION d.f(i INT64) AS SELECT i = 'a' AS c",
        "UPDATE d.t SET i = LENGTH(j) WHERE TRUE",
        "UPDATE d.t SET i = 1 FROM UNNEST([1]) AS x WHERE x = i AND JSON_VALUE(i, '$') = 'a'",
        "DELETE FROM d.t WHERE j LIKE 'a'",
        "DELETE FROM d.t WHERE i = s AND FALSE",
        "INSERT INTO d.t (i) VALUES (LENGTH(JSON '1'))",
        "MERGE d.t USING (SELECT 1 AS x) ON i = x WHEN MATCHED AND ARRAY_LENGTH(s) = 1 THEN DELETE",
        "MERGE d.t USING (SELECT JSON '1' AS x) ON FALSE WHEN NOT MATCHED THEN INSERT (s) "
        "VALUES (UPPER(x))",
    ],
)
def test_types_are_looked_at_in_each_statement(engine: Engine, sql: str) -> None:
    engine.run(QueryRequest("CREATE TABLE d.t (i INT64, s STRING, j JSON)"))
    assert message(engine, sql).startswith("No matching signature for ")


def test_depth_that_duckdb_does_not_take_is_refused() -> None:
    with pytest.raises(duckdb.Error) as failure:
        duckdb.connect().execute(f"SELECT {'abs(' * 1100}1{')' * 1100}")
    said = to_bigquery_error(failure.value).message
    assert said == "not supported by the local BigQuery: expressions so deep within each other"


def test_nan_that_cannot_be_parted_is_refused(engine: Engine) -> None:
    nan = "CAST('nan' AS FLOAT64)"
    for sql in (
        f"SELECT SUM(x) OVER (ORDER BY x RANGE 1 PRECEDING) FROM UNNEST([1.0, {nan}]) AS x",
        f"SELECT ARRAY_AGG(DISTINCT x ORDER BY x) FROM UNNEST([1.0, {nan}]) AS x",
        f"SELECT x FROM (SELECT 1.0 AS x) AS a RIGHT JOIN (SELECT {nan} AS x) AS b USING (x)",
    ):
        assert message(engine, sql).startswith("not supported by the local BigQuery: NaN in the ")


def test_view_names_the_base_that_is_gone(engine: Engine) -> None:
    engine.run(QueryRequest("CREATE TABLE d.`my base` (a INT64)"))
    engine.run(QueryRequest("CREATE VIEW d.inner_view AS SELECT a FROM d.`my base`"))
    engine.run(QueryRequest("CREATE VIEW d.outer_view AS SELECT a FROM d.inner_view"))
    assert run(engine, "SELECT a FROM d.outer_view") == (["INTEGER"], [])
    engine.run(QueryRequest("DROP TABLE d.`my base`"))
    for view in ("inner_view", "outer_view"):
        assert message(engine, f"SELECT a FROM d.{view}") == "Not found: Table local:d.my base"


def append(engine: Engine, sql: str) -> None:
    engine.run(
        QueryRequest(
            sql, destination=TableName("local", "d", "t"), write_disposition="WRITE_APPEND"
        )
    )


def test_appended_answer_may_lack_nullable_columns(engine: Engine) -> None:
    engine.run(QueryRequest("CREATE TABLE d.t (a INT64, b STRING, c FLOAT64)"))
    append(engine, "SELECT 'x' AS b, 1 AS a")
    assert run(engine, "SELECT * FROM d.t")[1] == [["1", "x", None]]


def test_appended_answer_has_no_other_columns(engine: Engine) -> None:
    engine.run(QueryRequest("CREATE TABLE d.t (a INT64, r INT64 NOT NULL, e INT64 DEFAULT 1)"))
    with pytest.raises(BigQueryError, match=r"Invalid schema update. Cannot add fields .field: zz"):
        append(engine, "SELECT 1 AS a, 2 AS zz")
    with pytest.raises(BigQueryError, match="without the column e, which has a default"):
        append(engine, "SELECT 1 AS a, 2 AS r")
    with pytest.raises(BigQueryError, match="Required field r cannot be null"):
        append(engine, "SELECT 1 AS a, 2 AS e")
