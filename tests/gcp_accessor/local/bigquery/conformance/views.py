"""Views."""

import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import SchemaField

from tests.gcp_accessor.local.bigquery.conformance.registry import Place


def _view(place: Place, query: str) -> bigquery.Table:
    view = bigquery.Table(place.name("seen"))
    view.view_query = query
    return view


def create(place: Place) -> None:
    """create with a query, read by queries"""
    place.make("t", SchemaField("a", "INT64"))
    place.client.insert_rows_json(place.name("t"), [{"a": 1}, {"a": 2}])
    view = place.client.create_table(_view(place, f"SELECT SUM(a) AS s FROM {place.dataset}.t"))
    assert (view.table_type, view.view_use_legacy_sql) == ("VIEW", False)
    assert [(field.name, field.field_type) for field in view.schema] == [("s", "INTEGER")]
    assert place.ask("SELECT s FROM seen") == [[3]]
    assert place.client.get_table(view).view_query == view.view_query


def update(place: Place) -> None:
    """change the query, the labels and the description"""
    view = place.client.create_table(_view(place, "SELECT 1 AS a"))
    view.view_query, view.labels, view.description = "SELECT 'x' AS b", {"k": "v"}, "seen"
    changed = place.client.update_table(view, ["view_query", "labels", "description"])
    assert [field.name for field in changed.schema] == ["b"]
    assert (changed.labels, changed.description) == ({"k": "v"}, "seen")
    assert place.ask("SELECT * FROM seen") == [["x"]]


def descriptions(place: Place) -> None:
    """describe the fields"""
    view = place.client.create_table(_view(place, "SELECT 1 AS a"))
    view.schema = [SchemaField("a", "INTEGER", description="one")]
    place.client.update_table(view, ["schema"])
    assert place.client.get_table(view).schema[0].description == "one"


def by_sql(place: Place) -> None:
    """made, replaced and dropped by SQL"""
    place.ask("CREATE VIEW seen AS SELECT 1 AS a")
    place.ask("CREATE OR REPLACE VIEW seen AS SELECT 2 AS a")
    assert place.ask("SELECT a FROM seen") == [[2]]
    assert "SELECT 2 AS a" in place.client.get_table(place.name("seen")).view_query
    place.ask("DROP VIEW seen")
    assert list(place.client.list_tables(place.dataset)) == []


def listed(place: Place) -> None:
    """listed as views"""
    place.client.create_table(_view(place, "SELECT 1 AS a"))
    [item] = place.client.list_tables(place.dataset)
    assert (item.table_id, item.table_type, item.view_use_legacy_sql) == ("seen", "VIEW", False)


def no_rows(place: Place) -> None:
    """refuse to list and to insert rows (400)"""
    place.client.create_table(_view(place, "SELECT 1 AS a"))
    with pytest.raises(exceptions.BadRequest, match="Cannot list a table of type VIEW"):
        place.rows("seen")
    with pytest.raises(exceptions.BadRequest, match="Cannot add rows to a table of type VIEW"):
        place.client.insert_rows_json(place.name("seen"), [{"a": 1}])
    with pytest.raises(exceptions.BadRequest):
        place.ask("DELETE FROM seen WHERE TRUE")


def wrong(place: Place) -> None:
    """refuse a query that is wrong, or of a table that is not there"""
    with pytest.raises(exceptions.BadRequest, match="Syntax error"):
        place.client.create_table(_view(place, "SELEC 1"))
    with pytest.raises(exceptions.NotFound, match="Not found: Table"):
        place.client.create_table(_view(place, f"SELECT * FROM {place.dataset}.none"))


def follows(place: Place) -> None:
    """follow the table they read, which may be made anew"""
    place.ask("CREATE TABLE t AS SELECT 1 AS a")
    place.client.create_table(_view(place, f"SELECT a FROM {place.dataset}.t"))
    place.ask("CREATE OR REPLACE TABLE t AS SELECT 2 AS a")
    assert place.ask("SELECT a FROM seen") == [[2]]
    place.ask("DROP TABLE t")
    with pytest.raises(exceptions.NotFound, match="Not found: Table"):
        place.ask("SELECT a FROM seen")


def materialized(place: Place) -> None:
    """materialized views, which are always fresh"""
    place.ask("CREATE TABLE t AS SELECT 1 AS a")
    view = bigquery.Table(place.name("seen"))
    view.mview_query = f"SELECT COUNT(*) AS n FROM {place.dataset}.t"
    made = place.client.create_table(view)
    assert (made.table_type, made.mview_query) == ("MATERIALIZED_VIEW", view.mview_query)
    place.ask("INSERT INTO t VALUES (2)")
    assert place.ask("SELECT n FROM seen") == [[2]]
    place.client.delete_table(view)
