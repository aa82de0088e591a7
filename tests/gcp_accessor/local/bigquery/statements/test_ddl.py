"""CREATE, ALTER and DROP: what they make, and what BigQuery refuses.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language
"""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import bigquery

from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName, TableName
from tests.gcp_accessor.local.bigquery.statements.conftest import Ask


@pytest.fixture(autouse=True)
def schema(ask: Ask) -> None:
    ask("CREATE SCHEMA d")


def resource(engine: Engine, table: str) -> dict[str, Any]:
    with engine.reading() as cursor:
        return engine.catalog.table(cursor, TableName("local", "d", table))


def columns(engine: Engine, table: str) -> list[tuple[str, str, str]]:
    fields = resource(engine, table)["schema"]["fields"]
    return [(field["name"], field["type"], field["mode"]) for field in fields]


CREATE = """\
CREATE TABLE d.t (
  id INT64 NOT NULL OPTIONS (description = 'key'),
  name STRING DEFAULT 'none',
  day DATE,
  home STRUCT<city STRING, tags ARRAY<STRING>>,
  PRIMARY KEY (id) NOT ENFORCED
)
PARTITION BY DATE_TRUNC(day, MONTH)
CLUSTER BY name, id
OPTIONS (description = 'answers', labels = [('team', 'a')], partition_expiration_days = 3,
  expiration_timestamp = TIMESTAMP '2100-01-01', require_partition_filter = TRUE)
"""


def test_create_table_keeps_all_it_is_told(fresh: Engine) -> None:
    result = fresh.run(QueryRequest(CREATE))
    assert (result.kind, result.ddl_operation) == ("CREATE_TABLE", "CREATE")
    made = resource(fresh, "t")
    assert columns(fresh, "t") == [
        ("id", "INTEGER", "REQUIRED"),
        ("name", "STRING", "NULLABLE"),
        ("day", "DATE", "NULLABLE"),
        ("home", "RECORD", "NULLABLE"),
    ]
    assert made["schema"]["fields"][0]["description"] == "key"
    assert made["schema"]["fields"][1]["defaultValueExpression"] == "'none'"
    assert made["timePartitioning"] == {
        "type": "MONTH",
        "field": "day",
        "expirationMs": "259200000",
    }
    assert made["clustering"] == {"fields": ["name", "id"]}
    assert (made["description"], made["labels"]) == ("answers", {"team": "a"})
    assert made["expirationTime"] == "4102444800000"
    assert made["tableConstraints"] == {"primaryKey": {"columns": ["id"]}}


def test_partition_filter_is_asked_for(fresh: Engine, ask: Ask) -> None:
    ask(CREATE)
    ask("INSERT d.t (id, day) VALUES (1, '2020-01-01')")
    with pytest.raises(BigQueryError, match=r"without a filter over column\(s\) 'day'"):
        fresh.run(QueryRequest("SELECT * FROM d.t"))
    assert ask("SELECT id, name FROM d.t WHERE day > '2000-01-01'") == [["1", "none"]]


def test_create_table_as_select_with_columns_coerces(fresh: Engine, ask: Ask) -> None:
    ask("CREATE TABLE d.t (a FLOAT64, b STRING) AS SELECT 1, 'x'")
    assert ask("SELECT * FROM d.t") == [["1.0", "x"]]
    with pytest.raises(BigQueryError, match="cannot be coerced"):
        fresh.run(QueryRequest("CREATE TABLE d.u (a INT64) AS SELECT 'x'"))
    for query in (
        "SELECT *, 1 FROM d.t",
        "SELECT a, b, x.* FROM d.t, (SELECT COUNT(*) FROM d.t) x",
    ):
        with pytest.raises(BigQueryError, match="named, but column 3 has no name"):
            fresh.run(QueryRequest(f"CREATE TABLE d.u AS {query}"))


def test_create_table_after_another(fresh: Engine, ask: Ask) -> None:
    ask("CREATE TABLE d.t CLUSTER BY a OPTIONS (description = 'x') AS SELECT 1 AS a")
    ask("CREATE TABLE d.like_it LIKE d.t")
    ask("CREATE TABLE d.copied COPY d.t")
    ask("CREATE TABLE d.cloned CLONE d.t")
    kept = fresh.run(QueryRequest("CREATE SNAPSHOT TABLE d.kept CLONE d.t"))
    assert kept.kind == "CREATE_SNAPSHOT_TABLE"
    ask("INSERT d.t VALUES (2)")
    counts = [
        ask(f"SELECT COUNT(*) FROM d.{name}") for name in ("like_it", "copied", "cloned", "kept")
    ]
    assert counts == [[["0"]], [["1"]], [["1"]], [["1"]]]
    assert resource(fresh, "like_it")["clustering"] == {"fields": ["a"]}
    assert resource(fresh, "kept")["snapshotDefinition"]["baseTableReference"]["tableId"] == "t"
    with pytest.raises(BigQueryError, match="has type SNAPSHOT"):
        fresh.run(QueryRequest("DELETE d.kept WHERE TRUE"))
    with pytest.raises(BigQueryError, match=r"Cannot drop local:d\.kept, which has type SNAPSHOT"):
        fresh.run(QueryRequest("DROP TABLE d.kept"))
    ask("DROP SNAPSHOT TABLE d.kept")


