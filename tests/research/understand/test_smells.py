"""What is said of code that would be trouble in production, and of code that would not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ml_api_kit.research.source.reading import read_research_code
from ml_api_kit.research.understand.smells import find_smell_rules, find_smells
from tests.research.notebooks import notebook_text
from tests.research.understand.finding import READ, found, smells_of

PAGE = Path(__file__).parents[3] / "docs" / "understand.md"


def test_variable_that_is_used(tmp_path: Path) -> None:
    cells = (
        "a = 1\nb = a\nprint(b)",
        "import matplotlib.pyplot as plt\nfig = plt.figure()\nhistory = model.fit(X, y)",
        "_ = df.plot()\nanswers = model.predict(X)",
        "total = 0\nfor one in rows:\n    total += one\nprint(total)",
        "rate = 3\ndef tax(x):\n    return x * rate\nprint(tax(1))",
        "result = 3",
    )
    assert found(tmp_path, "unused-variable", *cells) == []
    assert found(tmp_path, "unused-cell", *cells) == []


def test_variable_that_nothing_reads(tmp_path: Path) -> None:
    cells = ("a = 1\nb = 2\nprint(b)", "b = 3\nprint(1)\nb = 4", "print(b)")
    smells = [one for one in smells_of(tmp_path, *cells) if one.id == "unused-variable"]
    assert [(one.cell, one.line) for one in smells] == [(1, 1), (2, 1)]
    assert smells[0].what == "`a` is read nowhere"
    assert smells[1].what == "`b` gets a value that nothing reads"


def test_cell_that_makes_nothing_of_use(tmp_path: Path) -> None:
    cells = ("a = 1\nb = a + 1", "# model.fit(X, y)\n# print(3)", "# Only words here.", "print(1)")
    assert found(tmp_path, "unused-cell", *cells) == [(1, 1), (2, 1)]
    assert found(tmp_path, "unused-variable", *cells) == []


@pytest.mark.parametrize(
    "source",
    [
        "df.loc[df['a'] > 1, 'b'] = 0",
        "df['b'] = df['a']",
        "table = {'a': {}}\ntable['a']['b'] = 1",
        "df.columns.values[0] = 'x'",
        "df.dropna(inplace=True)",
        "part = df[df['a'] > 1].copy()\npart['b'] = 0\nprint(df)",
        "df = df[df['a'] > 1]\ndf['b'] = 0",
    ],
)
def test_store_that_reaches_its_table(tmp_path: Path, source: str) -> None:
    assert found(tmp_path, "chained-assignment", READ, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "df[df['a'] > 1]['b'] = 0",
        "df['b'][df['a'] > 1] = 0",
        "df.b[0] = 1",
        "df['b'].loc[0] = 1",
        "df.loc[0]['b'] = 1",
        "df['b'].fillna(0, inplace=True)",
        "df.b.replace({1: 2}, inplace=True)",
    ],
)
def test_store_into_a_copy(tmp_path: Path, source: str) -> None:
    assert found(tmp_path, "chained-assignment", READ, source) == [(2, 1)]


def test_store_into_rows_that_were_taken_out(tmp_path: Path) -> None:
    cells = (READ, "part = df[df['a'] > 1]\npart.loc[:, 'b'] = 0\nprint(df)")
    assert found(tmp_path, "chained-assignment", *cells) == [(2, 2)]


def test_read_before_defined(tmp_path: Path) -> None:
    fine = ("def f():\n    return late", "late = 1\nf()\nprint([x for x in [late]])")
    assert found(tmp_path, "read-before-defined", *fine) == []
    smells = smells_of(tmp_path, "print(late)", "late = 1", "print(nowhere)\nprint(nowhere)")
    assert [one.what for one in smells if one.id == "read-before-defined"] == [
        "`late` is read before it is defined",
        "`nowhere` is defined nowhere",
    ]


def test_names_may_come_from_elsewhere(tmp_path: Path) -> None:
    assert found(tmp_path, "read-before-defined", "from lib import *\nprint(theirs)") == []
    assert found(tmp_path, "read-before-defined", "%store -r theirs\nprint(theirs)") == []


@pytest.mark.parametrize(
    ("counts", "places"),
    [
        ([1, 2, 3], []),
        ([7, 8, 9], []),
        ([None, None, None], []),
        ([1, 9, 3], [(2, 1)]),
        ([1, 2, 5], [(3, 1)]),
    ],
)
def test_run_out_of_order(
    tmp_path: Path, counts: list[int | None], places: list[tuple[int, int]]
) -> None:
    document = json.loads(notebook_text("print(1)", "print(2)", "print(3)"))
    for cell, count in zip(document["cells"], counts, strict=True):
        cell["execution_count"] = count
    path = tmp_path / "counted.ipynb"
    path.write_text(json.dumps(document), encoding="utf-8")
    smells = [one for one in find_smells(read_research_code(path)) if "order" in one.id]
    assert [(one.cell, one.line) for one in smells] == places


def test_every_rule_says_why_and_what_to_do() -> None:
    rules = find_smell_rules()
    assert len(rules) >= 13
    for rule in rules:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+|secret", rule.id)
        assert rule.summary.endswith(".")
        assert rule.why.endswith(".")
        assert rule.advice.endswith(".")


def documented() -> dict[str, list[str]]:
    """For each smell that the documentation describes, the examples of its section."""
    sections = re.split(r"^### ([a-z-]+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {
        name: re.findall(r"```python3\n(.*?)```", text, re.DOTALL)
        for name, text in zip(sections[1::2], sections[2::2], strict=True)
    }


def test_every_smell_is_documented() -> None:
    assert list(documented()) == [rule.id for rule in find_smell_rules()]


@pytest.mark.parametrize("smell", sorted({*documented()} - {"run-out-of-order"}))
def test_documented_example_smells_and_its_remedy_does_not(tmp_path: Path, smell: str) -> None:
    before, after = documented()[smell]
    ids = []
    for number, source in enumerate((before, after)):
        path = tmp_path / f"example_{number}.py"
        path.write_text(source, encoding="utf-8")
        ids.append({one.id for one in find_smells(read_research_code(path))})
    assert ids == [{smell}, set()]
