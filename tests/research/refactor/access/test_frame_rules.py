"""`read_gbq`, `to_gbq` and frames that jobs load, before and after."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.research.refactor.running import assert_same_result, rewritten, run

_GBQ = "import pandas_gbq\n\n"


@pytest.mark.usefixtures("gcp")
@pytest.mark.parametrize(
    "asked",
    ['"SELECT * FROM town.people ORDER BY id"', '"town.people"', 'f"SELECT {1} AS a"'],
)
def test_read_gbq_gives_the_same_frame(asked: str) -> None:
    source = f"{_GBQ}result = pandas_gbq.read_gbq({asked}, 'local', progress_bar_type=None)\n"
    made = assert_same_result(source, without="gbq")
    assert "query_frame" in made.source


def test_read_gbq_of_older_pandas_is_known() -> None:
    made = rewritten(
        "import pandas as pd\n\nsql = 'SELECT 1 AS a'\n"
        "df = pd.read_gbq(sql, project_id='mine', dialect='standard')\n"
    )
    assert made.source == (
        "from ml_api_kit.gcp_accessor import BigQueryAccessor\n\n"
        "sql = 'SELECT 1 AS a'\ndf = BigQueryAccessor('mine').query_frame(sql)\n"
    )


@pytest.mark.usefixtures("gcp")
@pytest.mark.parametrize(("way", "index"), [("append", ""), ("replace", "key")])
def test_to_gbq_makes_the_same_table(way: str, index: str) -> None:
    source = (
        "import pandas as pd\nimport pandas_gbq\n\n"
        'frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [0.5, float("nan")],\n'
        '    "d": pd.to_datetime(["2020-01-02", None])}, index=pd.Index([3, 4], name='
        f"{index or None!r}))\n"
        f'pandas_gbq.to_gbq(frame, "made.TABLE", "local", if_exists="{way}", progress_bar=False)\n'
        f'pandas_gbq.to_gbq(frame, "made.TABLE", "local", if_exists="{way}", progress_bar=False)\n'
    )
    made = rewritten(source)
    assert "gbq" not in made.source
    run(source.replace("TABLE", f"before_{way}"))
    run(made.source.replace("TABLE", f"after_{way}"))
    reading = (
        "from ml_api_kit.gcp_accessor import BigQueryAccessor\n"
        'result = BigQueryAccessor().query_frame("SELECT * FROM made.TABLE ORDER BY a")\n'
    )
    before = run(reading.replace("TABLE", f"before_{way}"))["result"]
    after = run(reading.replace("TABLE", f"after_{way}"))["result"]
    pd.testing.assert_frame_equal(after, before)
    assert len(after) == (4 if way == "append" else 2)


@pytest.mark.usefixtures("gcp")
def test_frame_loaded_by_a_job_makes_the_same_table() -> None:
    source = (
        "import pandas as pd\nfrom google.cloud import bigquery\n\n"
        "client = bigquery.Client()\n"
        'client.create_dataset("loaded", exists_ok=True)\n'
        'frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]})\n'
        'table = "loaded.TABLE"\n'
        'config = bigquery.LoadJobConfig(write_disposition="WRITE_TRUNCATE")\n'
        "job = client.load_table_from_dataframe(frame, table, job_config=config)\njob.result()\n"
        "client.load_table_from_dataframe(frame, table).result()\n"
        'result = client.query(f"SELECT * FROM {table} ORDER BY a").to_dataframe()\n'
    )
    made = rewritten(source)
    assert "load_table_from_dataframe" not in made.source
    assert "load_frame(table, frame, replace=True)\n" in made.source
    before = run(source.replace("TABLE", "before"))["result"]
    pd.testing.assert_frame_equal(run(made.source.replace("TABLE", "after"))["result"], before)
    assert len(before) == 4


_CLIENT = "from google.cloud import bigquery\n\nclient = bigquery.Client()\ndf = make()\n"
_LEFT = {
    "credentials": (_GBQ, "df = pandas_gbq.read_gbq('SELECT 1', credentials=c)\n", "credentials"),
    "legacy": (_GBQ, "df = pandas_gbq.read_gbq('SELECT 1', dialect='legacy')\n", "standard SQL"),
    "query_or_table": (_GBQ, "df = pandas_gbq.read_gbq(read())\n", "a query or a table"),
    "must_not_exist": (_GBQ, "df.to_gbq('d.t')\n", "if_exists"),
    "schema": (_GBQ, "df.to_gbq('d.t', if_exists='append', table_schema=s)\n", "table_schema"),
    "job_used": (
        _CLIENT,
        "job = client.load_table_from_dataframe(df, 'd.t')\nprint(job.output_rows)\n",
        "more than to wait",
    ),
    "table_object": (_CLIENT, "client.load_table_from_dataframe(df, find())\n", "name of a table"),
    "job_options": (
        _CLIENT,
        "client.load_table_from_dataframe(df, 'd.t',"
        " job_config=bigquery.LoadJobConfig(schema=[])).result()\n",
        "schema",
    ),
}


@pytest.mark.parametrize("name", _LEFT)
def test_what_is_not_sure_stays_with_the_reason(name: str) -> None:
    head, text, reason = _LEFT[name]
    made = rewritten(head + text)
    assert made.source == head + text
    assert any(reason in one.reason for one in made.left), made.left
