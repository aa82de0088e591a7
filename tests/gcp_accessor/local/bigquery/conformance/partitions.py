"""Partitions."""

import datetime
import io

import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import LoadJobConfig, QueryJobConfig, SchemaField

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, refused

FIELDS = [SchemaField("id", "INTEGER"), SchemaField("name", "STRING")]
BY_ID = "SELECT id, FORMAT_TIMESTAMP('%Y%m%d%H', _PARTITIONTIME) AS p FROM {} ORDER BY id"


def _make(place: Place, name: str = "t", span: str = "DAY", **members: bool) -> bigquery.Table:
    table = bigquery.Table(place.name(name), schema=FIELDS)
    table.time_partitioning = bigquery.TimePartitioning(type_=span)
    for member, value in members.items():
        setattr(table, member, value)
    return place.client.create_table(table)


def _load(place: Place, data: str, name: str, disposition: str = "WRITE_APPEND") -> None:
    config = LoadJobConfig(schema=FIELDS, write_disposition=disposition)
    file = io.BytesIO(data.encode())
    place.client.load_table_from_file(file, place.name(name), job_config=config).result()


def _fill(place: Place, name: str = "t") -> None:
    _load(place, "1,a\n2,b\n", f"{name}$20240101")
    _load(place, "3,c\n", f"{name}$20240102")


def ingestion_time(place: Place) -> None:
    """by the time of ingestion: rows are in the partition of now, by hour, day, month and year"""
    for span, form in (("HOUR", "%Y%m%d%H"), ("DAY", "%Y%m%d"), ("MONTH", "%Y%m"), ("YEAR", "%Y")):
        _make(place, span, span)
        before = datetime.datetime.now(datetime.UTC).strftime(form)
        place.client.insert_rows_json(place.name(span), [{"id": 1}])
        place.ask(f"INSERT INTO {span} (id) VALUES (2)")
        _load(place, "3,c\n", span)
        after = datetime.datetime.now(datetime.UTC).strftime(form)
        assert set(place.client.list_partitions(place.name(span))) <= {before, after}
        assert len(place.rows(span)) == 3


def pseudo_columns(place: Place) -> None:
    """_PARTITIONTIME and _PARTITIONDATE where they are named, and in no *"""
    _make(place)
    _fill(place)
    assert place.ask("SELECT * FROM t ORDER BY id") == [[1, "a"], [2, "b"], [3, "c"]]
    later = place.ask("SELECT *, _PARTITIONDATE AS d FROM t WHERE _PARTITIONTIME > '2024-01-01'")
    assert later == [[3, "c", datetime.date(2024, 1, 2)]]
    found = place.ask(
        "SELECT _PARTITIONDATE AS day, COUNT(*) AS n FROM t GROUP BY day ORDER BY day"
    )
    assert found == [[datetime.date(2024, 1, 1), 2], [datetime.date(2024, 1, 2), 1]]
    sql = "SELECT a.*, b.name AS other FROM t AS a JOIN t AS b USING (_PARTITIONTIME, id)"
    assert len(place.ask(f"{sql} WHERE a._PARTITIONDATE = '2024-01-01'")) == 2
    assert [f.name for f in place.client.get_table(place.name("t")).schema] == ["id", "name"]


def pseudo_columns_refused(place: Place) -> None:
    """refuse them as columns of the answer without an alias, and where a table has none (400)"""
    _make(place)
    with pytest.raises(exceptions.BadRequest, match='Invalid field name "_PARTITIONTIME"'):
        place.ask("SELECT _PARTITIONTIME FROM t")
    place.make("plain", *FIELDS)
    with pytest.raises(exceptions.BadRequest, match="Unrecognized name: _PARTITIONTIME"):
        place.ask("SELECT id FROM plain WHERE _PARTITIONTIME IS NULL")
    _make(place, "monthly", "MONTH")
    with pytest.raises(exceptions.BadRequest, match="Did you mean _PARTITIONTIME"):
        place.ask("SELECT id FROM monthly WHERE _PARTITIONDATE > '2024-01-01'")


