"""What the engine answers, value by value, and what it refuses rather than answer wrongly."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.translation.allowed import check_allowed
from ml_api_kit.gcp_accessor.local.bigquery.translation.rewrites import load_rewrites
from ml_api_kit.gcp_accessor.local.bigquery.translation.translate import parse_statement


def answer(engine: Engine, sql: str, *parameters: dict[str, Any]) -> list[list[Any]]:
    result = engine.run(QueryRequest(sql, parameters=list(parameters)))
    assert result.table_sql is not None
    rows = engine.rows_json(result.table_sql, result.fields, start=0, count=1000)
    return [[_plain(cell) for cell in json.loads(row)["f"]] for row in rows]


def _plain(cell: dict[str, Any]) -> Any:
    value = cell["v"]
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return tuple(_plain(item) for item in value["f"])
    return value


def kinds(engine: Engine, sql: str) -> list[str]:
    return [field["type"] for field in engine.run(QueryRequest(sql)).fields]


ANSWERS = [
    # Division: FLOAT64 of INT64, NULL only where SAFE says so, towards zero in DIV and MOD.
    ("7 / 2", "3.5"),
    ("4 / 2", "2.0"),
    ("DIV(-7, 2)", "-3"),
    ("MOD(-7, 2)", "-1"),
    ("SAFE_DIVIDE(1, 0)", None),
    ("SAFE_DIVIDE(1, 4)", "0.25"),
    # Rounding is away from zero.
    ("CAST(2.5 AS INT64)", "3"),
    ("CAST(-2.5 AS INT64)", "-3"),
    ("ROUND(2.5)", "3.0"),
    ("ROUND(-1.234, 2)", "-1.23"),
    ("ROUND(2.675, 2)", "2.67"),
    ("ROUND(0.125, 2)", "0.13"),
    ("ROUND(-0.125, 2)", "-0.13"),
    ("ROUND(1.005, 2)", "1.0"),
    ("ROUND(0.285, 2)", "0.28"),
    ("CAST(1.0 AS STRING)", "1"),
    ("CAST(1.25 AS STRING)", "1.25"),
    ("CAST(1 / 3 AS STRING)", "0.33333333333333331"),
    ("CAST(0.1 AS STRING)", "0.1"),
    ("CAST(1e15 AS STRING)", "1e+15"),
    ("CAST(123456789012345680.0 AS STRING)", "1.2345678901234568e+17"),
    ("CAST(-0.0 AS STRING)", "0"),
    ("CAST(CAST('inf' AS FLOAT64) AS STRING)", "inf"),
    ("SAFE_CAST('24:00:00' AS TIME)", None),
    ("SAFE_CAST('2020-01-01 24:00:00' AS DATETIME)", None),
    ("CAST(TRUE AS STRING)", "true"),
    ("CAST('TRUE' AS BOOL)", "true"),
    ("SAFE_CAST('yes' AS BOOL)", None),
    ("SAFE_CAST('1.5' AS INT64)", None),
    ("SAFE_CAST('2020-02-30' AS DATE)", None),
    ("CAST(DATE '2020-01-02' AS STRING)", "2020-01-02"),
    ("CAST(TIMESTAMP '2020-01-02 03:04:05+01' AS STRING)", "2020-01-02 02:04:05+00"),
    ("CAST('abc' AS BYTES)", "YWJj"),
    ("NUMERIC '0.1' + NUMERIC '0.2'", "0.3"),
    ("POW(2, 10)", "1024.0"),
    ("LOG10(1000)", "3.0"),
    ("GREATEST(1, 3, 2)", "3"),
    ("LEAST(1, NULL)", None),
    ("9007199254740993 + 0", "9007199254740993"),
    # Text.
    ("LENGTH('é漢')", "2"),
    ("BYTE_LENGTH('é')", "2"),
    ("LENGTH(b'abc')", "3"),
    ("SUBSTR('apple', 2)", "pple"),
    ("SUBSTR('apple', -2)", "le"),
    ("SUBSTR('apple', -9)", "apple"),
    ("SUBSTR('apple', 0, 2)", "ap"),
    ("TRIM('\\t a \\n')", "a"),
    ("LTRIM('xxa', 'x')", "a"),
    ("REVERSE('abc')", "cba"),
    ("REPLACE('abc', '', 'x')", "abc"),
    ("SPLIT('a,b')", ["a", "b"]),
    ("LPAD('7', 3, '0')", "007"),
    ("STRPOS('banana', 'na')", "3"),
    ("CONCAT('a', NULL)", None),
    ("'50%' LIKE '50\\\\%'", "true"),
    ("'50x' LIKE '50\\\\%'", "false"),
    ("'apple' NOT LIKE 'a%'", "false"),
    ("REGEXP_EXTRACT('ab12', r'\\d+')", "12"),
    ("REGEXP_EXTRACT('ab12', r'[a-z](\\d)')", "1"),
    ("REGEXP_EXTRACT('ab', r'\\d')", None),
    ("REGEXP_EXTRACT_ALL('a1b2', r'\\d')", ["1", "2"]),
    ("REGEXP_REPLACE('aaa', 'a', 'b')", "bbb"),
    ("REGEXP_CONTAINS('abc', 'b.')", "true"),
    ('JSON_VALUE(\'{"a": {"b": "x"}}\', \'$.a.b\')', "x"),
    ("JSON_VALUE('{\"a\": [1]}', '$.a')", None),
    ("TO_BASE64(b'a')", "YQ=="),
    ("FROM_BASE64('YQ==')", "YQ=="),
    ("TO_HEX(b'a')", "61"),
    ("TO_HEX(MD5('a'))", "0cc175b9c0f1b6a831c399e269772661"),
    ("CAST('nan' AS FLOAT64)", "NaN"),
    ("CAST('-inf' AS FLOAT64)", "-Infinity"),
    # Dates stay dates, weeks begin on Sunday, timestamps count whole units.
    ("DATE_ADD(DATE '2020-01-31', INTERVAL 1 MONTH)", "2020-02-29"),
    ("DATE_SUB('2020-03-01', INTERVAL 1 DAY)", "2020-02-29"),
    ("DATE_DIFF(DATE '2020-01-05', DATE '2020-01-04', WEEK)", "1"),
    ("DATE_DIFF(DATE '2020-01-05', DATE '2020-01-04', WEEK(MONDAY))", "0"),
    ("DATE_DIFF(DATE '2024-01-08', DATE '2024-01-07', WEEK(MONDAY))", "1"),
    ("DATE_DIFF(DATE '2023-12-31', DATE '2024-01-01', ISOWEEK)", "-1"),
    ("DATE_DIFF(DATE '2024-01-11', DATE '2024-01-10', WEEK(THURSDAY))", "1"),
    (
        "DATETIME_DIFF(DATETIME '2023-12-31 00:00:00', DATETIME '2024-01-01 00:00:00', ISOWEEK)",
        "-1",
    ),
    ("DATE_DIFF(DATE '2020-02-01', DATE '2020-01-31', MONTH)", "1"),
    ("DATE_TRUNC(DATE '2020-01-08', WEEK)", "2020-01-05"),
    ("DATE_TRUNC(DATE '2020-01-05', WEEK)", "2020-01-05"),
    ("DATE_TRUNC(DATE '2020-05-05', QUARTER)", "2020-04-01"),
    ("EXTRACT(DAYOFWEEK FROM DATE '2020-01-05')", "1"),
    ("EXTRACT(WEEK FROM DATE '2020-01-05')", "1"),
    ("EXTRACT(ISOWEEK FROM DATE '2020-01-05')", "1"),
    ("FORMAT_DATE('%d/%m/%Y', DATE '2020-01-05')", "05/01/2020"),
    ("PARSE_DATE('%Y%m%d', '20200131')", "2020-01-31"),
    (
        "TIMESTAMP_DIFF(TIMESTAMP '2020-01-02 00:00:00', TIMESTAMP '2020-01-01 00:00:01', DAY)",
        "0",
    ),
    ("UNIX_SECONDS(TIMESTAMP '1969-12-31 23:59:59.5')", "-1"),
    ("TIMESTAMP_ADD(TIMESTAMP '1970-01-01', INTERVAL 2 SECOND)", "2000000"),
    ("TIMESTAMP_MILLIS(5)", "5000"),
    ("DATETIME '2020-01-02 03:04:05'", "2020-01-02T03:04:05"),
    # Arrays.
    ("[10, 20][OFFSET(0)]", "10"),
    ("[10, 20][ORDINAL(2)]", "20"),
    ("[10][SAFE_OFFSET(3)]", None),
    ("[10][SAFE_OFFSET(-1)]", None),
    ("ARRAY_LENGTH([1, 2])", "2"),
    ("GENERATE_ARRAY(1, 5, 2)", ["1", "3", "5"]),
    ("ARRAY(SELECT x FROM UNNEST([1, 2]) AS x WHERE x > 5)", []),
    ("STRUCT(1 AS a, 'x' AS b)", ("1", "x")),
]


@pytest.mark.parametrize(("expression", "expected"), ANSWERS)
def test_expression_answers(engine: Engine, expression: str, expected: Any) -> None:
    assert answer(engine, f"SELECT {expression}") == [[expected]]


QUERIES = [
    ("SELECT COUNTIF(x > 1) FROM UNNEST([1]) AS x WHERE FALSE", [["0"]]),
    ("SELECT COUNT(*), SUM(x), AVG(x) FROM UNNEST([1]) AS x WHERE FALSE", [["0", None, None]]),
    ("SELECT SUM(x) / COUNT(*) FROM UNNEST([1, 2]) AS x", [["1.5"]]),
    ("SELECT x, o FROM UNNEST(['a', 'b']) AS x WITH OFFSET AS o", [["a", "0"], ["b", "1"]]),
    ("SELECT * FROM UNNEST([STRUCT(1 AS a, 'x' AS b), (2, 'y')])", [["1", "x"], ["2", "y"]]),
    ("SELECT * FROM UNNEST([STRUCT(1 AS a), STRUCT(2)])", [["1"], ["2"]]),
    ("SELECT x FROM UNNEST([2, NULL, 1]) AS x ORDER BY x", [[None], ["1"], ["2"]]),
    ("SELECT x FROM UNNEST([2, NULL, 1]) AS x ORDER BY x DESC", [["2"], ["1"], [None]]),
    (
        "WITH a AS (SELECT 1 AS x, [1, 2] AS l UNION ALL SELECT 2, []) "
        "SELECT x, v FROM a LEFT JOIN UNNEST(a.l) AS v ORDER BY x, v",
        [["1", "1"], ["1", "2"], ["2", None]],
    ),
    (
        "WITH a AS (SELECT 1 AS x UNION ALL SELECT 11) "
        "SELECT MOD(x, 10) AS x, COUNT(*) AS n FROM a GROUP BY x",
        [["1", "2"]],
    ),
    ("SELECT ARRAY_AGG(x IGNORE NULLS ORDER BY x DESC LIMIT 2) FROM UNNEST([1, NULL, 3, 2]) AS x",
     [[["3", "2"]]]),
    ("SELECT STRING_AGG(x, '-' ORDER BY x DESC) FROM UNNEST(['a', 'b']) AS x", [["b-a"]]),
    ("SELECT SUM(x) OVER (ORDER BY x) AS s FROM UNNEST([1, 2]) AS x ORDER BY s", [["1"], ["3"]]),
    ("SELECT x FROM UNNEST([1, 2]) AS x QUALIFY ROW_NUMBER() OVER (ORDER BY x DESC) = 1", [["2"]]),
    ("SELECT 1 AS a UNION DISTINCT SELECT 1", [["1"]]),
    ("SELECT * EXCEPT (b) FROM (SELECT 1 AS a, 2 AS b)", [["1"]]),
    ("SELECT STDDEV(x) FROM UNNEST([1, 2, 3]) AS x", [["1.0"]]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), QUERIES)
def test_query_answers(engine: Engine, sql: str, expected: Any) -> None:
    if expected is None:
        with pytest.raises(BigQueryError):
            answer(engine, sql)
    else:
        assert answer(engine, sql) == expected


REFUSED = [
    "ST_BUFFER(ST_GEOGPOINT(1, 2), 10)",
    "NET.PUBLIC_SUFFIX('example.com')",
    "COLLATE('a', 'und:ci')",
    "FORMAT_DATE('%O', DATE '2020-01-01')",
    "CAST(15 AS STRING FORMAT 'RN')",
    "LAG(1, x) OVER (ORDER BY 1) FROM UNNEST([1]) AS x",
    "LAG(x IGNORE NULLS) OVER (ORDER BY x) FROM UNNEST([1]) AS x",
    "x FROM UNNEST([1]) AS x LEFT SEMI JOIN UNNEST([1]) AS y ON TRUE",
    "STDDEV(x) FROM UNNEST([1e-200, 2e-200]) AS x",
    "SAFE.SUM(x) FROM UNNEST([1]) AS x",
    "* FROM t FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01'",
]


@pytest.mark.parametrize("expression", REFUSED)
def test_refuses_rather_than_answers_wrongly(engine: Engine, expression: str) -> None:
    with pytest.raises(BigQueryError, match="not supported by the local BigQuery"):
        answer(engine, f"SELECT {expression}")


@pytest.mark.parametrize(
    ("expression", "kind"),
    [("AVG(x)", "NUMERIC"), ("MAX(x) / 2", "NUMERIC"), ("COUNT(x) / 2", "FLOAT")],
)
def test_aggregate_over_nothing_has_its_type(engine: Engine, expression: str, kind: str) -> None:
    sql = f"SELECT {expression} FROM (SELECT NUMERIC '1' AS x) WHERE x > 5"
    assert kinds(engine, sql) == [kind]


@pytest.mark.parametrize("sql", ["SELECT 1 / 0", "SELECT MOD(1, 0)", "SELECT DIV(1, 0)"])
def test_division_by_zero_is_an_error(engine: Engine, sql: str) -> None:
    with pytest.raises(BigQueryError, match="division by zero"):
        answer(engine, sql)


def test_window_is_partitioned_by_a_value_that_may_fail(engine: Engine) -> None:
    sql = "SELECT SUM(x) OVER (PARTITION BY MOD(x, 2)) AS s FROM UNNEST([1, 2, 3]) AS x ORDER BY s"
    assert answer(engine, sql) == [["2"], ["4"], ["4"]]


ERRORS = [
    ("SELECT UPPER(x)", "Unrecognized name: x at [1:14]"),
    ("SELECT t.a FROM (SELECT 1 AS b) AS t", "Name a not found inside t at [1:10]"),
    ("SELECT b FROM (SELECT 1 AS b) WHERE c = 1", "Unrecognized name: c at [1:37]"),
    ("SELECT b FROM (SELECT 1 AS b)\nORDER BY\n  UPPER(c)", "Unrecognized name: c at [3:9]"),
    ("SELECT a FROM (SELECT UPPER(c) AS a FROM (SELECT 1 AS b))", "Unrecognized name: c at [1:29]"),
    ("SELECT x AS y FROM UNNEST([1]) AS x WHERE y > 1", "Unrecognized name: y at [1:43]"),
    (
        "SELECT b FROM (SELECT 1 AS b) AS t JOIN (SELECT 1 AS c) AS u ON t.b = u.d",
        "Name d not found inside u at [1:73]",
    ),
    (
        "WITH t AS (SELECT 1 AS a) SELECT (SELECT MAX(b) FROM UNNEST([1]) AS b WHERE b = c) FROM t",
        "Unrecognized name: c at [1:81]",
    ),
    ("SELECT UPPER(1)", "No matching signature for function UPPER for argument types: INT64"),
    (
        "SELECT SUM(x) FROM UNNEST(['a']) AS x",
        "No matching signature for aggregate function SUM for argument types",
    ),
    ("SELECT SUM(1)", "Aggregate function SUM not allowed in SELECT without FROM clause at [1:8]"),
    ("SELECT UNNEST([1])", "Syntax error: Unexpected keyword UNNEST at [1:8]"),
    ("SELECT 1, NOPE(2)", "Function not found: NOPE at [1:11]"),
    (
        "SELECT x, y FROM UNNEST([1]) AS x, UNNEST([2]) AS y GROUP BY x",
        "y which is neither grouped",
    ),
    ("SELECT IF(TRUE, 1, 'a')", "No matching signature for function IF for argument types: BOOL"),
    ("SELECT TRUE + 1", "No matching signature for operator + for argument types: BOOL, INT64"),
    ("SELECT 1 > 'a'", "No matching signature for operator > for argument types: INT64, STRING"),
    ("SELECT CAST(1 AS DATE)", "Invalid cast from INT64 to DATE"),
]


@pytest.mark.parametrize(("sql", "message"), ERRORS, ids=[sql for sql, _ in ERRORS])
def test_error_says_what_is_wrong_and_where(engine: Engine, sql: str, message: str) -> None:
    with pytest.raises(BigQueryError) as failure:
        answer(engine, sql)
    assert message in failure.value.message


def test_array_with_null_is_an_error(engine: Engine) -> None:
    with pytest.raises(BigQueryError, match="Array cannot have a null element"):
        answer(engine, "SELECT [1, NULL] AS a")


def test_column_types_are_bigquerys(engine: Engine) -> None:
    columns = "1, SUM(1), COUNT(*), 7 / 2, ROUND(1), 1.5, CURRENT_DATE(), 'a', NULL"
    sql = f"SELECT {columns} FROM UNNEST([1])"
    expected = "INTEGER INTEGER INTEGER FLOAT FLOAT FLOAT DATE STRING INTEGER"
    assert kinds(engine, sql) == expected.split()


@pytest.mark.parametrize(
    "expression",
    [
        "DATE_ADD(DATE '9999-12-31', INTERVAL 1 DAY)",
        "DATE_SUB(DATE '0001-01-01', INTERVAL 1 DAY)",
        "TIMESTAMP_ADD(TIMESTAMP '9999-12-31 23:59:59', INTERVAL 1 SECOND)",
        "TIMESTAMP_SUB(TIMESTAMP '0001-01-01', INTERVAL 1 SECOND)",
    ],
)
def test_date_beyond_bigquerys_years_is_an_error(engine: Engine, expression: str) -> None:
    with pytest.raises(BigQueryError, match="1 to 9999"):
        answer(engine, f"SELECT {expression}")


def test_columns_are_named_as_they_are_written(engine: Engine) -> None:
    sql = "SELECT ID, t.S.City FROM (SELECT 1 AS id, STRUCT('Ulm' AS city) AS s) AS t ORDER BY id"
    assert [field["name"] for field in engine.run(QueryRequest(sql)).fields] == ["ID", "City"]


def test_unnamed_columns_are_numbered(engine: Engine) -> None:
    result = engine.run(QueryRequest("SELECT 1, 2 AS b, 3"))
    assert [field["name"] for field in result.fields] == ["f0_", "b", "f1_"]


def test_rewrites_are_all_of_allowed_nodes() -> None:
    check_allowed(parse_statement("SELECT 1"))
    assert len(load_rewrites()) > 40


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20))
@settings(max_examples=40, deadline=None)
def test_text_parameter_comes_back(engine: Engine, text: str) -> None:
    parameter = {
        "name": "p",
        "parameterType": {"type": "STRING"},
        "parameterValue": {"value": text},
    }
    assert answer(engine, "SELECT @p", parameter) == [[text]]


@given(left=st.integers(-(2**31), 2**31), right=st.integers(-1000, 1000).filter(bool))
@settings(max_examples=40, deadline=None)
def test_div_and_mod_agree_with_truncation(engine: Engine, left: int, right: int) -> None:
    quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
    sql = f"SELECT DIV({left}, {right}), MOD({left}, {right})"
    assert answer(engine, sql) == [[str(quotient), str(left - quotient * right)]]


@given(sql=st.text("SELECT FROM*(),'\"`;\\/-@?1a ", max_size=30))
@settings(max_examples=80, deadline=None)
def test_garbage_is_an_error_or_an_answer(engine: Engine, sql: str) -> None:
    try:
        status = 200 if engine.run(QueryRequest(sql)).kind else 0
    except BigQueryError as error:
        status = error.status
    assert status in (200, 400, 404)
