"""`mlapi refactor` on files that access BigQuery: the diff, the bytes, what is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ml_api_kit.cli.refactor import refactor
from ml_api_kit.research.refactor import find_rules
from ml_api_kit.research.refactor.access import find_access_rules
from ml_api_kit.research.refactor.push_down import find_push_down_rules

_CODE = (
    "from google.cloud import bigquery\n\nclient = bigquery.Client()\n"
    'df = client.query("SELECT * FROM town.people").to_dataframe()\n'
    'df = df.dropna(subset=["age"]).reset_index(drop=True)\ndf = df[["id", "age"]]\n'
    'table = "town.people"\nprint(client.query(f"SELECT * FROM {table}").to_dataframe())\n'
)


def _run(*words: str) -> Result:
    return CliRunner().invoke(refactor, words)


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting names a BigQuery, and there is none in the folder."""
    for name in (
        "BIGQUERY_EMULATOR_HOST",
        "STORAGE_EMULATOR_HOST",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "MLAPI_GCP_BACKEND",
        "MLAPI_LOCAL_FOLDER",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "no-gcloud"))
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("gcp")
def test_diff_shows_the_changes_and_the_bytes(tmp_path: Path) -> None:
    file = tmp_path / "read.py"
    file.write_text(_CODE)
    found = _run(str(file), "--diff")
    assert found.exit_code == 0
    assert (
        '+df = client.query_frame("SELECT id, age FROM town.people WHERE age IS NOT NULL")\n'
        in found.stdout
    )
    assert "reads 56 bytes, before 196 bytes" in found.stderr
    assert f"{file}, line 8: left: client.query_frame(f" in found.stderr
    assert "may name a table" in found.stderr
    assert file.read_text() == _CODE


@pytest.mark.usefixtures("nowhere")
def test_without_a_bigquery_nothing_is_measured_or_started(tmp_path: Path) -> None:
    file = tmp_path / "read.py"
    file.write_text(_CODE.replace('.dropna(subset=["age"]).reset_index(drop=True)', '[["id"]]'))
    found = _run(str(file))
    assert found.exit_code == 0
    assert "were not measured: no setting names a BigQuery" in found.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["read.py"]


@pytest.mark.usefixtures("gcp")
def test_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    file = tmp_path / "read.py"
    file.write_text(_CODE.replace("town.people", "town.nobody").replace("dropna", "x.dropna"))
    file.write_text(
        "from ml_api_kit.gcp_accessor import BigQueryAccessor\n\n"
        'df = BigQueryAccessor().query_frame("SELECT * FROM town.nobody")[["id"]]\n'
    )
    found = _run(str(file))
    assert "were not measured: Not found" in found.stderr


@pytest.mark.usefixtures("gcp")
def test_written_file_changes_no_more(tmp_path: Path) -> None:
    file = tmp_path / "read.py"
    file.write_text(_CODE)
    assert _run(str(file), "--write").exit_code == 0
    once = file.read_text()
    assert "bigquery.Client" not in once
    again = _run(str(file), "--write", "--diff")
    assert again.stdout == ""
    assert file.read_text() == once


@pytest.mark.usefixtures("gcp")
def test_notebook_is_shown_and_never_changed(tmp_path: Path) -> None:
    def cell(text: str) -> dict[str, object]:
        return {"cell_type": "code", "metadata": {}, "outputs": [], "source": text}

    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# People"},
        cell("%%bigquery people --project local\nSELECT *\nFROM town.people"),
        cell("%matplotlib inline\nyoung = people[['id', 'age']]"),
        cell("from google.cloud import storage\nclient = storage.Client()\nclient.list_buckets()"),
    ]
    file = tmp_path / "people.ipynb"
    file.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))
    before = file.read_bytes()
    found = _run(str(file))
    assert '+young = BigQueryAccessor(project="local").query_frame("""\n' in found.stdout
    assert "+SELECT id, age\n" in found.stdout
    assert f"{file}, cell 4, line 3: left: client.list_buckets()" in found.stderr
    refused = _run(str(file), "--write")
    assert "never changed" in str(refused.exception)
    assert file.read_bytes() == before


def test_list_names_every_rule() -> None:
    shown = _run("--list").stdout
    for rule in (*find_access_rules(), *find_push_down_rules(), *find_rules()):
        assert f"\n{rule.id}\n  {rule.summary}\n  leaves alone: {rule.leaves_alone}\n" in shown
