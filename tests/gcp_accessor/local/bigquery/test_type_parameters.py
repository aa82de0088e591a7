"""Columns of types with parameters: values are rounded or refused, however they are written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from google.cloud import bigquery

from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from tests.gcp_accessor.local.bigquery.sql.groups import run


@pytest.fixture
def sized(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(tmp_path, project="local")
    engine.run(QueryRequest("CREATE SCHEMA d"))
    engine.run(QueryRequest("CREATE TABLE d.t (n NUMERIC(5, 2), s STRING(3), b BYTES(2))"))
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("sql", "stored"),
    [
        ("INSERT d.t (n) VALUES (1.005)", "1.01"),
        ("INSERT d.t (n) VALUES (NUMERIC '-1.005')", "-1.01"),
        ("INSERT d.t (n) SELECT NUMERIC '7.774'", "7.77"),
        ("INSERT d.t (n) VALUES (999)", "999"),
        ("INSERT d.t (n) VALUES (1); UPDATE d.t SET n = NUMERIC '2.345' WHERE TRUE", "2.35"),
        (
            "MERGE d.t USING (SELECT NUMERIC '8.885' AS v) ON FALSE"
            " WHEN NOT MATCHED THEN INSERT (n) VALUES (v)",
            "8.89",
        ),
        ("CREATE OR REPLACE TABLE d.t (n NUMERIC(5, 2)) AS SELECT NUMERIC '0.125' AS n", "0.13"),
    ],
)
def test_numeric_is_rounded_to_its_scale(sized: Engine, sql: str, stored: str) -> None:
    sized.run(QueryRequest(sql))
    assert run(sized, "SELECT n FROM d.t") == (["NUMERIC"], [[stored]])


def test_appended_numeric_is_rounded(sized: Engine) -> None:
    table = TableName("local", "d", "t")
    sql = "SELECT NUMERIC '0.125' AS n"
    sized.run(QueryRequest(sql, destination=table, write_disposition="WRITE_APPEND"))
    assert run(sized, "SELECT n FROM d.t")[1] == [["0.13"]]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("INSERT d.t (n) VALUES (999.995)", r"NUMERIC\(5, 2\) has precision 5 and scale 2"),
        ("INSERT d.t (n) SELECT NUMERIC '1000'", r"Column n: NUMERIC\(5, 2\)"),
        ("INSERT d.t (s) VALUES ('äöüß')", r"STRING\(3\) has maximum length 3"),
        ("INSERT d.t (s) VALUES ('a'); UPDATE d.t SET s = 'abcd' WHERE TRUE", r"Column s: STRING"),
        ("INSERT d.t (b) VALUES (b'abc')", r"BYTES\(2\) has maximum length 2"),
        ("CREATE TABLE d.u CLONE d.t; INSERT d.u (s) VALUES ('abcd')", r"Column s: STRING\(3\)"),
    ],
)
def test_value_that_does_not_fit_is_refused(sized: Engine, sql: str, said: str) -> None:
    with pytest.raises(BigQueryError, match=said):
        sized.run(QueryRequest(sql))
    assert run(sized, "SELECT COUNT(*) FROM d.t WHERE LENGTH(s) > 3 OR n > 999")[1] == [["0"]]


def test_text_of_the_longest_length_is_stored(sized: Engine) -> None:
    sized.run(QueryRequest("INSERT d.t VALUES (NULL, 'äöü', b'ab'), (NULL, NULL, NULL)"))
    assert run(sized, "SELECT COUNT(s), COUNT(b) FROM d.t")[1] == [["1", "1"]]


def test_information_schema_spells_the_parameters(sized: Engine) -> None:
    sql = "SELECT data_type FROM d.INFORMATION_SCHEMA.COLUMNS ORDER BY ordinal_position"
    assert run(sized, sql)[1] == [["NUMERIC(5, 2)"], ["STRING(3)"], ["BYTES(2)"]]


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE d.t ADD COLUMN z STRING(3)",
        "ALTER TABLE d.t ALTER COLUMN s SET DATA TYPE STRING(9)",
        "CREATE TABLE d.u (a ARRAY<STRING(3)>)",
        "CREATE TABLE d.u (a STRUCT<b STRING(3)>)",
        "CREATE TABLE d.u (a BIGNUMERIC(5, 2))",
        "DECLARE v STRING(2); SELECT v",
    ],
)
def test_place_without_a_form_is_refused(sized: Engine, sql: str) -> None:
    with pytest.raises(BigQueryError, match="not supported by the local BigQuery"):
        sized.run(QueryRequest(sql))


@pytest.mark.parametrize("kind", ["NUMERIC(50, 2)", "NUMERIC(3, 10)", "INT64(5)", "STRING(0)"])
def test_parameters_that_no_type_has_are_wrong(sized: Engine, kind: str) -> None:
    with pytest.raises(BigQueryError) as failure:
        sized.run(QueryRequest(f"CREATE TABLE d.u (a {kind})"))
    assert "not supported" not in failure.value.message


def test_client_makes_loads_and_reads_back_parameters(
    client: bigquery.Client, dataset: str
) -> None:
    schema = [
        bigquery.SchemaField("n", "NUMERIC", precision=5, scale=2),
        bigquery.SchemaField("s", "STRING", max_length=3),
    ]
    table = client.create_table(bigquery.Table(f"{client.project}.{dataset}.sized", schema=schema))
    assert [field.max_length for field in table.schema] == [None, 3]
    assert (table.schema[0].precision, table.schema[0].scale) == (5, 2)
    client.load_table_from_json([{"n": "1.005", "s": "abc"}], table).result()
    assert client.insert_rows_json(table, [{"n": "2.345", "s": "x"}]) == []
    assert sorted(str(row.n) for row in client.list_rows(table)) == ["1.01", "2.35"]
    with pytest.raises(Exception, match=r"STRING\(3\) has maximum length 3"):
        client.load_table_from_json([{"s": "abcd"}], table).result()
