"""DML."""

import pytest
from google.api_core import exceptions

from tests.gcp_accessor.local.bigquery.conformance.registry import Place


def _changed(place: Place, sql: str) -> int:
    job = place.client.query(sql.replace("{t}", f"{place.dataset}.t"))
    job.result()
    assert job.num_dml_affected_rows is not None
    return job.num_dml_affected_rows


def changes(place: Place) -> None:
    """INSERT, UPDATE, DELETE, with the number of changed rows"""
    place.ask("CREATE TABLE t AS SELECT 1 AS id, 'a' AS name")
    assert _changed(place, "INSERT INTO {t} (id, name) VALUES (2, 'b'), (3, 'c')") == 2
    assert _changed(place, "INSERT {t} (name, id) SELECT 'd', 4") == 1
    assert _changed(place, "UPDATE {t} SET name = UPPER(name) WHERE id > 1") == 3
    assert _changed(place, "DELETE FROM {t} WHERE id = 4") == 1
    assert place.ask("SELECT name FROM t ORDER BY id") == [["a"], ["B"], ["C"]]


def merge(place: Place) -> None:
    """MERGE"""
    place.ask("CREATE TABLE t AS SELECT 1 AS id, 'a' AS name UNION ALL SELECT 2, 'b'")
    changed = _changed(
        place,
        "MERGE {t} AS t USING (SELECT 2 AS id, 'B' AS name UNION ALL SELECT 3, 'C') AS s"
        " ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name"
        " WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)",
    )
    assert changed == 2
    assert place.ask("SELECT id, name FROM t ORDER BY id") == [[1, "a"], [2, "B"], [3, "C"]]


def statistics(place: Place) -> None:
    """tell how many rows were inserted, updated and deleted (dml_stats)"""
    place.ask("CREATE TABLE t AS SELECT 1 AS id")
    job = place.client.query(f"INSERT INTO {place.dataset}.t VALUES (2), (3)")
    job.result()
    assert (job.statement_type, job.dml_stats.inserted_row_count) == ("INSERT", 2)
    job = place.client.query(f"UPDATE {place.dataset}.t SET id = 9 WHERE id > 1")
    job.result()
    assert job.dml_stats.updated_row_count == 2
    job = place.client.query(f"DELETE FROM {place.dataset}.t WHERE TRUE")
    assert job.result().num_dml_affected_rows == 3
    assert job.dml_stats.deleted_row_count == 3


def errors(place: Place) -> None:
    """an error leaves the table as it was"""
    place.ask("CREATE TABLE t (id INT64 NOT NULL, name STRING)")
    place.ask("INSERT INTO t VALUES (1, 'x')")
    with pytest.raises(exceptions.BadRequest, match="Bad int64 value"):
        place.ask("UPDATE t SET id = CAST(name AS INT64) WHERE TRUE")
    with pytest.raises(exceptions.BadRequest, match="cannot be null"):
        place.ask("INSERT INTO t (name) VALUES ('y')")
    with pytest.raises(exceptions.BadRequest, match="must have a WHERE clause"):
        place.ask("DELETE FROM t")
    assert place.rows("t") == [[1, "x"]]
