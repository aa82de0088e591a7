"""The procedural language: what scripts answer, and the errors of wrong ones.

The answers are those of BigQuery's documentation of the language, and of the rules it states.
Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/procedural-language
"""

from __future__ import annotations

from typing import Any

import pytest

from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from tests.gcp_accessor.local.bigquery.statements.conftest import Ask

SCRIPTS: list[tuple[str, str, list[list[Any]]]] = [
    ("declare", "DECLARE x, y INT64 DEFAULT 3; SELECT x + y", [["6"]]),
    ("declare_null", "DECLARE x STRING; SELECT x", [[None]]),
    ("declare_untyped", "DECLARE x DEFAULT [1, 2]; SELECT x", [[["1", "2"]]]),
    (
        "declare_uses_earlier",
        "DECLARE x INT64 DEFAULT 2; DECLARE y DEFAULT x * 2; SELECT y",
        [["4"]],
    ),
    ("declare_date", "DECLARE d DATE DEFAULT '2020-02-29'; SELECT d", [["2020-02-29"]]),
    ("declare_numeric", "DECLARE n NUMERIC DEFAULT 0.1; SELECT n + n", [["0.2"]]),
    ("set_several", "DECLARE a, b INT64; SET (a, b) = (1 + 3, 7); SELECT a, b", [["4", "7"]]),
    (
        "set_swaps",
        "DECLARE a INT64 DEFAULT 1; DECLARE b INT64 DEFAULT 2; SET (a, b) = (b, a); SELECT a, b",
        [["2", "1"]],
    ),
    (
        "set_of_a_struct_query",
        "DECLARE a INT64; DECLARE b STRING; SET (a, b) = (SELECT AS STRUCT 1, 'x'); SELECT a, b",
        [["1", "x"]],
    ),
    (
        "if",
        "IF 1 > 2 THEN SELECT 'a'; ELSEIF 2 > 1 THEN SELECT 'b'; ELSE SELECT 'c'; END IF",
        [["b"]],
    ),
    ("if_null_is_false", "IF NULL THEN SELECT 1; ELSE SELECT 2; END IF", [["2"]]),
    ("case", "CASE WHEN FALSE THEN SELECT 1; ELSE SELECT 2; END CASE", [["2"]]),
    ("case_of", "CASE 1 + 1 WHEN 1 THEN SELECT 'a'; WHEN 2 THEN SELECT 'b'; END CASE", [["b"]]),
    (
        "case_within_a_condition",
        "IF CASE 1 WHEN 1 THEN TRUE END THEN SELECT 'yes'; END IF",
        [["yes"]],
    ),
    (
        "loop",
        "DECLARE x INT64 DEFAULT 0; LOOP SET x = x + 1; IF x >= 10 THEN LEAVE; END IF; END LOOP; "
        "SELECT x",
        [["10"]],
    ),
    (
        "while",
        "DECLARE x INT64 DEFAULT 0; WHILE x < 3 DO SET x = x + 1; END WHILE; SELECT x",
        [["3"]],
    ),
    (
        "repeat",
        "DECLARE x INT64 DEFAULT 0; REPEAT SET x = x + 1; UNTIL x >= 3 END REPEAT; SELECT x",
        [["3"]],
    ),
    (
        "continue",
        "DECLARE x, odd INT64 DEFAULT 0; WHILE x < 9 DO SET x = x + 1; "
        "IF MOD(x, 2) = 0 THEN CONTINUE; END IF; SET odd = odd + 1; END WHILE; SELECT odd",
        [["5"]],
    ),
    (
        "for",
        "DECLARE s STRING DEFAULT ''; FOR r IN (SELECT n, 'x' AS t FROM UNNEST([3, 1, 2]) AS n "
        "ORDER BY n) DO SET s = CONCAT(s, r.t, CAST(r.n AS STRING)); END FOR; SELECT s",
        [["x1x2x3"]],
    ),
    (
        "labels",
        "DECLARE i INT64 DEFAULT 0; big: LOOP SET i = i + 1; WHILE TRUE DO "
        "IF i < 3 THEN CONTINUE big; ELSE BREAK big; END IF; END WHILE; END LOOP big; SELECT i",
        [["3"]],
    ),
    ("leave_a_block", "a: BEGIN SELECT 1; BREAK a; SELECT 2; END", [["1"]]),
    ("return", "SELECT 1; RETURN; SELECT 2", [["1"]]),
    (
        "block_scope",
        "DECLARE x INT64 DEFAULT 10; BEGIN DECLARE y INT64 DEFAULT x; SET x = y + 1; END; SELECT x",
        [["11"]],
    ),
    (
        "exception",
        "BEGIN SELECT 1 / 0; EXCEPTION WHEN ERROR THEN SELECT @@error.message, "
        "@@error.statement_text; END",
        [["division by zero: 1 / 0", "SELECT 1 / 0"]],
    ),
    (
        "exception_raised",
        "BEGIN RAISE USING MESSAGE = 'boo'; EXCEPTION WHEN ERROR THEN SELECT @@error.message; END",
        [["boo"]],
    ),
    (
        "exception_raised_again",
        "BEGIN BEGIN SELECT 1 / 0; EXCEPTION WHEN ERROR THEN RAISE; END; "
        "EXCEPTION WHEN ERROR THEN SELECT 'outer', @@error.message; END",
        [["outer", "division by zero: 1 / 0"]],
    ),
    (
        "execute_immediate_positional",
        'DECLARE y INT64; EXECUTE IMMEDIATE "SELECT ? * (? + 2)" INTO y USING 1, 3; SELECT y',
        [["5"]],
    ),
    (
        "execute_immediate_named",
        'DECLARE y INT64; EXECUTE IMMEDIATE "SELECT @a * (@b + 2)" INTO y USING 1 AS a, 3 AS b; '
        "SELECT y",
        [["5"]],
    ),
    ("execute_immediate_result", "EXECUTE IMMEDIATE CONCAT('SELECT ', '7')", [["7"]]),
    (
        "execute_immediate_no_row",
        "DECLARE y INT64 DEFAULT 1; EXECUTE IMMEDIATE 'SELECT 1 FROM UNNEST([]) AS x' INTO y; "
        "SELECT y",
        [[None]],
    ),
    (
        "variable_of_array",
        "DECLARE a ARRAY<INT64> DEFAULT [3, 4]; SELECT x FROM UNNEST(a) AS x ORDER BY x",
        [["3"], ["4"]],
    ),
    (
        "variable_in_limit",
        "DECLARE n INT64 DEFAULT 1; SELECT x FROM UNNEST([7, 8]) AS x ORDER BY x LIMIT 1",
        [["7"]],
    ),
    (
        "column_comes_before_variable",
        "DECLARE x INT64 DEFAULT 5; SELECT x FROM (SELECT 1 AS x)",
        [["1"]],
    ),
    (
        "variable_beside_columns",
        "DECLARE x INT64 DEFAULT 5; SELECT y + x FROM (SELECT 1 AS y)",
        [["6"]],
    ),
    (
        "variable_of_struct",
        "DECLARE s STRUCT<a INT64, b STRING> DEFAULT (1, 'q'); SELECT s.a, s.b",
        [["1", "q"]],
    ),
    (
        "temp_table",
        "CREATE TEMP TABLE t AS SELECT 1 AS a; INSERT t VALUES (2); SELECT SUM(a) FROM t",
        [["3"]],
    ),
    (
        "temp_table_by_session",
        "CREATE TEMP TABLE t (a INT64); SELECT COUNT(*) FROM _SESSION.t",
        [["0"]],
    ),
    (
        "last_statement_answers",
        "SELECT 1; CREATE TEMP TABLE t (a INT64); SELECT 2; IF FALSE THEN SELECT 3; END IF",
        [["2"]],
    ),
    ("system_variables", "SELECT @@project_id, @@time_zone", [["local", "UTC"]]),
    (
        "rollback_brings_temporary_tables_back",
        "CREATE TEMP TABLE t AS SELECT 1 AS a; BEGIN TRANSACTION; DROP TABLE t; "
        "CREATE TEMP TABLE u (b INT64); ROLLBACK; SELECT a FROM t",
        [["1"]],
    ),
    (
        "order_of_structs_in_more_rows_than_one_thread_takes",
        "SELECT COUNTIF(l[0].a < l[1].a OR l[1].a < l[2].a) FROM (SELECT ARRAY(SELECT AS STRUCT * "
        "FROM UNNEST([STRUCT(i AS a), STRUCT(i + 7), STRUCT(7)]) ORDER BY a DESC) AS l "
        "FROM UNNEST(GENERATE_ARRAY(1, 50000)) AS i)",
        [["0"]],
    ),
    (
        "query_named_as_the_table_that_it_reads",
        "CREATE TEMP TABLE t AS SELECT 1 AS a; WITH t AS (SELECT a + 1 AS b FROM t) "
        "SELECT b FROM t",
        [["2"]],
    ),
    (
        "star_over_a_variable",
        "DECLARE v ARRAY<INT64> DEFAULT [5]; CREATE TEMP TABLE t AS SELECT * FROM UNNEST(v) AS x "
        "WITH OFFSET AS o; SELECT x, o FROM t",
        [["5", "0"]],
    ),
    (
        "row_count",
        "CREATE TEMP TABLE t (a INT64); INSERT t VALUES (1), (2); SELECT @@row_count",
        [["2"]],
    ),
]