def changed_by_statements(place: Place) -> None:
    """INSERT, UPDATE, DELETE and MERGE of _PARTITIONTIME"""
    place.ask("CREATE TABLE t (id INT64, name STRING) PARTITION BY _PARTITIONDATE")
    place.ask("INSERT INTO t (_PARTITIONTIME, id) SELECT TIMESTAMP('2024-01-01'), 1")
    place.ask("INSERT INTO t (_PARTITIONTIME, id) VALUES (TIMESTAMP '2024-01-02', 2)")
    place.ask("UPDATE t SET _PARTITIONTIME = TIMESTAMP '2024-02-01' WHERE id = 1")
    place.ask("DELETE FROM t WHERE _PARTITIONDATE = '2024-01-02'")
    place.ask(
        "MERGE t USING (SELECT 1 AS id UNION ALL SELECT 3) AS s ON t.id = s.id"
        " AND t._PARTITIONDATE = '2024-02-01' WHEN MATCHED THEN UPDATE SET name = 'old'"
        " WHEN NOT MATCHED THEN INSERT (_PARTITIONTIME, id) VALUES (TIMESTAMP '2024-03-01', s.id)"
    )
    assert place.ask(BY_ID.format("t")) == [[1, "2024020100"], [3, "2024030100"]]


def into_one(place: Place) -> None:
    """load into one of the time of ingestion (t$20240101): append, replace, only an empty one"""
    _make(place)
    _fill(place)
    _load(place, "7,x\n", "t$20240101", "WRITE_TRUNCATE")
    assert place.ask(BY_ID.format("t")) == [[3, "2024010200"], [7, "2024010100"]]
    with pytest.raises(exceptions.Conflict, match="Already Exists"):
        _load(place, "8,y\n", "t$20240101", "WRITE_EMPTY")
    _load(place, "8,y\n", "t$20240103", "WRITE_EMPTY")
    with pytest.raises(exceptions.BadRequest, match="Invalid partition name"):
        _load(place, "8,y\n", "t$2024")
    _load(place, "9,z\n", "t", "WRITE_TRUNCATE")
    assert place.client.get_table(place.name("t")).time_partitioning.type_ == "DAY"


def load_makes_it(place: Place) -> None:
    """load into one of a table that the job makes (time_partitioning)"""
    config = LoadJobConfig(schema=FIELDS, time_partitioning=bigquery.TimePartitioning())
    file = io.BytesIO(b"1,a\n")
    place.client.load_table_from_file(file, place.name("t$20240101"), job_config=config).result()
    assert place.client.list_partitions(place.name("t")) == ["20240101"]


def answers_into_one(place: Place) -> None:
    """the answer of a query into one, by ingestion and by column: append, replace"""
    _make(place)
    place.ask("CREATE TABLE c (day DATE, id INT64) PARTITION BY day")
    config = QueryJobConfig(destination=place.name("t$20240105"))
    place.client.query("SELECT 1 AS id", job_config=config).result()
    config.write_disposition = "WRITE_TRUNCATE"
    place.client.query("SELECT 2 AS id", job_config=config).result()
    assert place.ask(BY_ID.format("t")) == [[2, "2024010500"]]
    config = QueryJobConfig(
        destination=place.name("c$20240105"), write_disposition="WRITE_TRUNCATE"
    )
    for number in (1, 2):
        sql = f"SELECT DATE '2024-01-05' AS day, {number} AS id"
        place.client.query(sql, job_config=config).result()
    assert place.rows("c") == [[datetime.date(2024, 1, 5), 2]]
    with pytest.raises(exceptions.BadRequest, match="belong to different partitions"):
        place.client.query("SELECT DATE '2024-01-06' AS day", job_config=config).result()


def answers_make_it(place: Place) -> None:
    """the answer of a query as a new table that is partitioned by ingestion"""
    partitioning = bigquery.TimePartitioning(type_="MONTH")
    config = QueryJobConfig(destination=place.name("t"), time_partitioning=partitioning)
    place.client.query("SELECT 1 AS id", job_config=config).result()
    now = datetime.datetime.now(datetime.UTC)
    assert place.client.list_partitions(place.name("t"))[0][:4] == f"{now:%Y}"
    assert place.ask("SELECT id FROM t WHERE _PARTITIONTIME > '2024-01-01'") == [[1]]


def streamed(place: Place) -> None:
    """insert rows into one of the last days; refuse one that is too far away"""
    _make(place)
    day = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=3)
    table = place.client.get_table(place.name("t"))
    name = place.name(f"t${day:%Y%m%d}")
    assert place.client.insert_rows_json(name, [{"id": 1}]) == []
    assert place.client.insert_rows(name, [(2, "b")], selected_fields=table.schema) == []
    assert place.client.list_partitions(place.name("t")) == [f"{day:%Y%m%d}"]
    with pytest.raises(exceptions.BadRequest, match="outside the allowed bounds"):
        place.client.insert_rows_json(place.name("t$20200101"), [{"id": 1}])


