"""The pandas in a notebook's request path, and the plain Python that takes its place."""

from __future__ import annotations

import ast
from pathlib import Path

from ml_api_kit.research.source.reading import read_research_code
from ml_api_kit.research.understand.idioms import Idiom, recorded_idioms, written_idioms
from tests.research.notebooks import convert_cells, write_notebook

EXAMPLES = Path(__file__).parents[3] / "examples"

READ = "import pandas as pd\ndf = pd.DataFrame({'a': [1.0, None, 3.0], 'b': ['x', 'y', 'x']})"


def written(folder: Path, *cells: str) -> tuple[Idiom, ...]:
    code = read_research_code(write_notebook(folder, *cells))
    return written_idioms(code, range(len(code.statements)))


def test_code_without_tables_has_no_idioms(tmp_path: Path) -> None:
    assert written(tmp_path, "x = [1, 2]\ny = x[0]\nz = {'a': 1}['a']\nx.append(3)") == ()


def test_reading_is_no_idiom(tmp_path: Path) -> None:
    assert written(tmp_path, "import pandas as pd\ndf = pd.read_csv('a.csv')") == ()


def test_written_idiom_is_shown_with_its_replacement(tmp_path: Path) -> None:
    (idiom,) = written(tmp_path, READ, "df['a'] = df['a'].fillna(0)")
    assert (idiom.cell, idiom.line, idiom.fate) == (2, 1, "replaced")
    assert idiom.pandas == "df['a'] = df['a'].fillna(0)"
    assert idiom.replacement == "df = [{**row, 'a': filled(row['a'], 0)} for row in df]"
    assert idiom.rules == ("fillna", "store_column")


def test_written_statistic_is_a_frozen_name(tmp_path: Path) -> None:
    cell = (
        "df['a'] = df['a'].fillna(df['a'].mean())\ndf['b'] = df.b.fillna(df.b.mode()[0])\n"
        "df['b c'] = df['b c'].fillna(df['b c'].max())\ndf['2'] = df['2'] - np.min(df['2'])"
    )
    made = [one.replacement for one in written(tmp_path, READ, cell)]
    assert made == [
        "df = [{**row, 'a': filled(row['a'], a_mean)} for row in df]",
        "df = [{**row, 'b': filled(row['b'], b_mode)} for row in df]",
        "df = [{**row, 'b c': filled(row['b c'], b_c_max)} for row in df]",
        "df = [{**row, '2': (row['2'] - column_min)} for row in df]",
    ]


def test_written_choice_of_rows_goes(tmp_path: Path) -> None:
    cell = "df = df.dropna()\ndf = df[df['a'] > 1]\ndf = df.sort_values('a')"
    assert [one.fate for one in written(tmp_path, READ, cell)] == ["goes"] * 3


def test_written_idiom_without_a_rule_stays_with_its_reason(tmp_path: Path) -> None:
    (idiom,) = written(tmp_path, READ, "df['r'] = df['a'].rolling(2).mean()")
    assert idiom.fate == "stays"
    assert idiom.replacement is None
    assert "rolling" in str(idiom.reason)


def test_written_idiom_that_learns_waits_for_a_run(tmp_path: Path) -> None:
    (idiom,) = written(tmp_path, READ, "df = pd.get_dummies(df)")
    assert idiom.fate == "stays"
    assert "get_dummies learns" in str(idiom.reason)


def test_table_of_an_unknown_function_is_known_by_its_use(tmp_path: Path) -> None:
    cells = ("df = load_cars()\ndf.head()", "df['a'] = df['a'].fillna(0)")
    assert [one.fate for one in written(tmp_path, *cells)] == ["replaced"]


def test_written_idioms_of_the_examples_are_python() -> None:
    replaced = 0
    for path in sorted(EXAMPLES.glob("*.ipynb")):
        code = read_research_code(path)
        for idiom in written_idioms(code, range(len(code.statements))):
            if idiom.replacement is not None:
                ast.parse(idiom.replacement)
                replaced += 1
    assert replaced > 5


