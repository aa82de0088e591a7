import os
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ml_api_kit.cli.gcp import gcp, table_name
from ml_api_kit.errors import LocalServerError
from ml_api_kit.gcp_accessor.local import process
from ml_api_kit.gcp_accessor.local.process import stop_local_server


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "gcp"
    monkeypatch.setenv("MLAPI_LOCAL_FOLDER", str(folder))
    yield folder
    stop_local_server(folder)


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(gcp, list(words), catch_exceptions=False)
    return result.exit_code, result.output


def test_status_without_a_server_exits_with_three(folder: Path) -> None:
    code, output = run("status")
    assert code == 3
    assert "mlapi gcp start" in output


def test_start_status_stop(folder: Path) -> None:
    code, output = run("start")
    assert code == 0
    address = output.split(" at ")[1].split(" ")[0]
    assert f"export BIGQUERY_EMULATOR_HOST={address}" in output.splitlines()
    assert f"export STORAGE_EMULATOR_HOST={address}" in output.splitlines()
    assert "export GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT=false" in output.splitlines()
    code, output = run("start")
    assert code == 0
    assert f"already running at {address}" in output
    code, output = run("start", "--port", "1")
    assert code == 1
    assert f"run at {address} already" in output
    code, output = run("status")
    assert code == 0
    assert f"Running at {address}" in output
    assert "until stopped" in output
    assert run("stop")[1].startswith("Stopped")
    assert run("stop") == (0, "No local server is running.\n")
    assert run("status")[0] == 3


@pytest.mark.parametrize(
    ("file", "table"),
    [
        ("lsat6_patterns.csv", "data.lsat6_patterns"),
        ("dir/My File-2.JSONL.gz", "data.my_file_2"),
        ("x.parquet", "data.x"),
        ("日本.csv", "data.rows"),
    ],
)
def test_table_is_named_after_its_file(file: str, table: str) -> None:
    assert table_name(Path(file), None) == table


@pytest.mark.parametrize("table", ["t", "a-b.t", "my data.t", "a.b.c.t", "a..b"])
def test_table_of_no_dataset_is_refused(table: str) -> None:
    assert table_name(Path("a.csv"), "p-1.d.my t-1") == "p-1.d.my t-1"
    with pytest.raises(click.BadParameter, match=r"no DATASET\.TABLE; the name of a dataset is"):
        table_name(Path("a.csv"), table)


def test_folder_that_cannot_be_looked_into_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Who runs the tests may be allowed to look everywhere.
    def forbidden(_folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(process, "read_instance", forbidden)
    with pytest.raises(LocalServerError, match=r"cannot be looked into .*MLAPI_LOCAL_FOLDER"):
        run("status")
    monkeypatch.undo()
    (folder.parent / "circle").symlink_to("circle")
    for name, told in (
        ("x" * 300, "File name too long"),
        (str(folder.parent / "circle"), "Too many levels of symbolic links"),
        ("half\udcff", "its name is not in UTF-8"),
    ):
        monkeypatch.setenv("MLAPI_LOCAL_FOLDER", name)
        for word in ("status", "stop", "start"):
            with pytest.raises(LocalServerError, match=rf"cannot be .*{told}"):
                run(word)


def test_load_of_a_missing_file_is_a_usage_error(folder: Path) -> None:
    code, output = run("load", str(folder / "none.csv"))
    assert code == 2
    assert "does not exist" in output
    assert not folder.exists()
    assert os.environ["MLAPI_LOCAL_FOLDER"] == str(folder)


def run_check(query: str) -> tuple[int, str]:
    pytest.importorskip("zetasql")
    result = CliRunner().invoke(gcp, ["check", query], catch_exceptions=False)
    return result.exit_code, result.output


def test_check_says_that_both_answer_the_same() -> None:
    code, output = run_check("SELECT 7 / 2 AS half, [1, 2] AS xs")
    assert code == 0
    assert "GoogleSQL: valid" in output
    assert "3.5  [1, 2]" in output
    assert "answers the same" in output


def test_check_fails_for_what_is_no_query() -> None:
    code, output = run_check("SELECT NO_SUCH_FUNCTION(1)")
    assert code == 1
    assert "not valid" in output
    assert "Function not found" in output


def test_check_fails_where_the_local_bigquery_refuses() -> None:
    code, output = run_check("SELECT ARRAY_AGG(x HAVING MAX x) FROM UNNEST([1, 2]) AS x")
    assert code == 1
    assert "not supported by the local BigQuery" in output


def test_check_cannot_tell_of_a_table() -> None:
    code, output = run_check("SELECT x FROM t")
    assert code == 0
    assert "reads the table t" in output
