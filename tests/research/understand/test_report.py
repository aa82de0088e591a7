"""The document of all that is known, and how a person reads it in a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml_api_kit.research.source.reading import read_research_code
from ml_api_kit.research.understand.report import to_report
from ml_api_kit.research.understand.summary import format_report
from tests.research.notebooks import convert_cells, write_notebook

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.ipynb"))
STATEMENT = {"cell", "cell_index", "lines", "source", "category", "reason", "is_needed"}
SMELL = {"id", "cell", "line", "what", "why", "advice"}
IDIOM = {"cell", "line", "pandas", "frozen", "replacement", "rules", "reason", "fate"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_report_of_example_is_json_of_one_form(path: Path) -> None:
    report = to_report(read_research_code(path), None)
    assert json.loads(json.dumps(report)) == report
    assert all(set(one) == STATEMENT for one in report["statements"])
    assert all(set(one) == SMELL for one in report["smells"])
    assert all(set(one) == IDIOM for one in report["idioms"])
    for idiom in report["idioms"]:
        assert (idiom["replacement"] is None) == (idiom["reason"] is not None)


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_summary_of_example_fits_its_width(path: Path, width: int) -> None:
    text = format_report(to_report(read_research_code(path), None), width=width)
    assert [line for line in text.splitlines() if len(line) > width] == []
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


def test_summary_counts_and_shows_the_first(tmp_path: Path) -> None:
    fills = "\n".join(f"df['{name}'] = df['{name}'].fillna(0)" for name in "abcdef")
    path = write_notebook(tmp_path, f"import pandas as pd\ndf = pd.read_csv('a.csv')\n{fills}")
    text = format_report(to_report(read_research_code(path), None))
    assert "pandas: 6 replaced by plain Python, 0 not needed for a request, 0 stay" in text
    assert "  → df = [{**row, 'a': filled(row['a'], 0)} for row in df]" in text
    assert "and 2 more: see --html or --json" in text


def test_what_is_no_python_is_told(tmp_path: Path) -> None:
    path = write_notebook(tmp_path, "!pip install seaborn\n!ls -l\n%store -r x\nprint(1)")
    text = format_report(to_report(read_research_code(path), None))
    assert "installs       seaborn" in text
    assert "cell 1, line 2: the shell line `!ls -l` was left out." in text


def test_summary_shows_smells_of_a_kind_together(tmp_path: Path) -> None:
    kmeans = "\n".join(["from sklearn.cluster import KMeans", *["KMeans(3)"] * 5])
    text = format_report(to_report(read_research_code(write_notebook(tmp_path, kmeans)), None))
    assert "Smells: 5" in text
    assert text.count("unpinned-seed") == 1
    assert "and 2 more places" in text


def test_secret_is_nowhere_in_the_report(tmp_path: Path) -> None:
    path = write_notebook(
        tmp_path,
        "import pandas as pd\npassword = 'hunter2222'",
        "df = pd.read_sql('select 1', 'mysql://ann:hunter2222@db/x')",
        "df['a'] = df['a'].fillna('mysql://ann:hunter2222@db/x')",
        "df['a'].fillna(f(token='hunter2222'), inplace=True)",
        "!pip install git+https://ann:hunter2222@example.org/thing.git",
    )
    report = to_report(read_research_code(path), None)
    assert [one["id"] for one in report["smells"]].count("secret") == 4
    assert "hunter2222" not in json.dumps(report)
    assert "hunter2222" not in format_report(report)


def test_summary_of_a_run_says_what_was_found(tmp_path: Path) -> None:
    cells = (
        "import pandas as pd\nfrom sklearn.linear_model import LinearRegression",
        "df = pd.DataFrame({'a': [1.0, None, 3.0, 4.0], 'b': [1.0, 2.0, 3.0, 9.0]})",
        "df['a'] = df['a'].fillna(0)",
        "m = LinearRegression().fit(df[['a']], df['b'])\nm.predict(df[['a']])",
    )
    interface = convert_cells(tmp_path, *cells).interface
    code = read_research_code(tmp_path / "code" / "research.ipynb")
    report = to_report(code, interface)
    assert report["golden"] == {"rows": 4, "equal": 4}
    assert report["request_path"] == "python"
    text = format_report(report, width=80)
    assert "4 of 4 rows as the code did" in text
    assert f"POST /v1/{interface['noun']}" in text
    assert [line for line in text.splitlines() if len(line) > 80] == []


def test_every_member_is_documented() -> None:
    docs = EXAMPLES[0].parents[1] / "docs"
    page = "".join(
        (docs / name).read_text("utf-8") for name in ("understand.md", "research-code.md")
    )
    report = to_report(read_research_code(EXAMPLES[0]), None)
    assert [name for name in report if f"`{name}`" not in page] == []
    assert [name for name in STATEMENT | SMELL | IDIOM if f"`{name}`" not in page] == []


def test_code_without_rows_gets_a_report_of_its_own(tmp_path: Path) -> None:
    interface = convert_cells(tmp_path, "total = sum(range(10))\nprint(total)").interface
    code = read_research_code(tmp_path / "code" / "research.ipynb")
    text = format_report(to_report(code, interface))
    assert "GET /v1/" in text
    assert "pandas: none on the way to the model." in text
