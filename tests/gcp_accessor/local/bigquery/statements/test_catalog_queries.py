"""INFORMATION_SCHEMA and wildcard tables.

Source: https://cloud.google.com/bigquery/docs/information-schema-intro
"""

from __future__ import annotations

from typing import Any

import pytest
from google.cloud import bigquery

from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from tests.gcp_accessor.local.bigquery.statements.conftest import Ask


@pytest.fixture
def filled(ask: Ask) -> Ask:
    ask("CREATE SCHEMA d")
    ask(
        "CREATE TABLE d.t (id INT64 NOT NULL, name STRING DEFAULT 'x' OPTIONS (description = 'n'), "
        "day DATE, home STRUCT<city STRING>, PRIMARY KEY (id) NOT ENFORCED) PARTITION BY day "
        "CLUSTER BY name OPTIONS (description = 'about', labels = [('a', 'b')])"
    )
    ask("INSERT d.t (id, day) VALUES (1, '2020-01-01'), (2, '2020-01-01'), (3, NULL)")
    ask("CREATE VIEW d.v AS SELECT 1 AS a")
    ask("CREATE FUNCTION d.f(x INT64, y ANY TYPE) RETURNS STRING AS (CAST(x AS STRING))")
    ask("CREATE PROCEDURE d.p(OUT r ARRAY<INT64>) BEGIN SELECT 1; END")
    return ask


VIEWS: list[tuple[str, list[list[Any]]]] = [
    (
        "SELECT table_name, table_type, is_insertable_into FROM d.INFORMATION_SCHEMA.TABLES "
        "ORDER BY 1",
        [["t", "BASE TABLE", "YES"], ["v", "VIEW", "NO"]],
    ),
    (
        "SELECT column_name, ordinal_position, is_nullable, data_type, is_partitioning_column, "
        "clustering_ordinal_position, column_default FROM d.INFORMATION_SCHEMA.COLUMNS "
        "WHERE table_name = 't' ORDER BY ordinal_position",
        [
            ["id", "1", "NO", "INT64", "NO", None, "NULL"],
            ["name", "2", "YES", "STRING", "NO", "1", "'x'"],
            ["day", "3", "YES", "DATE", "YES", None, "NULL"],
            ["home", "4", "YES", "STRUCT<city STRING>", "NO", None, "NULL"],
        ],
    ),
    (
        "SELECT field_path, data_type, description FROM d.INFORMATION_SCHEMA.COLUMN_FIELD_PATHS "
        "WHERE column_name IN ('home', 'name') ORDER BY 1",
        [
            ["home", "STRUCT<city STRING>", None],
            ["home.city", "STRING", None],
            ["name", "STRING", "n"],
        ],
    ),
    (
        "SELECT dataset_id, table_id, row_count, type, size_bytes > 0, creation_time > 0 "
        "FROM d.__TABLES__ ORDER BY 2",
        [["d", "t", "3", "1", "true", "true"], ["d", "v", None, "2", None, "true"]],
    ),
    ("SELECT table_id, type FROM `d.__TABLES_SUMMARY__` WHERE type = 2", [["v", "2"]]),
    ("SELECT schema_name, location FROM INFORMATION_SCHEMA.SCHEMATA", [["d", "US"]]),
    (
        "SELECT option_name, option_type, option_value FROM d.INFORMATION_SCHEMA.TABLE_OPTIONS "
        "ORDER BY 1",
        [
            ["description", "STRING", '"about"'],
            ["labels", "ARRAY<STRUCT<STRING, STRING>>", '[STRUCT("a", "b")]'],
        ],
    ),
    (
        "SELECT table_name, view_definition FROM d.INFORMATION_SCHEMA.VIEWS",
        [["v", "SELECT 1 AS a"]],
    ),
    (
        "SELECT routine_name, routine_type, data_type, routine_definition "
        "FROM d.INFORMATION_SCHEMA.ROUTINES ORDER BY 1",
        [
            ["f", "FUNCTION", "STRING", "CAST(x AS STRING)"],
            ["p", "PROCEDURE", None, "BEGIN SELECT 1; END"],
        ],
    ),
    (
        "SELECT specific_name, ordinal_position, parameter_mode, is_result, parameter_name, "
        "data_type FROM d.INFORMATION_SCHEMA.PARAMETERS ORDER BY 1, 2",
        [
            ["f", "0", None, "YES", None, "STRING"],
            ["f", "1", None, "NO", "x", "INT64"],
            ["f", "2", None, "NO", "y", "ANY TYPE"],
            ["p", "1", "OUT", "NO", "r", "ARRAY<INT64>"],
        ],
    ),
    (
        "SELECT partition_id, total_rows FROM d.INFORMATION_SCHEMA.PARTITIONS ORDER BY 1",
        [["20200101", "2"], ["__NULL__", "1"]],
    ),
    (
        "SELECT table_name, total_rows, total_partitions "
        "FROM `region-us`.INFORMATION_SCHEMA.TABLE_STORAGE",
        [["t", "3", "2"]],
    ),
    (
        "SELECT constraint_name, column_name, ordinal_position "
        "FROM d.INFORMATION_SCHEMA.KEY_COLUMN_USAGE",
        [["t.pk$", "id", "1"]],
    ),
    (
        "SELECT table_schema, COUNT(*) FROM `region-us`.INFORMATION_SCHEMA.TABLES GROUP BY 1",
        [["d", "2"]],
    ),
]