@pytest.mark.parametrize(
    ("sql", "rows"), [case[1:] for case in SCRIPTS], ids=[c[0] for c in SCRIPTS]
)
def test_script_answers(ask_shared: Ask, sql: str, rows: list[list[Any]]) -> None:
    assert ask_shared(sql) == rows


WRONG = [
    (
        "SELECT 1; DECLARE x INT64",
        "Variable declarations are allowed only at the start .* at \\[1:11\\]",
    ),
    ("DECLARE x INT64; DECLARE x INT64", "Variable 'x' redeclaration"),
    ("DECLARE x INT64; BEGIN DECLARE x INT64; END", "Variable 'x' redeclaration"),
    ("SET y = 1; SELECT 1", "Undeclared variable: y"),
    (
        "DECLARE x INT64; SET x = 'a'",
        "Unable to coerce type STRING to expected type INT64 at \\[1:26\\]",
    ),
    ("DECLARE x INT64 DEFAULT 1.5", "Unable to coerce type FLOAT64 to expected type INT64"),
    ("IF 1 THEN SELECT 1; END IF", "Unable to coerce type INT64 to expected type BOOL"),
    ("BREAK", "BREAK without label is only allowed inside of a loop body at \\[1:1\\]"),
    ("WHILE TRUE DO BREAK nowhere; END WHILE", "Label nowhere does not exist or is out of scope"),
    ("a: BEGIN CONTINUE a; END", "CONTINUE with label must refer to a loop"),
    ("a: BEGIN a: BEGIN SELECT 1; END; END", "Label a already exists"),
    ("a: LOOP BREAK; END LOOP b", "Mismatched end label"),
    ("RAISE", "Cannot re-raise an existing exception outside of an exception handler"),
    ("IF TRUE SELECT 1; END IF", "Expected keyword THEN but got"),
    ("BEGIN SELECT 1; ", "Expected keyword END but got end of script at"),
    ("RAISE USING MESSAGE = 'boo'", "Query error: boo at \\[1:1\\]"),
    ("SELECT 1;\nSELECT 1 / 0", "Query error: division by zero: 1 / 0 at \\[2:1\\]"),
    ("COMMIT TRANSACTION", "no active transaction"),
    ("BEGIN TRANSACTION; BEGIN TRANSACTION", "Transaction is already in progress"),
    ("CREATE TEMP TABLE t (a INT64)", "Use of CREATE TEMPORARY TABLE requires a script or session"),
    ("DECLARE y INT64; EXECUTE IMMEDIATE 'SELECT 1, 2' INTO y", "do not match number of variables"),
    (
        "DECLARE y INT64; EXECUTE IMMEDIATE 'SELECT x FROM UNNEST([1, 2]) AS x' INTO y",
        "0 or 1 rows",
    ),
    ("EXECUTE IMMEDIATE CAST(NULL AS STRING)", "sql string cannot be NULL"),
    ("EXECUTE IMMEDIATE 'SELECT ?'", "Query parameter number 1 is not defined"),
    ("DECLARE x INT64; EXECUTE IMMEDIATE 'SELECT x'", "Unrecognized name: x"),
    ("SELECT @@nothing", "Unknown system variable: @@nothing"),
    ("SET @@time_zone = 'Asia/Tokyo'", "not supported by the local BigQuery: another @@time_zone"),
]