def test_alter_table_changes_columns(fresh: Engine, ask: Ask) -> None:
    ask("CREATE TABLE d.t (a INT64 NOT NULL, b STRING)")
    ask("INSERT d.t VALUES (1, 'x')")
    result = fresh.run(QueryRequest("ALTER TABLE d.t ADD COLUMN c STRUCT<x INT64>, DROP COLUMN b"))
    assert (result.kind, result.ddl_operation) == ("ALTER_TABLE", "ALTER")
    ask("ALTER TABLE d.t RENAME COLUMN a TO z, ALTER COLUMN z DROP NOT NULL")
    ask("ALTER TABLE d.t ALTER COLUMN z SET DATA TYPE NUMERIC, ALTER COLUMN z SET DEFAULT 7")
    ask("ALTER TABLE d.t ADD COLUMN IF NOT EXISTS z INT64, DROP COLUMN IF EXISTS nope")
    ask("INSERT d.t (c) VALUES (STRUCT(5))")
    assert columns(fresh, "t") == [("z", "NUMERIC", "NULLABLE"), ("c", "RECORD", "NULLABLE")]
    assert ask("SELECT * FROM d.t ORDER BY z") == [["1", None], ["7", ("5",)]]


def test_alter_table_is_done_wholly_or_not_at_all(fresh: Engine, ask: Ask) -> None:
    ask("CREATE TABLE d.t (a INT64, b STRING)")
    with pytest.raises(BigQueryError, match="Column nope is not present"):
        fresh.run(QueryRequest("ALTER TABLE d.t DROP COLUMN b, DROP COLUMN nope"))
    assert [name for name, _, _ in columns(fresh, "t")] == ["a", "b"]
    assert ask("SELECT a, b FROM d.t") == []


def test_alter_table_adds_and_drops_keys(fresh: Engine, ask: Ask) -> None:
    ask("CREATE TABLE d.t (a INT64, b INT64)")
    key = "FOREIGN KEY (b) REFERENCES d.t(a) NOT ENFORCED"
    ask(f"ALTER TABLE d.t ADD PRIMARY KEY (a) NOT ENFORCED, ADD CONSTRAINT c {key}, ADD {key}")
    ask(f"ALTER TABLE d.t ADD CONSTRAINT IF NOT EXISTS c {key}, DROP CONSTRAINT `fk$2`")
    constraints = resource(fresh, "t")["tableConstraints"]
    assert [item["name"] for item in constraints["foreignKeys"]] == ["c"]
    with pytest.raises(BigQueryError, match=r"Already Exists: Constraint c of table local:d\.t"):
        ask(f"ALTER TABLE d.t ADD CONSTRAINT c {key}")
    ask("ALTER TABLE d.t DROP CONSTRAINT c, DROP CONSTRAINT IF EXISTS c")
    assert resource(fresh, "t")["tableConstraints"]["foreignKeys"] == []


def test_alter_table_sets_options_and_name(fresh: Engine, ask: Ask) -> None:
    ask("CREATE TABLE d.t (a INT64) OPTIONS (description = 'old', friendly_name = 'f')")
    ask("ALTER TABLE d.t SET OPTIONS (description = 'new', friendly_name = NULL)")
    ask("ALTER TABLE d.t ALTER COLUMN a SET OPTIONS (description = 'col')")
    ask("ALTER TABLE d.t RENAME TO u")
    made = resource(fresh, "u")
    assert (made["description"], made.get("friendlyName")) == ("new", None)
    assert made["schema"]["fields"][0]["description"] == "col"
    with pytest.raises(BigQueryError, match=r"Not found: Table local:d\.t"):
        fresh.run(QueryRequest("SELECT * FROM d.t"))
    ask("ALTER TABLE IF EXISTS d.t ADD COLUMN b INT64")


