"""Research code that reads BigQuery, converted against the local one."""

from __future__ import annotations

import csv
from datetime import date
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
    'df["days"] = (pd.Timestamp("2024-01-01") - pd.to_datetime(df["born"])).dt.days\n'
    'df["size"] = df["size"].fillna(0)\ndf = df[df["weight"] > 1]\n'
    'X = df[["size", "weight", "days"]].astype(float)\n'
    'model = LogisticRegression().fit(X, df["kind"])\nprint(model.predict(X)[:3])\n'
)
_CLIENT = (
    "import pandas as pd\nfrom google.cloud import bigquery\n"
    "from sklearn.linear_model import LogisticRegression\n\n"
    "client = bigquery.Client()\n"
    'df = client.query("SELECT * FROM zoo.animals ORDER BY id").to_dataframe()\n'
    # Large answers, which the client would ask the cloud for.
    'client.query("SELECT 1 UNION ALL SELECT 2").result(page_size=1).to_arrow()\n'
)
_ACCESSOR = (
    "import pandas as pd\n"
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
            "born": [date(2020, 1 + n % 12, 1) for n in range(60)],
            "kind": ["cat" if n % 9 > 4 else "mouse" for n in range(60)],
        }
    )
    accessor.load_frame("zoo.animals", frame, replace=True)
    accessor.client.close()


@pytest.mark.usefixtures("animals")
@pytest.mark.parametrize("reading", [_CLIENT, _ACCESSOR])
def test_code_that_reads_a_query_answers_the_same(
    reading: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Who has no account has no credentials either.
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS")
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
    assert 'to_time("2024-01-01T00:00:00")' in (work / "package" / "preprocessing.py").read_text()
    written = (work / "pandas" / "preprocessing.py").read_text()
    assert '"born": "dbdate"' in written
    assert "import db_dtypes" in written
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
