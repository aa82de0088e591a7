"""Leaks between training and test, and choices that nobody can repeat."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.research.understand.finding import READ, SPLIT, SPLIT_X, found

FIT = "from sklearn.linear_model import LinearRegression\nmodel = LinearRegression()\n"


def scaled(scaler: str, fit: str) -> tuple[str, ...]:
    return (READ, f"from sklearn.preprocessing import *\ns = {scaler}\n{fit}", SPLIT_X)


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(scaled("LabelEncoder()", "y = s.fit_transform(y)"), id="target"),
        pytest.param(
            (READ, "from sklearn.preprocessing import LabelEncoder\n"
             "y = LabelEncoder().fit_transform(y)", SPLIT_X),
            id="target without a name",
        ),
        pytest.param(
            (READ, SPLIT_X, "from sklearn.preprocessing import StandardScaler\n"
             "s = StandardScaler().fit(a)\nb = s.transform(b)"),
            id="after the split",
        ),
        pytest.param(
            (READ, "from sklearn.decomposition import PCA\ndraw(PCA(2).fit_transform(X))", SPLIT_X),
            id="only drawn",
        ),
        pytest.param(
            (READ, "from sklearn.preprocessing import Normalizer\n"
             "model.fit(X, y)", SPLIT_X),
            id="a model",
        ),
        pytest.param(
            (READ, "from sklearn.preprocessing import StandardScaler\n"
             "Z = StandardScaler().fit_transform(other)", SPLIT_X),
            id="other rows",
        ),
    ],
)  # fmt: skip
def test_fit_that_leaks_nothing(tmp_path: Path, cells: tuple[str, ...]) -> None:
    assert found(tmp_path, "fitted-before-split", *cells) == []


@pytest.mark.parametrize(
    "cells",
    [
        scaled("StandardScaler()", "X = s.fit_transform(X)"),
        scaled("StandardScaler()", "s.fit(X)\nX = s.transform(X)"),
        scaled("MinMaxScaler()", "X[['a']] = s.fit_transform(X[['a']])"),
        scaled("OneHotEncoder()", "s = s.fit(X)\nX = s.transform(X)"),
        (READ, "from sklearn.impute import SimpleImputer as I\nX = I().fit_transform(X)", SPLIT_X),
        (READ, "from sklearn.feature_selection import SelectKBest\n"
         "X = SelectKBest(k=1).fit_transform(X, y)", SPLIT_X),
        (READ, "from imblearn.over_sampling import SMOTE\n"
         "X, y = SMOTE(random_state=0).fit_resample(X, y)", SPLIT_X),
        (READ, "from sklearn.preprocessing import StandardScaler\n"
         "X = StandardScaler().fit_transform(X)", "X_train, X_test = X[:800], X[800:]"),
        (READ, "from sklearn.preprocessing import StandardScaler\ns = StandardScaler()\ns.fit(X)",
         SPLIT_X, "a = s.transform(a)"),
    ],
)  # fmt: skip
def test_fit_before_the_split(tmp_path: Path, cells: tuple[str, ...]) -> None:
    assert [cell for cell, _ in found(tmp_path, "fitted-before-split", *cells)] == [2]


def test_statistic_of_all_rows(tmp_path: Path) -> None:
    after = "a = a.fillna(a.mean())\nX.fillna(0)"
    assert found(tmp_path, "statistic-before-split", READ, SPLIT_X, after) == []
    assert found(tmp_path, "statistic-before-split", READ, "X = X.fillna(0)", SPLIT_X) == []
    before = "middle = df['a'].median()\nX = X.fillna(middle)"
    assert found(tmp_path, "statistic-before-split", READ, before, SPLIT_X) == [(2, 2)]


@pytest.mark.parametrize(
    "cells",
    [
        (READ, SPLIT_X, f"{FIT}model.fit(a, c)\nmodel.score(b, d)"),
        (READ, SPLIT_X, f"{FIT}model.fit(a, c)\nmodel.score(a, c)\nmodel.score(b, d)"),
        (READ, f"from sklearn.model_selection import cross_val_score\n{FIT}model.fit(X, y)\n"
         "model.score(X, y)\ncross_val_score(model, X, y)"),
        (READ, f"{FIT}model.fit(X, y)\nmodel.predict([[1]])"),
        (READ, SPLIT_X, f"{FIT}for n in (1, 2):\n    model.fit(a, c)\n    p = model.predict(b)\n"
         "    model.score(a, c)\n    compare(p, d)"),
    ],
)  # fmt: skip
def test_model_measured_on_new_rows(tmp_path: Path, cells: tuple[str, ...]) -> None:
    assert found(tmp_path, "scored-on-training", *cells) == []


@pytest.mark.parametrize(
    "measured",
    [
        "model.score(X, y)",
        "from sklearn.metrics import r2_score\nr2_score(y, model.predict(X))",
        "from sklearn.metrics import r2_score\np = model.predict(X)\nprint(r2_score(y, p))",
    ],
)
def test_model_measured_on_its_training_rows(tmp_path: Path, measured: str) -> None:
    cells = (READ, f"{FIT}model.fit(X, y)", measured)
    assert [cell for cell, _ in found(tmp_path, "scored-on-training", *cells)] == [3]


def test_fit_to_all_rows_for_production_is_fine(tmp_path: Path) -> None:
    last = "model.fit(X, y)\nsave(model)"
    cells = (READ, SPLIT_X, f"{FIT}model.fit(a, c)\nmodel.score(b, d)", last)
    assert found(tmp_path, "test-in-training", *cells) == []


@pytest.mark.parametrize(
    "last",
    [
        "model.fit(b, d)",
        "from sklearn.preprocessing import StandardScaler\nStandardScaler().fit_transform(b)",
        "model.fit(X, y)\nmodel.score(b, d)",
    ],
)
def test_fit_to_test_rows(tmp_path: Path, last: str) -> None:
    cells = (READ, SPLIT_X, FIT, last)
    assert [cell for cell, _ in found(tmp_path, "test-in-training", *cells)] == [4]


@pytest.mark.parametrize(
    "features",
    [
        "X = df.drop(columns='b')",
        "X = df.drop(['b'], axis=1)",
        "X = df[['a', 'c']]",
        "X = df.drop(columns=unwanted)",
        "X = df.iloc[:, :-1]",
        "del df['b']\nX = df",
        "df.drop('b', axis=1, inplace=True)\nX = df",
        "X = df.copy()\nX.pop('b')",
        "df = df.drop('b', axis=1)\nX = df",
    ],
)
def test_features_without_the_target(tmp_path: Path, features: str) -> None:
    cells = ("import pandas as pd\ndf = pd.read_csv('a.csv')\ny = df['b']", features, SPLIT_X)
    assert found(tmp_path, "target-in-features", *cells) == []


@pytest.mark.parametrize(
    "features",
    [
        "X = df",
        "X = df[['a', 'b']]",
        "X = df.drop(columns=['c'])",
        "X = df.copy()",
        "X = df.values",
    ],
)
def test_features_with_the_target(tmp_path: Path, features: str) -> None:
    cells = ("import pandas as pd\ndf = pd.read_csv('a.csv')\ny = df['b']", features, SPLIT_X)
    assert found(tmp_path, "target-in-features", *cells) == [(3, 2)]


@pytest.mark.parametrize(
    "source",
    [
        "from sklearn.cluster import KMeans\nKMeans(3, random_state=0)",
        "import numpy as np\nfrom sklearn.cluster import KMeans\nnp.random.seed(1)\nKMeans(3)",
        f"{SPLIT}train_test_split(X, shuffle=False)",
        "from sklearn.model_selection import KFold\nKFold(5)",
        "from sklearn.cluster import KMeans\nKMeans(**options)",
        "import numpy as np\nrng = np.random.default_rng(3)\nrng.normal()",
        "import random\nrandom.seed(3)\nrandom.random()",
        "import numpy as np\ndef draw():\n    return np.random.rand()\nnp.random.seed(0)\ndraw()",
        "part = df.sample(5, random_state=1)",
        "df.sample(5)",
        "reader.train_test_split(paths)",
        "from sklearn.linear_model import LinearRegression\nLinearRegression()",
    ],
)
def test_choice_that_is_pinned(tmp_path: Path, source: str) -> None:
    assert found(tmp_path, "unpinned-seed", source) == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("from sklearn.cluster import KMeans as K\nK(3)", [2]),
        ("from sklearn.cluster import KMeans\nKMeans(3, random_state=None)", [2]),
        # What Python's own generator is seeded with tells numpy's nothing.
        ("import random\nrandom.seed(1)\nfrom sklearn.cluster import KMeans\nKMeans(3)", [4]),
        (
            "import numpy as np\nfrom sklearn.cluster import KMeans\nKMeans(3)\n"
            "np.random.seed(1)\nKMeans(4)",
            [3],
        ),
        (f"{SPLIT}train_test_split(X, random_state=1)\ntrain_test_split(X)", [3]),
        ("from sklearn.model_selection import KFold\nKFold(5, shuffle=True)", [2]),
        ("import numpy as np\nnp.random.rand(3)\nnp.random.default_rng()", [2, 3]),
        ("df = df.sample(frac=1)", [1]),
        ("import random\nimport numpy as np\nnp.random.seed(1)\nrandom.random()", [4]),
    ],
)
def test_choice_that_differs_at_every_run(tmp_path: Path, source: str, lines: list[int]) -> None:
    assert [line for _, line in found(tmp_path, "unpinned-seed", source)] == lines