WRONG = [
    ("CREATE TABLE d.x", "neither columns nor a query"),
    ("CREATE TABLE d.x (a INT64, PRIMARY KEY (a))", "add NOT ENFORCED"),
    ("CREATE TABLE d.x (a INT64) CLUSTER BY b", "cannot be found in the schema: b"),
    ("CREATE TABLE d.x (a STRING) PARTITION BY a", "PARTITION BY expression must be"),
    ("CREATE TABLE d.x (a TIMESTAMP) PARTITION BY a", "PARTITION BY expression must be"),
    ("CREATE TABLE d.x (a INT64) OPTIONS (description = 5)", "description value has type INT64"),
    ("CREATE TABLE d.x PARTITION BY _PARTITIONDATE AS SELECT 1 AS a", "the time of ingestion"),
    ("CREATE TABLE d.x (a ARRAY<ARRAY<INT64>>)", "Array of array types"),
    ("CREATE TABLE d.x (a ARRAY<INT64> NOT NULL)", "NOT NULL cannot be applied to ARRAY"),
    ("CREATE TABLE d.x (a INT64 DEFAULT 'q')", "cannot be assigned to column type INT64"),
    ("CREATE TABLE d.x (a INT64) OPTIONS (nope = 1)", "Unknown option: nope"),
    ("CREATE TABLE d.x (a INT64) OPTIONS (kms_key_name = 'k')", "the table option kms_key_name"),
    ("CREATE TABLE d.x (a NOTHING)", "the type NOTHING|Type not found"),
    ("CREATE TABLE d.x (a INT64", r'Expected "\)" but got end of script at \[1:26\]'),
    ("CREATE TABLE nope.x (a INT64)", "Not found: Dataset local:nope"),
    ("CREATE TABLE d.there (a INT64)", "Already Exists: Table local:d.there"),
    ("ALTER TABLE d.there DROP COLUMN a", "Cannot drop the only column"),
    ("ALTER TABLE d.there ADD COLUMN b INT64 NOT NULL", "Cannot add required columns"),
    ("ALTER TABLE d.there ALTER COLUMN a SET DATA TYPE STRING", "is assignable to the new type"),
    ("ALTER TABLE d.nope ADD COLUMN b INT64", "Not found: Table local:d.nope"),
    ("DROP VIEW d.there", "Cannot drop local:d.there, which has type TABLE"),
    ("DROP TABLE d.nope", "Not found: Table local:d.nope"),
    ("DROP SCHEMA d", "still in use"),
    ("UNDROP SCHEMA e", "not supported by the local BigQuery: the statement UNDROP SCHEMA E"),
    ("CREATE ROW ACCESS POLICY p ON d.there FILTER USING (TRUE)", "not supported by the local"),
    ("ASSERT 1 = 2 AS 'must be'", "must be"),
    ("ASSERT NULL", "Assertion failed"),
]


@pytest.mark.parametrize(("sql", "message"), WRONG)
def test_definition_that_is_wrong(fresh: Engine, ask: Ask, sql: str, message: str) -> None:
    ask("CREATE TABLE d.there (a INT64)")
    with pytest.raises(BigQueryError, match=message):
        fresh.run(QueryRequest(sql))


def test_exists_clauses_skip(fresh: Engine, ask: Ask) -> None:
    ask("CREATE TABLE d.t AS SELECT 1 AS a")
    skipped = fresh.run(QueryRequest("CREATE TABLE IF NOT EXISTS d.t AS SELECT 2 AS a"))
    assert skipped.ddl_operation == "SKIP"
    replaced = fresh.run(QueryRequest("CREATE OR REPLACE TABLE d.t AS SELECT a + 1 AS a FROM d.t"))
    assert replaced.ddl_operation == "REPLACE"
    with pytest.raises(BigQueryError, match=r"not allowed .* because it is currently a TABLE"):
        fresh.run(QueryRequest("CREATE OR REPLACE VIEW d.t AS SELECT 1 AS a"))
    assert ask("SELECT a FROM d.t") == [["2"]]
    assert fresh.run(QueryRequest("DROP TABLE IF EXISTS d.nope")).ddl_operation == "SKIP"
    assert fresh.run(QueryRequest("CREATE SCHEMA IF NOT EXISTS d")).ddl_operation == "SKIP"
    assert fresh.run(QueryRequest("DROP SCHEMA d CASCADE")).ddl_operation == "DROP"


def test_schema_has_options(fresh: Engine, ask: Ask) -> None:
    ask("CREATE SCHEMA e OPTIONS (description = 'x', default_table_expiration_days = 1)")
    ask("ALTER SCHEMA e SET OPTIONS (labels = [('a', 'b')], description = NULL)")
    with fresh.reading() as cursor:
        made = fresh.catalog.dataset(cursor, DatasetName("local", "e"))
    assert made["labels"] == {"a": "b"}
    assert made["defaultTableExpirationMs"] == "86400000"
    assert "description" not in made


