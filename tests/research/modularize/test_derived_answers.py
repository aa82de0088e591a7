"""What code makes of its model's answers is made of the API's answers as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.research.notebooks import Conversion, convert_cells

_TABLE = """
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, r2_score
from sklearn.preprocessing import LabelEncoder, StandardScaler
rng = np.random.default_rng(5)
df = pd.DataFrame({"size": rng.normal(80, 20, 120), "rooms": rng.integers(1, 6, 120)})
df["price"] = (df["size"] * 9 + df["rooms"] * 40).clip(lower=90).round(1)
df["town"] = np.where(df["size"] + rng.normal(0, 9, 120) > 80, "Bonn", "Kiel")
X, part = df[["size", "rooms"]], df[["size", "rooms"]][:70]
"""
_LOG = "model = LinearRegression().fit(X, np.log1p(df['price']))"
_TOWN = """
encoder = LabelEncoder()
model = LogisticRegression().fit(X, encoder.fit_transform(df["town"]))
"""

_MADE = {
    "unit": (_LOG, "pred = np.expm1(model.predict(part))", {"price", "raw_price"}),
    "unit measured": (
        _LOG,
        "r2_score(df['price'], np.expm1(model.predict(X)))",
        {"price", "raw_price"},
    ),
    "unit in a table": (
        _LOG,
        "out = pd.DataFrame({'was': df['price'], 'p': np.expm1(model.predict(X))})",
        {"price", "raw_price"},
    ),
    "unit of train and test": (
        _LOG,
        "pred_train = np.expm1(model.predict(part))\npred_test = np.expm1(model.predict(X[70:]))",
        {"price", "raw_price"},
    ),
    "scaler": (
        "scaler = StandardScaler()\n"
        "scaled = scaler.fit_transform(df[['price']])\n"
        "model = LinearRegression().fit(X, scaled)",
        "pred = scaler.inverse_transform(model.predict(part))",
        {"prediction", "raw_prediction"},
    ),
    "in place": (
        "model = LinearRegression().fit(X, df['price'])",
        "pred = model.predict(X)\npred[pred < 500] = 500",
        {"price", "raw_price"},
    ),
    "labels": (
        _TOWN,
        "names = encoder.inverse_transform(model.predict(part))",
        {"prediction", "raw_prediction"},
    ),
    "labels by element": (
        _TOWN,
        "names = [['B', 'K'][label] for label in model.predict(part)]",
        {"prediction", "raw_prediction"},
    ),
    "threshold": (
        _TOWN,
        "chance = model.predict_proba(part)[:, 1]\nis_kiel = (chance > 0.3).astype(int)",
        {"prediction", "probability_0", "probability_1", "is_kiel"},
    ),
    "distance": (
        _TOWN,
        "is_sure = np.abs(model.decision_function(part)) > 1",
        {"prediction", "is_sure"},
    ),
    "columns of a table": (
        _TOWN,
        "df['chance'] = model.predict_proba(X)[:, 1]\ndf['is_kiel'] = df['chance'] > 0.3\n"
        "df['sure'] = (df.chance > 0.9).astype(int)",
        {"prediction", "probability_0", "probability_1", "is_kiel", "sure"},
    ),
    "columns of a table that is written down": (
        "model = LinearRegression().fit(X, df['price'] / 1000)",
        "out = pd.DataFrame({'id': X.index, 'mass': model.predict(X)})\n"
        "out['grams'] = (out['mass'] * 1000).round().astype(int)\n"
        "out['size'] = out['grams'].apply(lambda g: 'big' if g > 700 else 'small')",
        {"price", "grams", "size"},
    ),
    "own function": (
        "def level(chance):\n    return 'high' if chance > 0.8 else 'low'\n" + _TOWN,
        "chances = pd.Series(model.predict_proba(part)[:, 1])\nlevels = chances.apply(level)",
        {"prediction", "probability_0", "probability_1", "levels"},
    ),
}


def _columns(made: Conversion) -> set[str]:
    assert made.is_equal, made.interface["trial"]
    return {one["name"] for one in made.interface["answers"]}


@pytest.mark.parametrize("form", _MADE)
def test_what_is_made_of_answers_is_a_column_of_them(form: str, tmp_path: Path) -> None:
    fit, code, columns = _MADE[form]
    made = convert_cells(tmp_path, _TABLE, fit, code)
    assert _columns(made) == columns
    assert made.request_path == "python"
    lines = (made.work / "golden.jsonl").read_text("utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    # What the code made of some answers alone is known of those alone.
    assert any(set(case["answer"]) == columns for case in cases)


def test_what_is_no_answer_of_a_row_is_left_out(tmp_path: Path) -> None:
    made = convert_cells(
        tmp_path,
        _TABLE,
        "model = LinearRegression().fit(X, df['price'])",
        "residuals = df['price'] - model.predict(X)",
        "share = model.predict(X) / model.predict(X).sum()",
        "order = np.argsort(model.predict(X))",
        "same = pd.Series(model.predict(X))",
        "for limit in [300, 400]:\n    is_dear = model.predict(X) > limit",
    )
    assert _columns(made) == {"price"}


def test_answers_of_several_models_that_are_mixed_are_a_reason(tmp_path: Path) -> None:
    fit = "\n".join(f"{name} = LinearRegression().fit(X, df['price'])" for name in ("one", "model"))
    code = "blend = (one.predict(X) + model.predict(X)) / 2"
    made = convert_cells(tmp_path, _TABLE, fit, code)
    assert _columns(made) == {"price"}
    (reason,) = made.interface["reasons"]
    assert (reason["cell"], reason["what"]) == (3, "`blend` is not served")


def test_answers_say_what_the_model_was_fitted_to(tmp_path: Path) -> None:
    made = convert_cells(tmp_path, _TABLE, _LOG, "model.predict(X)")
    (answer,) = made.interface["answers"]
    assert answer["description"] == "What the model was fitted to is `np.log1p(df['price'])`."
