"""INSERT, UPDATE, DELETE and MERGE: what is changed, how it is counted, and what is refused.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax
"""

from __future__ import annotations

from typing import Any

import pytest

from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from tests.gcp_accessor.local.bigquery.statements.conftest import Ask

ROWS = "SELECT * FROM d.t ORDER BY id"
START: list[list[Any]] = [["1", "a", ("x", "5"), ["1", "2"]], ["2", None, None, []]]


@pytest.fixture(autouse=True)
def table(ask: Ask) -> None:
    ask("CREATE SCHEMA d")
    ask(
        "CREATE TABLE d.t (id INT64 NOT NULL, name STRING DEFAULT 'new', "
        "home STRUCT<city STRING, zip INT64>, n ARRAY<INT64>)"
    )
    ask("INSERT d.t VALUES (1, 'a', ('x', 5), [1, 2]), (2, NULL, NULL, NULL)")


CHANGES: list[tuple[str, int, list[list[Any]]]] = [
    ("INSERT d.t (id) VALUES (3)", 1, [*START, ["3", "new", None, []]]),
    ("INSERT d.t (name, id) VALUES (DEFAULT, 3)", 1, [*START, ["3", "new", None, []]]),
    (
        "INSERT INTO d.t (id, name) SELECT id + 2, name FROM d.t WHERE id = 1",
        1,
        [*START, ["3", "a", None, []]],
    ),
    (
        "INSERT d.t (home, id) SELECT STRUCT('y' AS other, 7 AS names), 3",
        1,
        [*START, ["3", "new", ("y", "7"), []]],
    ),
    (
        "INSERT d.t (id, n) VALUES ((SELECT MAX(id) + 1 FROM d.t), [9])",
        1,
        [*START, ["3", "new", None, ["9"]]],
    ),
    ("UPDATE d.t SET name = UPPER(name) WHERE id = 1", 1, [["1", "A", *START[0][2:]], START[1]]),
    (
        "UPDATE d.t SET name = DEFAULT WHERE TRUE",
        2,
        [["1", "new", *START[0][2:]], ["2", "new", None, []]],
    ),
    (
        "UPDATE d.t SET home.city = 'z' WHERE TRUE",
        2,
        [["1", "a", ("z", "5"), ["1", "2"]], ["2", None, ("z", None), []]],
    ),
    (
        "UPDATE d.t x SET x.home.zip = 1, x.home.city = 'q', n = [] WHERE x.id = 1",
        1,
        [["1", "a", ("q", "1"), []], START[1]],
    ),
    (
        "UPDATE d.t SET name = s.v FROM (SELECT 1 AS k) AS a JOIN (SELECT 1 AS k, 'j' AS v) AS s "
        "ON a.k = s.k WHERE id = a.k",
        1,
        [["1", "j", *START[0][2:]], START[1]],
    ),
    (
        "UPDATE d.t SET n = ARRAY(SELECT x FROM UNNEST(n) AS x UNION ALL SELECT id + 6) WHERE true",
        2,
        [[*START[0][:3], ["1", "2", "7"]], [*START[1][:3], ["8"]]],
    ),
    ("UPDATE d.t SET id = 9 WHERE FALSE", 0, START),
    ("DELETE d.t WHERE id = 2", 1, [START[0]]),
    (
        "DELETE FROM d.t AS x WHERE EXISTS (SELECT 1 FROM UNNEST(x.n) AS e WHERE e = 2)",
        1,
        [START[1]],
    ),
    (
        "MERGE d.t USING (SELECT 3 AS id, 'm' AS name, STRUCT('c' AS city, 1 AS zip) AS home, "
        "[4] AS n) ON FALSE WHEN NOT MATCHED THEN INSERT ROW",
        1,
        [*START, ["3", "m", ("c", "1"), ["4"]]],
    ),
    (
        "MERGE d.t t USING (SELECT x FROM UNNEST([1, 7]) AS x) s ON t.id = s.x "
        "WHEN MATCHED AND t.name = 'zz' THEN DELETE WHEN MATCHED THEN UPDATE SET name = 'hit' "
        "WHEN NOT MATCHED BY TARGET THEN INSERT (id) VALUES (x) "
        "WHEN NOT MATCHED BY SOURCE AND t.id = 2 THEN UPDATE SET home.zip = 8",
        3,
        [["1", "hit", *START[0][2:]], ["2", None, (None, "8"), []], ["7", "new", None, []]],
    ),
    (
        "MERGE d.t t USING (SELECT 1 AS x UNION ALL SELECT 1) s ON t.id = s.x "
        "WHEN MATCHED AND t.id > 5 THEN DELETE",
        0,
        START,
    ),
    (
        # Structs are taken by the place of their fields, those of a UNION too.
        "UPDATE d.t SET home = (SELECT AS STRUCT name AS other, 7 AS n), id = "
        "(SELECT SUM(s.b) FROM (SELECT STRUCT(1 AS a, 2 AS b) AS s UNION ALL "
        "SELECT STRUCT(3 AS b, 4 AS a))) WHERE id = 1",
        1,
        [START[1], ["6", "a", ("a", "7"), ["1", "2"]]],
    ),
    (
        # The name is of the row that there is; what is behind a branch for all is never reached.
        "MERGE d.t USING (SELECT 3 AS id, 's' AS name, STRUCT('c' AS x, 1 AS y) AS h) s "
        "ON t.id = s.id WHEN NOT MATCHED AND name = 's' THEN INSERT (id, name, home) "
        "VALUES (id, name, h) WHEN NOT MATCHED BY SOURCE AND name = 'a' THEN UPDATE SET "
        "name = CONCAT(name, '!') WHEN NOT MATCHED THEN INSERT (id) VALUES (id) "
        "WHEN NOT MATCHED AND name = 'x' THEN INSERT (id, name, home) ROW",
        2,
        [["1", "a!", *START[0][2:]], START[1], ["3", "s", ("c", "1"), []]],
    ),
]