def test_views_and_materialized_views(fresh: Engine, ask: Ask) -> None:
    ask("CREATE TABLE d.t AS SELECT 1 AS a")
    ask(
        "CREATE VIEW d.v (b OPTIONS (description = 'x')) OPTIONS (description = 'v') "
        "AS SELECT a FROM d.t"
    )
    made = fresh.run(
        QueryRequest("CREATE MATERIALIZED VIEW d.m AS SELECT a, COUNT(*) AS n FROM d.t GROUP BY a")
    )
    assert made.kind == "CREATE_MATERIALIZED_VIEW"
    ask("INSERT d.t VALUES (1)")
    assert ask("SELECT b, (SELECT MAX(n) FROM d.m) FROM d.v") == [["1", "2"], ["1", "2"]]
    assert resource(fresh, "m")["materializedView"]["enableRefresh"] is True
    assert resource(fresh, "v")["schema"]["fields"][0]["description"] == "x"
    ask("ALTER VIEW d.v SET OPTIONS (description = 'w')")
    assert resource(fresh, "v")["description"] == "w"
    ask("DROP MATERIALIZED VIEW d.m")


def test_view_is_what_its_query_is_when_it_is_read(fresh: Engine, ask: Ask) -> None:
    ask("CREATE TABLE d.t_1 AS SELECT 1 AS a, 'x' AS b")
    ask("CREATE VIEW d.v AS SELECT * FROM d.t_1")
    ask("CREATE VIEW d.w AS SELECT * EXCEPT (a) FROM d.v")
    ask("CREATE VIEW d.n (x) AS SELECT a FROM `d.t_*`")
    ask("ALTER TABLE d.t_1 ADD COLUMN c INT64")
    ask("CREATE TABLE d.t_2 AS SELECT 2 AS a")
    assert (ask("SELECT * FROM d.w"), ask("SELECT x FROM d.n ORDER BY x")) == (
        [["x", None]],
        [["1"], ["2"]],
    )
    ask("CREATE OR REPLACE TABLE d.t_1 AS SELECT DATE '2020-01-01' AS a")
    assert ask("SELECT * FROM d.v") == [["2020-01-01"]]
    assert columns(fresh, "v") == [("a", "DATE", "NULLABLE")]
    ask("DROP TABLE d.t_1")
    assert ask("SELECT x FROM d.n") == [["2"]]
    with pytest.raises(BigQueryError, match=r"Not found: Table local:d\.t_1"):
        ask("SELECT * FROM d.v")


def test_view_knows_nothing_of_the_script(fresh: Engine, ask: Ask) -> None:
    for before in ("DECLARE x INT64 DEFAULT 1", "CREATE TEMP TABLE x AS SELECT 1 AS x"):
        with pytest.raises(BigQueryError, match=r"Unrecognized name: x|must be qualified"):
            fresh.run(QueryRequest(f"{before}; CREATE VIEW d.v AS SELECT x FROM x"))


def test_files_that_lack_a_default_are_refused(client: bigquery.Client, dataset: str) -> None:
    name = f"local.{dataset}.t"
    client.query_and_wait(f"CREATE TABLE {name} (a INT64, b STRING DEFAULT 'x')")
    with pytest.raises(exceptions.BadRequest, match="a line of JSON without b"):
        client.load_table_from_json([{"a": 2}], name).result()


def test_export_and_load_data(client: bigquery.Client, dataset: str) -> None:
    client.query_and_wait(
        f"CREATE TABLE {dataset}.t AS SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, 'y'"
    )
    uri = f"gs://bucket/{dataset}/rows-*.csv"
    options = f"uri = '{uri}', format = 'CSV', header = TRUE"
    export = f"EXPORT DATA OPTIONS ({options}) AS SELECT * FROM {dataset}.t"
    job = client.query(export)
    job.result()
    assert job.statement_type == "EXPORT_DATA"
    with pytest.raises(exceptions.BadRequest, match="files are there already"):
        client.query_and_wait(export)
    client.query_and_wait(
        f"LOAD DATA INTO {dataset}.u (a INT64, b STRING) CLUSTER BY b "
        "OPTIONS (description = 'loaded') "
        f"FROM FILES (format = 'CSV', uris = ['{uri}'], skip_leading_rows = 1)"
    )
    rows = client.query_and_wait(f"SELECT * FROM {dataset}.u ORDER BY a")
    assert [list(row.values()) for row in rows] == [[1, "x"], [2, "y"]]
    table = client.get_table(f"local.{dataset}.u")
    assert (table.description, table.clustering_fields) == ("loaded", ["b"])


def test_dry_run_makes_nothing(fresh: Engine) -> None:
    planned = fresh.dry_run(QueryRequest("CREATE TABLE d.t AS SELECT 1 AS a"))
    assert planned.kind == "CREATE_TABLE_AS_SELECT"
    assert [field["name"] for field in planned.fields] == ["a"]
    assert fresh.dry_run(QueryRequest("DROP SCHEMA d")).kind == "DROP_SCHEMA"
    with fresh.reading() as cursor:
        assert fresh.catalog.rows.tables(cursor, DatasetName("local", "d")) == []
