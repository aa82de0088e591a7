"""Other clients."""

import os
from unittest import mock

import pandas as pd
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
from google.cloud.bigquery import dbapi

from tests.gcp_accessor.local.bigquery.conformance.registry import Place


def database_interface(place: Place) -> None:
    """the DB-API of Google's client, with parameters"""
    connection = dbapi.connect(client=place.client)
    cursor = connection.cursor()
    cursor.execute(f"CREATE TABLE {place.dataset}.db (n INT64, name STRING)")
    cursor.executemany(
        f"INSERT INTO {place.dataset}.db (n, name) VALUES (%s, %s)", [(1, "a"), (2, "b")]
    )
    cursor.execute(f"SELECT n, name FROM {place.dataset}.db WHERE n > %(least)s", {"least": 1})
    assert [column.name for column in cursor.description] == ["n", "name"]
    assert [tuple(row.values()) for row in cursor.fetchall()] == [(2, "b")]
    assert cursor.rowcount == 1
    connection.close()


def emulator_host(place: Place) -> None:
    """Google's client by BIGQUERY_EMULATOR_HOST alone"""
    with (
        mock.patch.dict(os.environ, {"BIGQUERY_EMULATOR_HOST": place.url}),
        bigquery.Client(project="local", credentials=AnonymousCredentials()) as client,
    ):
        assert place.dataset in [found.dataset_id for found in client.list_datasets()]


def pandas_gbq(place: Place) -> None:
    """pandas-gbq: write, append, read"""
    import pandas_gbq

    options = {"project_id": "local", "bigquery_client": place.client, "progress_bar": False}
    frame = pd.DataFrame({"id": [1, 2], "name": ["a", None], "score": [0.5, 1.5]})
    name = f"{place.dataset}.frame"
    with (
        # It makes clients of its own beside the one that it is given.
        mock.patch.dict(os.environ, {"BIGQUERY_EMULATOR_HOST": place.url}),
        mock.patch.object(pandas_gbq.context, "_credentials", AnonymousCredentials()),
    ):
        pandas_gbq.to_gbq(frame, name, if_exists="replace", **options)
        pandas_gbq.to_gbq(frame, name, if_exists="append", **options)
        found = pandas_gbq.read_gbq(
            f"SELECT name, SUM(score) AS score FROM {name} GROUP BY name ORDER BY score",
            project_id="local",
            bigquery_client=place.client,
            progress_bar_type=None,
        )
    assert found["score"].tolist() == [1.0, 3.0]
