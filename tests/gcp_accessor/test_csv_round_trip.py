"""Python's values through `upload_csv_gzip` and a load of BigQuery, and what comes back."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from google.cloud.bigquery import LoadJobConfig, SchemaField

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.gcp_accessor import BigQueryAccessor, GoogleCloudStorageAccessor
from ml_api_kit.gcp_accessor.local.process import LocalServer
from ml_api_kit.settings import Settings

_INDIA = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
_MOMENT = datetime.datetime(2024, 2, 29, 12, 30, 1, 5)
CASES: list[tuple[str, list[Any], list[Any] | None]] = [
    ("INT64", [0, -(2**63), 2**63 - 1, None, np.int64(7)], [0, -(2**63), 2**63 - 1, None, 7]),
    ("FLOAT64", [0.1, -0.0, 1e-300, 1e22, math.inf, -math.inf, None, np.float64(0.5), 3], None),
    ("NUMERIC", [Decimal("1.10"), Decimal("-1E+3"), Decimal("0.000000001"), 5, None], None),
    ("BIGNUMERIC", [Decimal("1." + "3" * 38), Decimal("-0.5"), None], None),
    ("BOOL", [True, False, None, np.True_], [True, False, None, True]),
    ("STRING", ["a", 'say "hi"', "a,b", "line\nline", "日本", " x ", None], None),
    ("BYTES", [b"x", b"\x00\xff\n", bytearray(b"ab"), b"," * 9, None], None),
    ("DATE", [datetime.date(2024, 2, 29), datetime.date(1, 1, 1), None], None),
    ("TIME", [datetime.time(1, 2, 3), datetime.time(23, 59, 59, 999999), None], None),
    ("DATETIME", [_MOMENT, _MOMENT.replace(microsecond=0), None], None),
    ("TIMESTAMP", [_MOMENT.replace(tzinfo=datetime.UTC), _MOMENT.replace(tzinfo=_INDIA),
                   pd.Timestamp(_MOMENT, tz="UTC"), pd.NaT, None],
     [_MOMENT.replace(tzinfo=datetime.UTC), _MOMENT.replace(tzinfo=_INDIA),
      _MOMENT.replace(tzinfo=datetime.UTC), None, None]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "values", "expected"), CASES, ids=[case[0] for case in CASES])
def test_values_come_back_as_they_went(
    server: LocalServer, bucket: Any, kind: str, values: list[Any], expected: list[Any] | None
) -> None:
    settings = Settings(gcp_backend="local", local_folder=server.folder)
    storage, bigquery = (
        GoogleCloudStorageAccessor(settings=settings),
        BigQueryAccessor(settings=settings),
    )
    rows = [{"n": number, "v": value} for number, value in enumerate(values)]
    storage.upload_csv_gzip(bucket.name, "v.csv.gz", rows)
    schema = [SchemaField("n", "INT64"), SchemaField("v", kind)]
    config = LoadJobConfig(
        schema=schema, source_format="CSV", skip_leading_rows=1, allow_quoted_newlines=True
    )
    table = f"round_trip.{kind.lower()}"
    bigquery.create_dataset("round_trip")
    uri = f"gs://{bucket.name}/v.csv.gz"
    loaded = bigquery.load_from_storage(table, uri, job_config=config, replace=True)
    assert loaded == len(values)
    found = bigquery.execute_query(f"SELECT v FROM {table} ORDER BY n")
    assert [value for (value,) in found] == (values if expected is None else expected)
    bigquery.client.close()
    storage.client.close()


def test_nan_comes_back_and_empty_text_is_missing(server: LocalServer, bucket: Any) -> None:
    settings = Settings(gcp_backend="local", local_folder=server.folder)
    storage, bigquery = (
        GoogleCloudStorageAccessor(settings=settings),
        BigQueryAccessor(settings=settings),
    )
    storage.upload_csv_gzip(bucket.name, "v.csv.gz", [{"f": math.nan, "s": ""}])
    schema = [SchemaField("f", "FLOAT64"), SchemaField("s", "STRING")]
    bigquery.create_dataset("round_trip")
    config = LoadJobConfig(schema=schema, source_format="CSV", skip_leading_rows=1)
    uri = f"gs://{bucket.name}/v.csv.gz"
    bigquery.load_from_storage("round_trip.odd", uri, job_config=config, replace=True)
    [[number, text]] = bigquery.execute_query("SELECT f, s FROM round_trip.odd")
    assert math.isnan(number)
    assert text is None
    bigquery.client.close()
    storage.client.close()


def test_nested_value_leaves_no_object(server: LocalServer, bucket: Any) -> None:
    storage = GoogleCloudStorageAccessor(
        settings=Settings(gcp_backend="local", local_folder=server.folder)
    )
    with pytest.raises(PreprocessingError, match=r"Record 2 .* in column 1: CSV holds no nested"):
        storage.upload_csv_gzip(bucket.name, "v.csv.gz", [{"a": [1, 2], "b": 1}])
    assert not storage.exists(bucket.name, "v.csv.gz")
    storage.client.close()
