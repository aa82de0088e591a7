"""Research code that reads BigQuery, converted against the local one."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from ml_api_kit.errors import NotebookFailedError
from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.gcp_accessor.local.process import LocalServer
from ml_api_kit.research.convert import convert
from ml_api_kit.research.refactor.access.queried import queried_table
from ml_api_kit.settings import Settings

_MODEL = (
    'df["size"] = df["size"].fillna(0)\ndf = df[df["weight"] > 1]\n'
    'X = df[["size", "weight"]].astype(float)\n'
    'model = LogisticRegression().fit(X, df["kind"])\nprint(model.predict(X)[:3])\n'
)
_CLIENT = (
    "from google.auth.credentials import AnonymousCredentials\n"
    "from google.cloud import bigquery\n"
    "from sklearn.linear_model import LogisticRegression\n\n"
    'client = bigquery.Client(project="local", credentials=AnonymousCredentials())\n'
    'job = client.query("SELECT * FROM zoo.animals ORDER BY id")\n'
    "df = job.to_dataframe(create_bqstorage_client=False)\n"
)
_ACCESSOR = (
    "from sklearn.linear_model import LogisticRegression\n\n"
    "from ml_api_kit.gcp_accessor import BigQueryAccessor\n\n"
    'df = BigQueryAccessor().query_frame("SELECT * FROM zoo.animals ORDER BY id")\n'
)


@pytest.fixture
def animals(gcp: LocalServer) -> None:
    accessor = BigQueryAccessor(settings=Settings(bigquery_emulator=gcp.url))
    sizes = [None if n % 7 == 0 else n % 5 for n in range(60)]
    frame = pd.DataFrame(
        {
            "id": range(60),
            "size": pd.array(sizes, dtype="Int64"),
            "weight": [n % 9 + 0.5 for n in range(60)],
            "kind": ["cat" if n % 9 > 4 else "mouse" for n in range(60)],
        }
    )
    accessor.load_frame("zoo.animals", frame, replace=True)
    accessor.client.close()


@pytest.mark.usefixtures("animals")
@pytest.mark.parametrize("reading", [_CLIENT, _ACCESSOR])
def test_code_that_reads_a_query_answers_the_same(reading: str, tmp_path: Path) -> None:
    source = tmp_path / "code" / "animals.py"
    source.parent.mkdir()
    source.write_text(reading + _MODEL)
    work = tmp_path / "work"
    work.mkdir()
    interface = convert(source, work)
    assert interface["trial"]["rows"] == interface["trial"]["equal"] == 53
    assert interface["source"]["table"] == "zoo.animals"
    training = (work / "training" / "train.py").read_text()
    assert '.query_frame("SELECT * FROM zoo.animals ORDER BY id")' in training
    assert ".to_dataframe" not in training
    pins = {pin.partition("==")[0] for pin in interface["requirements"]}
    assert {"db-dtypes", "pandas", "pyarrow"} <= pins
    with (work / "source.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 60


@pytest.mark.usefixtures("gcp")
def test_other_ports_of_this_machine_stay_closed(tmp_path: Path, unused_port: int) -> None:
    source = tmp_path / "code" / "reach.py"
    source.parent.mkdir()
    source.write_text(
        f'import socket\n\nsocket.create_connection(("127.0.0.1", {unused_port}), timeout=5)\n'
    )
    (tmp_path / "work").mkdir()
    with pytest.raises(NotebookFailedError, match="would use the network"):
        convert(source, tmp_path / "work")


def test_no_emulator_of_the_settings_no_connection(
    tmp_path: Path, gcp: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BIGQUERY_EMULATOR_HOST")
    monkeypatch.delenv("STORAGE_EMULATOR_HOST")
    source = tmp_path / "code" / "reach.py"
    source.parent.mkdir()
    source.write_text(
        f'import socket\n\nsocket.create_connection(("127.0.0.1", {gcp.port}), timeout=5)\n'
    )
    (tmp_path / "work").mkdir()
    with pytest.raises(NotebookFailedError, match="would use the network"):
        convert(source, tmp_path / "work")


@pytest.mark.parametrize(
    ("source", "table"),
    [
        ("import pandas as pd\ndf = pd.read_csv('a.csv')\n", None),
        (
            "from google.cloud import bigquery\nc = bigquery.Client()\n"
            "sql = f'select a from `p-1.d.t` where b > {3}'\ndf = c.query(sql).to_dataframe()\n",
            "p-1.d.t",
        ),
        (
            "from google.cloud import bigquery\nc = bigquery.Client()\n"
            "rows = [r.a for r in c.query('SELECT a FROM d.u')]\n",
            "d.u",
        ),
    ],
)
def test_table_of_a_query(source: str, table: str | None) -> None:
    assert queried_table(source) == table
