"""Load jobs of Parquet and ORC."""

import datetime
import io
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet as pq
import pytest
from google.api_core import exceptions
from google.cloud.bigquery import LoadJobConfig, ParquetOptions, SchemaField

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, refused

MOMENT = datetime.datetime(2020, 1, 2, 3, 4, 5, 678, tzinfo=datetime.UTC)


def _parquet(columns: dict[str, Any], **options: Any) -> io.BytesIO:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file, **options)
    file.seek(0)
    return file


def _load(place: Place, file: Any, source_format: str = "PARQUET", **options: Any) -> Any:
    config = LoadJobConfig(source_format=source_format, **options)
    place.client.load_table_from_file(file, place.name("t"), job_config=config).result()
    return place.rows("t")


def types(place: Place) -> None:
    """Parquet of every type"""
    columns = {
        "i": pa.array([1, None], pa.int32()),
        "f": pa.array([0.5, None], pa.float32()),
        "s": ["é", None],
        "b": [b"\x00", None],
        "t": pa.array([MOMENT, None], pa.timestamp("us", tz="UTC")),
        "dt": pa.array([MOMENT.replace(tzinfo=None), None], pa.timestamp("us")),
        "d": [MOMENT.date(), None],
        "n": pa.array([Decimal("1.25"), None], pa.decimal128(10, 2)),
    }
    rows = _load(place, _parquet(columns))
    assert rows[1] == [None] * 8
    assert rows[0][:5] == [1, 0.5, "é", b"\x00", MOMENT]
    assert rows[0][6:] == [MOMENT.date(), Decimal("1.25")]
    found = [field.field_type for field in place.client.get_table(place.name("t")).schema]
    assert found[:5] == ["INTEGER", "FLOAT", "STRING", "BYTES", "TIMESTAMP"]
    assert found[6:] == ["DATE", "NUMERIC"]


def lists(place: Place) -> None:
    """Parquet lists as arrays (enable_list_inference), structs as records"""
    columns = {"l": [[1, 2], [], None], "r": [{"a": 1, "b": ["x"]}, {"a": None, "b": []}, None]}
    options = ParquetOptions()
    options.enable_list_inference = True
    rows = _load(place, _parquet(columns), parquet_options=options)
    assert rows == [[[1, 2], {"a": 1, "b": ["x"]}], [[], {"a": None, "b": []}], [[], None]]


def lists_as_they_are(place: Place) -> None:
    """Parquet lists as records of lists, as BigQuery does without enable_list_inference"""
    _load(place, _parquet({"l": [[1, 2]]}))
    [field] = place.client.get_table(place.name("t")).schema
    assert (field.field_type, field.fields[0].name) == ("RECORD", "list")
    assert place.rows("t") == [[{"list": [{"element": 1}, {"element": 2}]}]]


def decimals(place: Place) -> None:
    """decimals as NUMERIC or BIGNUMERIC (decimal_target_types)"""
    columns = {"n": pa.array([Decimal("1.25000000000000000001")], pa.decimal128(38, 20))}
    rows = _load(place, _parquet(columns), decimal_target_types=["NUMERIC", "BIGNUMERIC"])
    assert place.client.get_table(place.name("t")).schema[0].field_type == "BIGNUMERIC"
    assert rows == [[Decimal("1.25000000000000000001")]]


@refused
def decimal_texts(place: Place) -> None:
    """decimals as STRING"""
    columns = {"n": pa.array([Decimal("1.25")], pa.decimal128(38, 20))}
    _load(place, _parquet(columns), decimal_target_types=["STRING"])


def packed(place: Place) -> None:
    """Parquet packed by snappy, gzip, zstd, brotli, lz4"""
    for number, kind in enumerate(("snappy", "gzip", "zstd", "brotli", "lz4")):
        assert len(_load(place, _parquet({"a": [number]}, compression=kind))) == number + 1


def frame(place: Place) -> None:
    """load_table_from_dataframe, with and without a schema"""
    import pandas as pd

    columns = {"i": [1, 2], "s": ["a", None], "t": pd.to_datetime([MOMENT, None], utc=True)}
    place.client.load_table_from_dataframe(pd.DataFrame(columns), place.name("t")).result()
    assert place.rows("t") == [[1, "a", MOMENT], [2, None, None]]
    fields = [SchemaField("l", "INTEGER", "REPEATED"), SchemaField("n", "NUMERIC")]
    frame = pd.DataFrame({"l": [[1], []], "n": [Decimal("1.5"), None]})
    config = LoadJobConfig(schema=fields)
    place.client.load_table_from_dataframe(frame, place.name("u"), job_config=config).result()
    assert place.rows("u") == [[[1], Decimal("1.5")], [[], None]]
    assert place.client.get_table(place.name("u")).schema == fields


def frame_as_csv(place: Place) -> None:
    """load_table_from_dataframe as CSV"""
    import pandas as pd

    config = LoadJobConfig(source_format="CSV")
    config.schema = [SchemaField("s", "STRING"), SchemaField("n", "INT64")]
    frame = pd.DataFrame({"s": ["a,b", None], "n": [1, 2]})
    place.client.load_table_from_dataframe(frame, place.name("t"), job_config=config).result()
    assert place.rows("t") == [["a,b", 1], [None, 2]]


def into_a_table(place: Place) -> None:
    """into a table with other modes, and refuse other types"""
    place.make("t", SchemaField("a", "INT64", "REQUIRED"), SchemaField("b", "STRING"))
    assert _load(place, _parquet({"b": ["x"], "a": [1]})) == [[1, "x"]]
    with pytest.raises(exceptions.BadRequest):
        _load(place, _parquet({"a": ["no number"], "b": ["x"]}))
    with pytest.raises(exceptions.BadRequest):
        _load(place, _parquet({"a": [1], "b": ["x"], "c": [1]}))
    assert place.rows("t") == [[1, "x"]]


def broken(place: Place) -> None:
    """refuse what is no Parquet"""
    for data in (b"", b"PAR1 not", _parquet({"a": [1]}).read()[:-20]):
        with pytest.raises(exceptions.BadRequest, match="Error while reading data"):
            _load(place, io.BytesIO(data))


def orc(place: Place) -> None:
    """ORC"""
    file = io.BytesIO()
    pyarrow.orc.write_table(pa.table({"id": [1, 2], "name": ["a", None]}), file)
    file.seek(0)
    assert _load(place, file, "ORC") == [[1, "a"], [2, None]]
