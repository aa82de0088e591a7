"""Scripts."""

from tests.gcp_accessor.local.bigquery.conformance.registry import Place


def statements(place: Place) -> None:
    """statements one after another; the answer is that of the last SELECT"""
    rows = place.ask(
        "CREATE TABLE t (a INT64); INSERT INTO t VALUES (1), (2); SELECT SUM(a) FROM t;"
    )
    assert rows == [[3]]


def variables(place: Place) -> None:
    """DECLARE, SET"""
    sql = "DECLARE x INT64 DEFAULT 1; DECLARE y STRING; SET y = CONCAT('a', x); SELECT x, y"
    assert place.ask(sql) == [[1, "a1"]]


def functions(place: Place) -> None:
    """CREATE TEMP FUNCTION in SQL"""
    sql = "CREATE TEMP FUNCTION twice(x INT64) AS (x * 2); SELECT twice(21)"
    assert place.ask(sql) == [[42]]
