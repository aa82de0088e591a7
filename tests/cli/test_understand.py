"""`mlapi understand`, as a person types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.research.notebooks import notebook_text

EXAMPLES = Path(__file__).parents[2] / "examples"
MLAPI = [sys.executable, "-m", "ml_api_kit.cli", "understand"]

RESEARCH = """\
import pandas as pd
from sklearn import preprocessing as p
from sklearn.model_selection import train_test_split
df = pd.read_csv("/home/me/cars.csv")
api_key = "0123456789abcdef"
df["age"] = df["age"].fillna(3)
df.head()
df[["age"]] = p.StandardScaler().fit_transform(df[["age"]])
train, test = train_test_split(df)
print(api_key)
"""


def run(*arguments: str | Path, columns: int = 80) -> subprocess.CompletedProcess[str]:
    command = [*MLAPI, *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": str(columns)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "cars.py"
    path.write_text(RESEARCH, encoding="utf-8")
    return path


def test_static_json_gives_categories_and_what_it_cannot_claim(script: Path) -> None:
    done = run(script, "--static", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    by_line = {one["lines"][0]: one["category"] for one in report["statements"]}
    assert by_line[1] == "support"
    assert by_line[4] == "preparation"
    assert by_line[6] == "preprocessing"
    assert report["static"] is True
    assert len(report["claims_not_made"]) == 4


def test_static_json_names_each_smell_with_its_line(script: Path) -> None:
    report = json.loads(run(script, "--static", "--json").stdout)
    assert [(one["line"], one["id"]) for one in report["smells"]] == [
        (4, "absolute-path"),
        (5, "secret"),
        (8, "fitted-before-split"),
        (9, "unpinned-seed"),
    ]


def test_secret_is_printed_nowhere(script: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    for arguments in (["--json"], ["--html", str(page)], []):
        done = run(script, "--static", *arguments)
        assert "0123456789abcdef" not in done.stdout + done.stderr
    assert "0123456789abcdef" not in page.read_text(encoding="utf-8")


def test_html_is_one_file(script: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = run(script, "--static", "--html", page)
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"Wrote {page}.\n"
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "<svg" in text
    assert "filled(" in text


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_summary_fits_the_terminal(columns: int) -> None:
    done = run(EXAMPLES / "messy.ipynb", "--static", columns=columns)
    assert done.returncode == 0, done.stderr
    longest = max(map(len, done.stdout.splitlines()))
    assert longest <= min(max(columns, 60), 100)


def test_run_of_an_example_shows_what_takes_the_place_of_pandas() -> None:
    done = run(EXAMPLES / "penguins.ipynb", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["static"] is False
    assert report["claims_not_made"] == []
    assert report["golden"]["rows"] == report["golden"]["equal"] > 300
    replaced = [one for one in report["idioms"] if one["fate"] == "replaced"]
    assert any("fillna" in one["rules"] for one in replaced)
    assert all(one["replacement"] and one["frozen"] for one in replaced)
    needed = {one["lines"][0] for one in report["statements"] if one["is_needed"]}
    assert needed
    assert done.stderr.strip() == "" or "cell" in done.stderr


def test_run_leaves_the_notebook_and_its_folder_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "research.ipynb"
    path.write_text(notebook_text("x = 1\nopen('made.txt', 'w').write('x')"), encoding="utf-8")
    before = path.read_bytes()
    assert run(path).returncode == 0
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["research.ipynb"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("broken.ipynb", "{ nope", "it is not JSON"),
        ("list.ipynb", "[1, 2]", "has no list of cells"),
        ("empty.py", "", "holds no code"),
        ("typo.py", "x = 1\ny = = 2\n", "line 2"),
        ("typo.ipynb", notebook_text("x = 1", "y = = 2"), "cell 2, line 1"),
    ],
)
def test_bad_input_is_said_in_one_sentence(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    for arguments in ([], ["--static"]):
        done = run(path, *arguments)
        assert done.returncode == 2
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert done.stdout == ""


def test_missing_file_and_folder_are_said(tmp_path: Path) -> None:
    missing, folder = run(tmp_path / "no.ipynb"), run(tmp_path)
    assert (missing.returncode, folder.returncode) == (2, 2)
    assert "There is no file" in missing.stderr
    assert "is a folder" in folder.stderr


def test_code_that_makes_nothing_for_an_api_is_understood_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "research.ipynb"
    path.write_text(notebook_text("import os\nprint(os.name)"), encoding="utf-8")
    done = run(path)
    assert done.returncode == 0
    assert "nothing that an API could answer" in done.stdout
    assert "exploration" in done.stdout
    assert "nothing that an API" in json.loads(run(path, "--json").stdout)["refused"]


def test_code_that_raises_is_said_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "raises.ipynb"
    path.write_text(notebook_text("x = 1", "\n1 / 0"), encoding="utf-8")
    done = run(path)
    assert done.returncode == 2
    assert "cell 2, line 2" in done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr
    assert run(path, "--static").returncode == 0


def test_page_that_cannot_be_written_is_said(script: Path, tmp_path: Path) -> None:
    done = run(script, "--static", "--html", tmp_path / "no" / "page.html")
    assert done.returncode == 2
    assert "page.html" in done.stderr
    assert "Traceback" not in done.stderr