@pytest.mark.parametrize(("sql", "message"), WRONG)
def test_script_that_is_wrong(shared: Engine, sql: str, message: str) -> None:
    with pytest.raises(BigQueryError, match=message):
        shared.run(QueryRequest(sql))


def test_procedure_has_arguments_in_and_out(ask: Ask) -> None:
    ask("CREATE SCHEMA d")
    ask(
        "CREATE PROCEDURE d.p(a INT64, OUT b INT64, INOUT c STRING) "
        "BEGIN SET b = a * 2; SET c = CONCAT(c, '!'); END"
    )
    assert ask(
        "DECLARE r INT64; DECLARE q STRING DEFAULT 'hi'; CALL d.p(21, r, q); SELECT r, q"
    ) == [["42", "hi!"]]


def test_procedure_of_documentation_handles_errors_of_inner_ones(ask: Ask) -> None:
    ask("CREATE SCHEMA d")
    ask("CREATE PROCEDURE d.one() BEGIN SELECT 1 / 0; END")
    ask("CREATE PROCEDURE d.two() BEGIN CALL d.one(); END")
    rows = ask(
        "BEGIN CALL d.two(); EXCEPTION WHEN ERROR THEN "
        "SELECT @@error.message, ARRAY_LENGTH(@@error.stack_trace); END"
    )
    assert rows == [["division by zero: 1 / 0", "3"]]


