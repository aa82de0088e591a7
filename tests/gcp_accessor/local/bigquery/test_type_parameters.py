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
        "CREATE TABLE d.u (a ARRAY<BIGNUMERIC(5, 2)>)",
        "CREATE TABLE d.u (a STRUCT<b BIGNUMERIC(5, 2)>)",
    ],
)
def test_place_without_a_form_is_refused(sized: Engine, sql: str) -> None:
    with pytest.raises(BigQueryError, match="not supported by the local BigQuery"):
        sized.run(QueryRequest(sql))


@pytest.fixture
def nested(sized: Engine) -> Engine:
    columns = "k INT64, a ARRAY<STRING(3)>, n ARRAY<NUMERIC(5, 2)>, b BIGNUMERIC(5, 2)"
    struct = "s STRUCT<x BYTES(2), n NUMERIC(4, 1), l ARRAY<STRUCT<z NUMERIC(5, 2)>>>"
    sized.run(QueryRequest(f"CREATE TABLE d.n ({columns}, {struct})"))
    sized.run(QueryRequest("INSERT d.n (k, a) VALUES (1, ['abc', 'ä'])"))
    return sized


@pytest.mark.parametrize(
    ("sql", "column", "stored"),
    [
        ("INSERT d.n (n) VALUES ([1.005, 2])", "n[0]", "1.01"),
        ("INSERT d.n (n) SELECT [NUMERIC '1.005']", "n[0]", "1.01"),
        ("INSERT d.n (s) VALUES ((b'x', 1.25, []))", "s.n", "1.3"),
        (
            "INSERT d.n (s) SELECT STRUCT(b'x', NUMERIC '1', [STRUCT(NUMERIC '1.005')])",
            "s.l[0].z",
            "1.01",
        ),
        ("UPDATE d.n SET n = [2.345] WHERE TRUE", "n[0]", "2.35"),
        ("UPDATE d.n SET s.n = 2.25 WHERE TRUE", "s.n", "2.3"),
        ("INSERT d.n (b) VALUES (-1.005)", "b", "-1.01"),
        ("INSERT d.n (b) SELECT BIGNUMERIC '999.994'", "b", "999.99"),
        ("UPDATE d.n SET b = 7.775 WHERE TRUE", "b", "7.78"),
        ("CREATE OR REPLACE TABLE d.n (n ARRAY<NUMERIC(5, 2)>) AS SELECT [NUMERIC '1.005'] AS n",
         "n[0]", "1.01"),
    ],
)  # fmt: skip
def test_nested_numeric_is_rounded(nested: Engine, sql: str, column: str, stored: str) -> None:
    nested.run(QueryRequest(sql))
    found = run(nested, f"SELECT * FROM (SELECT {column} AS v FROM d.n) WHERE v IS NOT NULL")
    assert found[1] == [[stored]]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("INSERT d.n (a) VALUES (['a', 'abcd'])", r"Column a: STRING\(3\) has maximum length 3"),
        ("INSERT d.n (a) SELECT ['abcd']", r"Column a: STRING\(3\)"),
        ("INSERT d.n (n) VALUES ([999.995])", r"Column n: NUMERIC\(5, 2\) has precision 5"),
        ("INSERT d.n (s) VALUES ((b'abc', 1, []))", r"Column s: BYTES\(2\)"),
        ("UPDATE d.n SET a = ['abcd'] WHERE TRUE", r"Column a: STRING\(3\)"),
        ("MERGE d.n USING (SELECT ['long'] AS v) ON FALSE WHEN NOT MATCHED THEN INSERT (a)"
         " VALUES (v)", r"Column a: STRING\(3\)"),
        ("CREATE TABLE d.u (a ARRAY<STRING(1)>) AS SELECT ['ab'] AS a", r"STRING\(1\)"),
        ("INSERT d.n (b) VALUES (999.995)", "Column b: BIGNUMERIC"),
        ("INSERT d.n (b) SELECT BIGNUMERIC '-1e20'", "Column b: BIGNUMERIC"),
        ("DECLARE v STRING(2) DEFAULT 'abc'; SELECT v", r"STRING\(2\) has maximum length 2"),
        ("DECLARE v ARRAY<STRING(2)>; SET v = ['a', 'abc']", r"STRING\(2\)"),
        ("DECLARE v NUMERIC(5, 2); SET v = 1000", r"NUMERIC\(5, 2\) has precision 5"),
        ("DECLARE v STRING(0)", "at least 1"),
    ],
)  # fmt: skip
def test_nested_value_that_does_not_fit_is_refused(nested: Engine, sql: str, said: str) -> None:
    with pytest.raises(BigQueryError, match=said):
        nested.run(QueryRequest(sql))
    assert run(nested, "SELECT k, ARRAY_LENGTH(a) FROM d.n")[1] == [["1", "2"]]


def test_variable_is_rounded_to_its_scale(sized: Engine) -> None:
    sql = "DECLARE n NUMERIC(5, 2) DEFAULT 1.005; DECLARE b BIGNUMERIC(5, 2); SET b = 2.345;"
    assert run(sized, f"{sql} SELECT n, b")[1] == [["1.01", "2.35"]]


@pytest.mark.parametrize(
    "kind", ["NUMERIC(50, 2)", "NUMERIC(3, 10)", "INT64(5)", "STRING(0)", "BIGNUMERIC(50, 2)"]
)
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