@pytest.mark.parametrize(("sql", "count", "rows"), CHANGES)
def test_statement_changes_rows(
    fresh: Engine, ask: Ask, sql: str, count: int, rows: list[list[Any]]
) -> None:
    result = fresh.run(QueryRequest(sql))
    assert result.affected_row_count == count
    assert ask(ROWS) == rows


WRONG = [
    (
        "INSERT d.t (id) VALUES ('x')",
        "Value has type STRING which cannot be inserted into column id, which has type INT64",
    ),
    (
        "INSERT d.t (id) SELECT 'x'",
        "Query column 1 has type STRING which cannot be inserted into column id",
    ),
    ("INSERT d.t (id) SELECT 1.5", "Query column 1 has type FLOAT64"),
    ("INSERT d.t (id, home) SELECT 1, STRUCT(1)", "Query column 2 has type STRUCT"),
    ("INSERT d.t (id, id) VALUES (1, 2)", "duplicate name: id"),
    ("INSERT d.t (nope) VALUES (1)", "Column nope is not present"),
    ("INSERT d.t (id) VALUES (1, 2)", "Inserted row has wrong column count; Has 2, expected 1"),
    ("INSERT d.t (name) VALUES ('x')", "Required field id cannot be null"),
    (
        "UPDATE d.t SET id = 'x' WHERE TRUE",
        "Value of type STRING cannot be assigned to id, which has type INT64",
    ),
    ("UPDATE d.t SET id = 1", "UPDATE must have a WHERE clause"),
    ("UPDATE d.t SET nope = 1 WHERE TRUE", "Unrecognized name: nope"),
    ("UPDATE d.t SET home.nope = 1 WHERE TRUE", "Field name nope does not exist in STRUCT<city"),
    ("UPDATE d.t SET home.city = 'a', home = NULL WHERE TRUE", "home overlaps with home.city"),
    (
        "UPDATE d.t SET n[OFFSET(0)] = 1 WHERE TRUE",
        "not supported by the local BigQuery: UPDATE of",
    ),
    ("DELETE d.t", "DELETE must have a WHERE clause"),
    (
        "UPDATE d.t SET name = s.x FROM (SELECT 'a' AS x UNION ALL SELECT 'b') s WHERE id = 1",
        "UPDATE/MERGE must match at most one source row for each target row",
    ),
    (
        "MERGE d.t t USING (SELECT 1 AS x UNION ALL SELECT 1) s ON t.id = s.x "
        "WHEN MATCHED THEN DELETE",
        "UPDATE/MERGE must match at most one source row for each target row",
    ),
    (
        "MERGE d.t USING (SELECT STRUCT(1 AS zip, 'c' AS city) AS h) s ON FALSE "
        "WHEN NOT MATCHED THEN INSERT (id, home) VALUES (3, h)",
        "Value has type STRUCT<zip INT64, city STRING> which cannot be inserted into column home, "
        "which has type STRUCT<city STRING, zip INT64>",
    ),
    ("DELETE d.nope WHERE TRUE", "Not found: Table local:d.nope"),
    (
        "UPDATE d.t SET id = 1 WHERE n > [1]",
        "Greater than is not defined for arguments of type ARRAY",
    ),
    (
        "DELETE d.t WHERE EXISTS (SELECT 1 FROM (SELECT JSON '1' AS j) s WHERE s.j = TO_JSON(id))",
        "Equality is not defined for arguments of type JSON",
    ),
    (
        "MERGE d.t USING (SELECT 1 AS x) s ON TRUE IN (SELECT x) WHEN MATCHED THEN DELETE",
        "Cannot execute IN subquery with uncomparable types",
    ),
]