def test_procedure_calls_itself_until_the_limit(ask: Ask, fresh: Engine) -> None:
    ask("CREATE SCHEMA d")
    ask(
        "CREATE PROCEDURE d.sum_to(n INT64, OUT s INT64) BEGIN IF n > 0 THEN "
        "CALL d.sum_to(n - 1, s); SET s = s + n; ELSE SET s = 0; END IF; END"
    )
    assert ask("DECLARE s INT64; CALL d.sum_to(5, s); SELECT s") == [["15"]]
    with pytest.raises(BigQueryError, match="deeply-nested procedure call"):
        fresh.run(QueryRequest("DECLARE s INT64; CALL d.sum_to(200, s)"))


def test_procedure_with_a_wrong_body_is_not_made(fresh: Engine, ask: Ask) -> None:
    ask("CREATE SCHEMA d")
    with pytest.raises(BigQueryError, match="BREAK without label"):
        fresh.run(QueryRequest("CREATE PROCEDURE d.p() BEGIN BREAK; END"))
    with pytest.raises(BigQueryError, match=r"Procedure is not found: d\.p"):
        fresh.run(QueryRequest("CALL d.p()"))


@pytest.mark.parametrize(("end", "count"), [("COMMIT", "2"), ("ROLLBACK TRANSACTION", "1")])
def test_transaction_keeps_all_or_nothing(ask: Ask, end: str, count: str) -> None:
    ask("CREATE SCHEMA d")
    ask("CREATE TABLE d.t AS SELECT 1 AS a")
    seen = ask(f"BEGIN TRANSACTION; INSERT d.t VALUES (2); SELECT COUNT(*) FROM d.t; {end}")
    assert seen == [["2"]]
    assert ask("SELECT COUNT(*) FROM d.t") == [[count]]


def test_transaction_is_rolled_back_by_a_handler_and_by_the_end(ask: Ask) -> None:
    ask("CREATE SCHEMA d")
    ask("CREATE TABLE d.t AS SELECT 1 AS a")
    ask(
        "BEGIN BEGIN TRANSACTION; INSERT d.t VALUES (2); SELECT 1 / 0; COMMIT TRANSACTION; "
        "EXCEPTION WHEN ERROR THEN ROLLBACK TRANSACTION; END"
    )
    ask("BEGIN TRANSACTION; INSERT d.t VALUES (3)")
    assert ask("SELECT a FROM d.t") == [["1"]]