def test_views_of_the_information_schema(filled: Ask) -> None:
    for sql, rows in VIEWS:
        assert filled(sql) == rows, sql


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "SELECT ddl FROM d.INFORMATION_SCHEMA.TABLES",
            "the column ddl of INFORMATION_SCHEMA.TABLES",
        ),
        ("SELECT * FROM d.INFORMATION_SCHEMA.NOTHING", "INFORMATION_SCHEMA.NOTHING"),
        ("SELECT * FROM nope.INFORMATION_SCHEMA.TABLES", "Not found: Dataset local:nope"),
        ("SELECT * FROM INFORMATION_SCHEMA.TABLES", "must be qualified with a dataset"),
        ("SELECT * FROM d.t FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01'", "FOR SYSTEM_TIME AS OF"),
        ("SELECT _CHANGE_TYPE FROM d.t", "the pseudo column _CHANGE_TYPE"),
        ("SELECT * FROM `d.none_*`", r"local:d.none_\* does not match any table"),
        ("SELECT * FROM `d.*t`", r"\* must be its last character"),
        ("SELECT * FROM `d.*`", "Views cannot be queried through prefix"),
    ],
)
def test_what_is_refused(fresh: Engine, ask: Ask, sql: str, message: str) -> None:
    ask("CREATE SCHEMA d")
    ask("CREATE TABLE d.t AS SELECT 1 AS a")
    ask("CREATE VIEW d.v AS SELECT 1 AS a")
    with pytest.raises(BigQueryError, match=message):
        fresh.run(QueryRequest(sql))


def test_the_present_state_of_a_table_is_read_as_it_is(ask: Ask) -> None:
    ask("CREATE SCHEMA d")
    ask("CREATE TABLE d.t AS SELECT 1 AS a")
    assert ask("SELECT x.a FROM d.t AS x FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()") == [["1"]]
    assert ask("FROM d.t |> UNION ALL (FROM d.t), (FROM d.t), |> AGGREGATE SUM(a)") == [["3"]]


def test_wildcard_reads_all_tables_of_a_prefix(ask: Ask) -> None:
    ask("CREATE SCHEMA d")
    ask("CREATE TABLE d.e_2019 AS SELECT 1 AS a, 'x' AS b")
    ask("CREATE TABLE d.e_2020 AS SELECT 2 AS a, 'y' AS b, 3.5 AS c")
    ask("CREATE TABLE d.other AS SELECT 9 AS z")
    assert ask("SELECT * FROM `d.e_*` ORDER BY a") == [["1", "x", None], ["2", "y", "3.5"]]
    assert ask("SELECT *, _TABLE_SUFFIX AS s FROM `d.e_*` WHERE _TABLE_SUFFIX < '2020'") == [
        ["1", "x", None, "2019"]
    ]
    assert ask("SELECT t.a FROM `local.d.e_20*` AS t WHERE t._TABLE_SUFFIX = '20'") == [["2"]]
    assert ask("SELECT _TABLE_SUFFIX, COUNT(*) FROM `d.e_*` GROUP BY 1 ORDER BY 1") == [
        ["2019", "1"],
        ["2020", "1"],
    ]


def test_jobs_are_told_by_the_information_schema(client: bigquery.Client) -> None:
    job = client.query("SELECT 17 AS seventeen")
    job.result()
    rows = client.query_and_wait(
        "SELECT statement_type, state, query FROM `region-us`.INFORMATION_SCHEMA.JOBS "
        f"WHERE job_id = '{job.job_id}'"
    )
    assert [list(row.values()) for row in rows] == [["SELECT", "DONE", "SELECT 17 AS seventeen"]]