@pytest.mark.parametrize(("sql", "message"), WRONG)
def test_statement_that_is_wrong_changes_nothing(
    fresh: Engine, ask: Ask, sql: str, message: str
) -> None:
    with pytest.raises(BigQueryError, match=message):
        fresh.run(QueryRequest(sql))
    assert ask(ROWS) == START


REFUSED = [
    ("INSERT d.t (id, n) VALUES (3, [1.5])", "Value has type ARRAY<FLOAT64> which cannot be"),
    ("INSERT d.t (id, n) VALUES (3, [NULL])", "Array cannot have a null element"),
    ("INSERT d.t (id, name) SELECT 3, b'x'", "Query column 2 has type BYTES"),
    ("INSERT OR REPLACE INTO d.t (id) VALUES (1)", "Unexpected keyword OR in INSERT"),
    ("INSERT d.t (id) VALUES (1) ON CONFLICT DO NOTHING", "Unexpected keyword ON in INSERT"),
    ("INSERT d.t (id) DEFAULT VALUES", "Unexpected keyword DEFAULT in INSERT"),
    ("UPDATE d.t SET home = ('q', '5') WHERE FALSE", "Value of type STRUCT<.*> cannot be assigned"),
    ("UPDATE d.t SET id = 1 FROM d.t WHERE TRUE", "Alias t in the FROM clause was already defined"),
    ("DELETE d.t WHERE nope = 1", "Unrecognized name: nope at \\[1:18\\]"),
    ("DELETE d.t WHERE id", "A condition should be of type BOOL, but is of type INT64"),
    ("DELETE d.t WHERE name IN (SELECT 1 UNION ALL SELECT 'a')", "incompatible types: INT64"),
    ("MERGE d.t USING d.t s WHEN MATCHED THEN DELETE", "Expected keyword ON"),
    ("MERGE d.t USING d.t s ON 1 WHEN MATCHED THEN DELETE", "should be of type BOOL"),
    ("MERGE d.t USING d.t s ON TRUE WHEN MATCHED THEN INSERT ROW", "INSERT is only allowed for"),
    (
        "MERGE d.t USING d.t s ON FALSE WHEN NOT MATCHED THEN INSERT (id, id) VALUES (3, 4)",
        "INSERT operation with duplicated column names: id",
    ),
]


def test_required_field_of_a_struct_is_never_null(fresh: Engine, ask: Ask) -> None:
    ask("CREATE TABLE d.r (s STRUCT<x INT64 NOT NULL>, l ARRAY<STRUCT<k INT64 NOT NULL>>)")
    ask("INSERT d.r VALUES (NULL, NULL), (STRUCT(1), [STRUCT(2)])")
    for change in (
        "INSERT d.r (s) SELECT STRUCT(NULL)",
        "INSERT d.r (l) VALUES ([STRUCT(3), STRUCT(NULL)])",
        "UPDATE d.r SET s.x = NULL WHERE TRUE",
    ):
        with pytest.raises(BigQueryError, match=r"Required field in . cannot be null"):
            fresh.run(QueryRequest(change))
    assert ask("SELECT * FROM d.r ORDER BY s.x") == [[None, []], [("1",), [("2",)]]]


def test_what_bigquery_does_not_know_changes_nothing(fresh: Engine, ask: Ask) -> None:
    for sql, message in REFUSED:
        with pytest.raises(BigQueryError, match=message):
            fresh.run(QueryRequest(sql))
    assert ask(ROWS) == START
