"""What statements are for."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_api_kit.research.source.reading import read_research_code
from ml_api_kit.research.understand import categorize, categorize_snippet
from ml_api_kit.research.understand.report import to_report
from ml_api_kit.research.understand.summary import format_report
from tests.research.notebooks import write_notebook


@pytest.mark.parametrize(
    ("source", "category"),
    [
        ("import pandas as pd", "support"),
        ("pd.set_option('display.width', 100)", "support"),
        ("SEED = 3", "support"),
        ("df = pd.read_csv('a.csv')", "preparation"),
        ("df.columns = ['a', 'b']", "preparation"),
        ("df = df.rename(columns={'a': 'b'})", "preparation"),
        ("df['a'] = df['b'] * 2", "preprocessing"),
        ("df.dropna(inplace=True)", "preprocessing"),
        ("X = StandardScaler().fit_transform(X)", "preprocessing"),
        ("a, b, c, d = train_test_split(X, y)", "preprocessing"),
        ("from sklearn import svm as s\nm = s.SVC()", "ml"),
        ("model.fit(X, y)", "ml"),
        ("print(accuracy_score(y, p))", "ml"),
        ("params = {'C': [1, 2]}", "ml"),
        ("df.head()", "exploration"),
        ("df.shape", "exploration"),
        ("sns.heatmap(df.corr())", "exploration"),
        ("counts = df.a.value_counts()\ncounts.plot.bar()", "exploration"),
        ("df.to_csv('out.csv')", "export"),
        ("joblib.dump(model, 'm.joblib')", "export"),
    ],
)
def test_category_of_a_snippet(source: str, category: str) -> None:
    assert categorize_snippet(source) == category


def test_what_production_needs_is_never_exploration(tmp_path: Path) -> None:
    path = write_notebook(tmp_path, "means = df.describe()", "df.head()")
    code = read_research_code(path)
    free = categorize(code)
    needed = categorize(code, production={0, 1})
    assert [one.category for one in free] == ["exploration", "exploration"]
    assert [one.category for one in needed] == ["preprocessing", "preprocessing"]
    assert all(one.reason for one in needed)


def test_static_report_says_what_it_does_not_claim(tmp_path: Path) -> None:
    path = write_notebook(tmp_path, "import os", "x = os.getcwd()")
    report = to_report(read_research_code(path), None)
    assert report["static"]
    assert report["claims_not_made"]
    assert {"cell", "cell_index", "lines", "source", "category", "reason"} <= set(
        report["statements"][0]
    )
    assert "What cannot be said without running it" in format_report(report)
