"""DDL."""

import pytest
from google.api_core import exceptions

from tests.gcp_accessor.local.bigquery.conformance.registry import Place


def create_table(place: Place) -> None:
    """CREATE TABLE with columns of every type"""
    place.ask(
        "CREATE TABLE t (i INT64 NOT NULL, s STRING, l ARRAY<FLOAT64>, r STRUCT<a DATE, b BYTES>)"
    )
    fields = place.client.get_table(place.name("t")).schema
    assert [(field.name, field.field_type, field.mode) for field in fields] == [
        ("i", "INTEGER", "REQUIRED"), ("s", "STRING", "NULLABLE"), ("l", "FLOAT", "REPEATED"),
        ("r", "RECORD", "NULLABLE"),
    ]  # fmt: skip


def create_table_as(place: Place) -> None:
    """CREATE [OR REPLACE] TABLE AS SELECT, also of itself"""
    place.ask("CREATE TABLE t AS SELECT 1 AS a")
    place.ask("CREATE OR REPLACE TABLE t AS SELECT a + 1 AS a, 'x' AS b FROM t")
    assert place.rows("t") == [[2, "x"]]


def exists(place: Place) -> None:
    """IF [NOT] EXISTS, and errors without it"""
    place.ask("CREATE TABLE t (a INT64)")
    place.ask("CREATE TABLE IF NOT EXISTS t (b STRING)")
    with pytest.raises(exceptions.Conflict, match="Already Exists: Table"):
        place.ask("CREATE TABLE t (a INT64)")
    place.ask("DROP TABLE IF EXISTS none")
    with pytest.raises(exceptions.NotFound, match="Not found: Table"):
        place.ask("DROP TABLE none")


def told(place: Place) -> None:
    """tell what was made or dropped (ddl_operation_performed, ddl_target_table)"""

    def told(sql: str) -> tuple[str, str, str]:
        job = place.client.query(sql)
        job.result()
        return job.statement_type, job.ddl_operation_performed, job.ddl_target_table.table_id

    name = f"{place.dataset}.made"
    create = f"CREATE TABLE IF NOT EXISTS {name} (x INT64)"
    assert told(create) == ("CREATE_TABLE", "CREATE", "made")
    assert told(create) == ("CREATE_TABLE", "SKIP", "made")
    replace = f"CREATE OR REPLACE TABLE {name} AS SELECT 1 AS x"
    assert told(replace) == ("CREATE_TABLE_AS_SELECT", "REPLACE", "made")
    assert told(f"DROP TABLE {name}") == ("DROP_TABLE", "DROP", "made")


def partitions(place: Place) -> None:
    """PARTITION BY, CLUSTER BY"""
    place.ask("CREATE TABLE t (day DATE, who STRING) PARTITION BY day CLUSTER BY who")
    place.ask("INSERT INTO t VALUES (DATE '2020-01-01', 'a')")
    assert place.ask("SELECT who FROM t WHERE day = '2020-01-01'") == [["a"]]


def schemas(place: Place) -> None:
    """CREATE SCHEMA, DROP SCHEMA with CASCADE"""
    name = f"{place.dataset}_more"
    place.ask(f"CREATE SCHEMA {name}")
    place.ask(f"CREATE SCHEMA IF NOT EXISTS {name}")
    place.ask(f"CREATE TABLE {name}.t AS SELECT 1 AS a")
    with pytest.raises(exceptions.BadRequest, match="is still in use"):
        place.ask(f"DROP SCHEMA {name}")
    place.ask(f"DROP SCHEMA {name} CASCADE")
    place.ask(f"DROP SCHEMA IF EXISTS {name}")


def truncate(place: Place) -> None:
    """TRUNCATE TABLE"""
    place.ask("CREATE TABLE t AS SELECT 1 AS a")
    job = place.client.query(f"TRUNCATE TABLE {place.dataset}.t")
    job.result()
    assert (job.statement_type, job.dml_stats.deleted_row_count) == ("TRUNCATE_TABLE", 1)
    assert place.rows("t") == []


def information_schema(place: Place) -> None:
    """INFORMATION_SCHEMA: TABLES, COLUMNS, SCHEMATA"""
    place.ask("CREATE TABLE t (a INT64 NOT NULL, l ARRAY<STRING>)")
    tables = place.ask("SELECT table_name, table_type FROM INFORMATION_SCHEMA.TABLES")
    assert tables == [["t", "BASE TABLE"]]
    columns = place.ask(
        "SELECT column_name, is_nullable, data_type FROM INFORMATION_SCHEMA.COLUMNS"
        " ORDER BY ordinal_position"
    )
    assert columns == [["a", "NO", "INT64"], ["l", "NO", "ARRAY<STRING>"]] or columns == [
        ["a", "NO", "INT64"], ["l", "YES", "ARRAY<STRING>"],
    ]  # fmt: skip
    found = place.ask("SELECT schema_name FROM INFORMATION_SCHEMA.SCHEMATA")
    assert [place.dataset] in found


def alter(place: Place) -> None:
    """ALTER TABLE: add, drop and rename columns, options"""
    place.ask("CREATE TABLE t AS SELECT 1 AS a")
    place.ask("ALTER TABLE t ADD COLUMN b STRING; ALTER TABLE t RENAME COLUMN a TO c")
    place.ask("ALTER TABLE t SET OPTIONS (description = 'of 2020', labels = [('team', 'blue')])")
    table = place.client.get_table(place.name("t"))
    assert [field.name for field in table.schema] == ["c", "b"]
    assert (table.description, table.labels) == ("of 2020", {"team": "blue"})
    place.ask("ALTER TABLE t DROP COLUMN b")
    assert place.rows("t") == [[1]]


def wildcard_tables(place: Place) -> None:
    """wildcard tables, _TABLE_SUFFIX"""
    for year in (2019, 2020):
        place.ask(f"CREATE TABLE t_{year} AS SELECT {year} AS year")
    sql = f"SELECT year, _TABLE_SUFFIX FROM `{place.dataset}.t_*` WHERE _TABLE_SUFFIX = '2020'"
    assert place.ask(sql) == [[2020, "2020"]]


def export(place: Place) -> None:
    """EXPORT DATA"""
    uri = f"gs://{place.bucket.name}/out-*.csv"
    place.ask(f"EXPORT DATA OPTIONS (uri = '{uri}', format = 'CSV') AS SELECT 1 AS a")
    [blob] = place.bucket.list_blobs(prefix="out-")
    assert blob.download_as_text().splitlines()[-1] == "1"
