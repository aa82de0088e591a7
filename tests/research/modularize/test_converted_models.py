"""Models of every common form, converted whole, with the answers that the code gave."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.research.modularize.homes import FIT_OF_SKLEARN, READ, TABLE
from tests.research.notebooks import Conversion, convert_cells

_CLASSIFIED = """
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.model_selection import train_test_split
dear = df["price"] > df["price"].median()
prepare = ColumnTransformer(
    [("n", SimpleImputer(), ["age", "rent"]), ("c", OneHotEncoder(), ["town"])]
)
pipe = make_pipeline(prepare, LogisticRegression(max_iter=2000))
train, test, y, y_test = train_test_split(df, dear, random_state=0)
pipe.fit(train, y)
pipe.predict_proba(test)
"""


def test_conversion_of_a_pipeline_answers_probabilities(tmp_path: Path) -> None:
    made = convert_cells(tmp_path, TABLE, READ, _CLASSIFIED)
    assert made.is_equal, made.interface["trial"]
    names = [column["name"] for column in made.interface["answers"]]
    assert names[1:] == ["probability_False", "probability_True"]
    assert made.interface["trial"]["rows"] == 120


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        ("", ["town", "age"]),
        ("pipe = GridSearchCV(pipe, {'logisticregression__C': [0.1, 1.0]}, cv=2)", ["town", "age"]),
        ("df['share'] = df['rent'] / df['age']", ["town", "age", "rent"]),
        ("pipe = make_pipeline(LogisticRegression(max_iter=2000))", ["town", "age"]),
    ],
    ids=["pipeline", "search", "read by another column", "applied before"],
)
def test_conversion_asks_for_no_column_that_a_column_transformer_drops(
    tmp_path: Path, made: str, asked: list[str]
) -> None:
    numbers = '["age", "share"]' if "share" in made else '["age"]'
    code = (
        _CLASSIFIED.replace('["age", "rent"]', numbers)
        .replace("train, test", f"{made}\ntrain, test")
        .replace("(df, dear", '(df.drop(columns="price"), dear')
    )
    if "make_pipeline(LogisticRegression(" in made:
        code = code.replace("pipe.fit(train", "pipe.fit(prepare.fit_transform(train)")
        code = code.replace("predict_proba(test", "predict_proba(prepare.transform(test)")
    code = "from sklearn.model_selection import GridSearchCV" + code
    found = convert_cells(tmp_path, TABLE, READ, code)
    assert found.is_equal, found.interface["trial"]
    assert {one["name"] for one in found.interface["columns"]} == set(asked)


def test_conversion_of_a_model_of_several_outputs_names_each(tmp_path: Path) -> None:
    code = (
        "from sklearn.linear_model import LinearRegression\n"
        'model = LinearRegression().fit(df[["rent"]], df[["price", "rent"]])'
    )
    made = convert_cells(tmp_path, TABLE, READ, code)
    assert made.is_equal, made.interface["trial"]
    assert [one["name"] for one in made.interface["answers"]] == ["price", "rent"]


def test_conversion_of_arrays_follows_shuffles_and_splits(tmp_path: Path) -> None:
    code = """
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
X, y = load_wine(return_X_y=True)
X = X[:, [0, 6, 9]]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=3)
scaler = StandardScaler().fit(X_train)
knn = KNeighborsClassifier().fit(scaler.transform(X_train), y_train)
knn.predict(scaler.transform(X_test))
"""
    made = convert_cells(tmp_path, code)
    assert made.is_equal, made.interface["trial"]
    assert made.interface["trial"]["rows"] == 178


def test_conversion_of_a_model_chosen_by_its_variable(tmp_path: Path) -> None:
    code = (
        'X = df[["rent"]]\n' + FIT_OF_SKLEARN + "from sklearn.tree import DecisionTreeRegressor\n"
    )
    code += 'tree = DecisionTreeRegressor(random_state=0).fit(X, df["age"].fillna(0))\n'
    made = convert_cells(tmp_path, TABLE, READ, code, model="model")
    assert made.interface["model"]["class"].endswith("LinearRegression")
    assert made.interface["noun"] == "prices"
    assert [one["variable"] for one in made.interface["models"]] == ["model", "tree"]


def test_conversion_of_a_table_computed_by_rows_needs_no_model(tmp_path: Path) -> None:
    code = 'score = df[["rent"]].copy()\nscore["share"] = score["rent"] / score["rent"].max()'
    made = convert_cells(tmp_path, TABLE, READ, code)
    assert made.is_equal, made.interface["trial"]
    assert made.interface["model"] is None
    assert made.interface["has_row_path"]


def test_column_of_texts_takes_any_where_its_encoder_was_told_to(tmp_path: Path) -> None:
    strict = convert_cells(tmp_path / "strict", TABLE, READ, _CLASSIFIED)
    encoders = (
        """OneHotEncoder(handle_unknown="ignore"), ["town"]), ("s", OneHotEncoder(), ["sex"])"""
    )
    told = _CLASSIFIED.replace('OneHotEncoder(), ["town"])', encoders)
    taking = convert_cells(tmp_path / "taking", TABLE, READ, told)
    assert _texts_of(strict, "town") == ["Bonn", "Kiel", "Ulm"]
    assert _texts_of(taking, "town") is None
    assert _texts_of(taking, "sex") == ["f", "m"]


def _texts_of(made: Conversion, column: str) -> list[str] | None:
    columns = {one["name"]: one for one in made.interface["columns"]}
    texts: list[str] | None = columns[column]["enum"]
    return texts


def test_linear_model_of_statsmodels_that_was_fitted_to_an_array_needs_no_pandas(
    tmp_path: Path,
) -> None:
    code = (
        'import statsmodels.api as sm\nX = sm.add_constant(df[["rent"]].to_numpy())\n'
        'model = sm.OLS(df["price"].to_numpy(), X).fit()\nmodel.predict(X)'
    )
    made = convert_cells(tmp_path, TABLE, READ, code)
    assert made.is_equal, made.interface["trial"]
    assert made.request_path == "python"
    learned = (made.work / "artifacts" / "estimator.pickle").read_bytes()
    assert b"statsmodels" not in learned
    assert b"pandas" not in learned