def test_transaction_goes_on_after_an_error(ask: Ask) -> None:
    ask("CREATE SCHEMA d")
    ask("CREATE TABLE d.t AS SELECT 1 AS a")
    rows = ask(
        "DECLARE x INT64 DEFAULT 2; BEGIN TRANSACTION; INSERT d.t VALUES (x); SET x = 9; "
        "CREATE TEMP TABLE kept AS SELECT x AS y; "
        "BEGIN INSERT d.t VALUES (3); SELECT 1 / 0; EXCEPTION WHEN ERROR THEN "
        "INSERT d.t SELECT y * 10 FROM kept; END; COMMIT; SELECT a FROM d.t ORDER BY a"
    )
    assert rows == [["1"], ["2"], ["3"], ["90"]]


def test_transaction_of_the_documentation_tells_the_error_before_it_is_rolled_back(
    ask: Ask,
) -> None:
    ask("CREATE SCHEMA d")
    ask("CREATE TABLE d.t AS SELECT 1 AS a")
    rows = ask(
        "BEGIN BEGIN TRANSACTION; INSERT d.t VALUES (2); SELECT 1 / 0; COMMIT TRANSACTION; "
        "EXCEPTION WHEN ERROR THEN SELECT @@error.message; ROLLBACK TRANSACTION; END"
    )
    assert rows == [["division by zero: 1 / 0"]]
    assert ask("SELECT COUNT(*) FROM d.t") == [["1"]]


def test_transaction_that_cannot_be_done_again_is_refused_after_an_error(
    fresh: Engine, ask: Ask
) -> None:
    ask("CREATE SCHEMA d")
    ask("CREATE TABLE d.t AS SELECT 0.5 AS a")
    with pytest.raises(BigQueryError, match="whose values differ each time"):
        fresh.run(
            QueryRequest(
                "BEGIN TRANSACTION; INSERT d.t VALUES (RAND()); BEGIN SELECT 1 / 0; "
                "EXCEPTION WHEN ERROR THEN SELECT 1; END; COMMIT"
            )
        )
    assert ask("SELECT a FROM d.t") == [["0.5"]]


def test_transaction_refuses_lasting_ddl(fresh: Engine, ask: Ask) -> None:
    ask("CREATE SCHEMA d")
    with pytest.raises(BigQueryError, match="not supported in a transaction"):
        fresh.run(QueryRequest("BEGIN TRANSACTION; CREATE TABLE d.t (a INT64)"))
    assert ask("BEGIN TRANSACTION; CREATE TEMP TABLE t AS SELECT 7 AS a; SELECT a FROM t") == [
        ["7"]
    ]


def test_temporary_tables_are_seen_by_nobody_else(fresh: Engine, ask: Ask) -> None:
    ask("CREATE TEMP TABLE t AS SELECT 1 AS a; SELECT * FROM t")
    with fresh.reading() as cursor:
        assert fresh.catalog.rows.datasets(cursor, "local") == []
        assert cursor.execute("SELECT count(*) FROM _mlapi.resources").fetchone() == (0,)


def test_variable_whose_place_cannot_be_told_is_refused(fresh: Engine, ask: Ask) -> None:
    ask("CREATE SCHEMA d")
    ask("CREATE TABLE d.t AS SELECT 1 AS id, [STRUCT(5 AS x)] AS items")
    assert ask("DECLARE z INT64 DEFAULT 3; SELECT z FROM d.t, UNNEST(items) AS i") == [["3"]]
    with pytest.raises(BigQueryError, match="beside a table whose columns are not known"):
        fresh.run(
            QueryRequest(
                "DECLARE z INT64; SELECT z FROM UNNEST(IF(TRUE, [STRUCT(1 AS z)], [])) AS i"
            )
        )


def test_parameters_reach_the_statements_of_a_script(ask: Ask) -> None:
    kind = {"type": "INT64"}
    given = [{"parameterType": kind, "parameterValue": {"value": str(v)}} for v in (1, 2, 3)]
    assert ask("SELECT ?; IF ? = 2 THEN SELECT ?; END IF", *given) == [["3"]]
    named = {"name": "p", "parameterType": kind, "parameterValue": {"value": "4"}}
    assert ask("DECLARE x INT64 DEFAULT @p; SELECT x + @p", named) == [["8"]]