FIT = "from sklearn.linear_model import LinearRegression\nm = LinearRegression().fit(X, y)"


def test_recorded_idioms_have_what_was_kept(tmp_path: Path) -> None:
    cells = (
        "import pandas as pd",
        "df = pd.DataFrame({'a': [1.0, None, 3.0, 4.0], 'b': [1.0, 2.0, 3.0, 9.0]})",
        "df = df[df['b'] < 100]\nfor c in ['a']:\n    df[c] = df[c].fillna(df[c].mean())",
        "X, y = df[['a']], df['b']",
        FIT,
        "m.predict(X)",
    )
    conversion = convert_cells(tmp_path, *cells)
    assert conversion.is_equal
    code = read_research_code(tmp_path / "code" / "research.ipynb")
    idioms = {(one.cell, one.line): one for one in recorded_idioms(code, conversion.interface)}
    assert idioms[3, 1].fate == "goes"
    filled = idioms[3, 3]
    assert filled.pandas.startswith("for c in")
    assert filled.frozen is not None
    assert "fillna" in filled.frozen
    assert filled.replacement is not None
    assert "filled(" in filled.replacement
    assert filled.replacement.split(" = ")[0] in conversion.preprocessing


def test_recorded_line_on_arrays_is_no_idiom(tmp_path: Path) -> None:
    cells = (
        "import numpy as np\nimport pandas as pd",
        "df = pd.DataFrame({'a': [1.0, 2.0, 3.0, 4.0], 'b': [1.0, 2.0, 3.0, 9.0]})",
        "values = df[['a']].to_numpy()\nX = np.exp(values) + values",
        FIT.replace("y)", "df['b'])"),
        "m.predict(X)",
    )
    conversion = convert_cells(tmp_path, *cells)
    assert conversion.is_equal
    code = read_research_code(tmp_path / "code" / "research.ipynb")
    idioms = recorded_idioms(code, conversion.interface)
    assert [(one.cell, one.line) for one in idioms if one.fate == "replaced"] == [(3, 1)]


def test_recorded_idiom_that_stays_says_why(tmp_path: Path) -> None:
    cells = (
        "import pandas as pd",
        "df = pd.DataFrame({'a': ['x-1', 'y-2', 'x-3', 'z-4'], 'b': [1.0, 2.0, 3.0, 9.0]})",
        "df['n'] = df['a'].str.partition('-')[2].astype(int)",
        "X, y = df[['n']], df['b']",
        FIT,
        "m.predict(X)",
    )
    conversion = convert_cells(tmp_path, *cells)
    code = read_research_code(tmp_path / "code" / "research.ipynb")
    idioms = recorded_idioms(code, conversion.interface)
    assert conversion.request_path == "pandas"
    assert any(one.fate == "stays" and "partition" in str(one.reason) for one in idioms)


def test_secrets_are_hidden() -> None:
    text = "df['a'] = read('postgresql://ann:hunter2@db/cars')"
    idiom = Idiom(1, 1, text, text, text, (), None)
    assert "hunter2" not in str(idiom.to_json())


def test_statement_over_several_lines_is_rewritten(tmp_path: Path) -> None:
    cell = "df['c'] = 12 * df['a'] + \\\n    df['a'] / 4\ndf['d'] = (df['a'] +  # first\n df['c'])"
    made = [one.replacement for one in written(tmp_path, READ, cell)]
    assert made == [
        "df = [{**row, 'c': ((12 * row['a']) + divided(row['a'], 4))} for row in df]",
        "df = [{**row, 'd': (row['a'] + row['c'])} for row in df]",
    ]


def test_deeply_nested_statement_is_left_alone(tmp_path: Path) -> None:
    (idiom,) = written(tmp_path, READ, "df['c'] = " + " + ".join(["df['a']"] * 400))
    assert idiom.fate == "stays"
    assert "nested too deeply" in str(idiom.reason)
