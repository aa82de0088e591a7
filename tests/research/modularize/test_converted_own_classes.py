"""Classes and functions of the research code itself, brought along with what they read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_api_kit.errors import ConversionError
from tests.research.modularize.homes import READ, TABLE
from tests.research.notebooks import convert_cells

_OWN = """
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

SMALL = 1e-9

def ratio(one, other):
    return one / (other + SMALL)

class AddRatio(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        self.mean_ = ratio(X[:, 0], X[:, 1]).mean()
        return self

    def transform(self, X):
        return np.c_[X, ratio(X[:, 0], X[:, 1]) - self.mean_]

root = FunctionTransformer(lambda values: np.sqrt(np.abs(values)))
model = make_pipeline(root, AddRatio(), Ridge())
X = df[["rent", "price"]].to_numpy()
model.fit(X, df["price"])
model.predict(X)
"""


def test_conversion_brings_the_own_classes_that_an_estimator_is_made_of(tmp_path: Path) -> None:
    made = convert_cells(tmp_path, TABLE, READ, _OWN)
    assert made.is_equal, made.interface["trial"]
    source = (made.work / "package" / "estimators.py").read_text("utf-8")
    order = [source.index(one) for one in ("SMALL = 1e-09", "def ratio", "class AddRatio")]
    assert order == sorted(order)
    assert "lambda values" in source
    assert "Ridge" not in source


def test_conversion_refuses_an_estimator_that_reads_what_cannot_be_brought(tmp_path: Path) -> None:
    code = _OWN.replace("SMALL = 1e-9", "SMALL = df").replace("SMALL)", "len(SMALL))")
    with pytest.raises(ConversionError, match="ratio reads the variable SMALL, a DataFrame"):
        convert_cells(tmp_path, TABLE, READ, code)


def test_conversion_of_a_model_of_its_own_class(tmp_path: Path) -> None:
    code = """
class Line:
    def fit(self, X, y):
        self.slope = float((X[:, 0] * y).sum() / (X[:, 0] ** 2).sum())
        return self

    def predict(self, X):
        return X[:, 0] * self.slope

X = df[["rent"]].to_numpy()
model = Line()
model.fit(X, df["price"].to_numpy())
model.predict(X)
"""
    made = convert_cells(tmp_path, TABLE, READ, code)
    assert made.is_equal, made.interface["trial"]
    assert made.interface["model"]["class"] == "Line"