def copied(place: Place) -> None:
    """copy a table with its partitions, and one of them into another"""
    _make(place)
    _fill(place)
    place.client.copy_table(place.name("t"), place.name("u")).result()
    expected = [[1, "2024010100"], [2, "2024010100"], [3, "2024010200"]]
    assert place.ask(BY_ID.format("u")) == expected
    one, other = place.name("t$20240102"), place.name("u$20240301")
    place.client.copy_table(one, other).result()
    assert [3, "2024030100"] in place.ask(BY_ID.format("u"))
    place.client.copy_table(one, place.name("v")).result()
    assert place.ask(BY_ID.format("v")) == [[3, "2024010200"]]
    place.ask("CREATE TABLE w CLONE t")
    assert place.ask(BY_ID.format("w")) == expected


def deleted(place: Place) -> None:
    """delete one (delete_table of t$20240101)"""
    _make(place)
    _fill(place)
    place.client.delete_table(place.name("t$20240101"))
    assert place.client.list_partitions(place.name("t")) == ["20240102"]


def read(place: Place) -> None:
    """read one: get_table, list_rows, extract_table"""
    _make(place)
    _fill(place)
    assert place.client.get_table(place.name("t$20240101")).num_rows == 2
    assert [r["id"] for r in place.client.list_rows(place.name("t$20240102"))] == [3]
    uri = f"gs://{place.bucket.name}/part.csv"
    place.client.extract_table(place.name("t$20240102"), uri).result()
    assert place.bucket.blob("part.csv").download_as_text() == "id,name\n3,c\n"
    with pytest.raises(exceptions.BadRequest, match="cannot include decorator"):
        place.ask("SELECT * FROM `t$20240101`")


def required_filter(place: Place) -> None:
    """a required filter over the time of ingestion, or the column"""
    _make(place, require_partition_filter=True)
    words = (
        "without a filter over column.*'_PARTITION_LOAD_TIME', '_PARTITIONDATE', '_PARTITIONTIME'"
    )
    with pytest.raises(exceptions.BadRequest, match=words):
        place.ask("SELECT * FROM t")
    assert place.ask("SELECT * FROM t WHERE _PARTITIONDATE = '2024-01-01'") == []
    with pytest.raises(exceptions.BadRequest, match="without a filter"):
        place.ask("UPDATE t SET name = 'x' WHERE id = 1")
    place.ask("CREATE VIEW v AS SELECT *, _PARTITIONDATE AS day FROM t")
    assert place.ask("SELECT id FROM v WHERE day = '2024-01-01'") == []


def told(place: Place) -> None:
    """INFORMATION_SCHEMA.PARTITIONS and list_partitions tell the same"""
    _make(place)
    _fill(place)
    found = place.ask(
        "SELECT partition_id, total_rows FROM INFORMATION_SCHEMA.PARTITIONS"
        " WHERE table_name = 't' ORDER BY 1"
    )
    assert found == [["20240101", 2], ["20240102", 1]]
    assert place.client.list_partitions(place.name("t")) == ["20240101", "20240102"]


def reserved_names(place: Place) -> None:
    """refuse columns with the names of pseudo columns (400)"""
    for name in ("_PARTITIONTIME", "_partition_x", "_FILE_NAME"):
        with pytest.raises(exceptions.BadRequest, match="Invalid field name"):
            place.make("bad", SchemaField(name, "STRING"))
        with pytest.raises(exceptions.BadRequest, match="Invalid field name"):
            place.ask(f"CREATE TABLE bad ({name} STRING)")


def kept(place: Place) -> None:
    """refuse to give them to a table that has none, or take them (400)"""
    table = place.make("t", *FIELDS)
    table.time_partitioning = bigquery.TimePartitioning()
    with pytest.raises(exceptions.BadRequest, match="Cannot convert non partitioned"):
        place.client.update_table(table, ["time_partitioning"])


@refused
def streamed_by_column(place: Place) -> None:
    """rows inserted into one of a table that is partitioned by a column"""
    place.ask("CREATE TABLE c (day DATE) PARTITION BY day")
    place.client.insert_rows_json(place.name("c$20240101"), [{"day": "2024-01-01"}])
