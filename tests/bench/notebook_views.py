"""Notebooks of `examples/` wrapped in Flask views by hand, as somebody in a hurry does it.

The statements are the notebook's own. What it learned from its data (bin edges, a limit, a scaler,
the model, the model's columns) is kept, since a request could not learn it anew. Columns that no
request has are not dropped, and rows are not filtered, or answers would go missing. Nothing is
guarded: no token, no schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from flask import Flask, request

Answers: TypeAlias = list[dict[str, Any]]
Learned: TypeAlias = Mapping[str, Any]
#: Makes of the variables that a notebook ends with what answers a frame of rows.
View: TypeAlias = Callable[[Learned], Callable[[pd.DataFrame], Answers]]


def penguins(learned: Learned) -> Callable[[pd.DataFrame], Answers]:
    """Encoded by hand; the classes and their probabilities."""
    model = learned["model"]
    names = [f"probability_{label}" for label in model.classes_]

    def answers(penguins: pd.DataFrame) -> Answers:
        penguins["sex"] = penguins["sex"].fillna("unknown")
        penguins["bill_ratio"] = penguins["bill_length_mm"] / penguins["bill_depth_mm"]
        penguins["body_mass_kg"] = penguins["body_mass_g"] / 1000
        features = pd.get_dummies(
            penguins.drop(columns=["body_mass_g"]), columns=["island", "sex"]
        ).reindex(columns=model.feature_names_in_, fill_value=False)
        predicted = model.predict(features).tolist()
        chances = model.predict_proba(features).tolist()
        return [
            {"species": species, **dict(zip(names, row, strict=True))}
            for species, row in zip(predicted, chances, strict=True)
        ]

    return answers


def diabetes(learned: Learned) -> Callable[[pd.DataFrame], Answers]:
    """Mapped, binned, clipped and scaled; a regression."""
    limit, scaler, ridge = learned["limit"], learned["scaler"], learned["ridge"]

    def answers(df: pd.DataFrame) -> Answers:
        df["sex"] = df["sex"].map({1.0: "f", 2.0: "m"})
        df["is_male"] = np.where(df["sex"] == "m", 1, 0)
        df["bmi_class"] = pd.cut(
            df["bmi"], bins=[0, 18.5, 25, 30, 100], labels=[0, 1, 2, 3]
        ).astype(int)
        for column in ["s1", "s2", "s3"]:
            df[column] = np.log1p(df[column])
        df["bp"] = df["bp"].clip(upper=limit)
        X = df.drop(["sex"], axis=1)
        pred = ridge.predict(scaler.transform(X))
        return [{"prediction": value} for value in pred.tolist()]

    return answers


def breast_cancer(learned: Learned) -> Callable[[pd.DataFrame], Answers]:
    """Binned at quantiles, the rest in a Pipeline; a forest."""
    classifier, numeric = learned["classifier"], learned["numeric"]
    edges = pd.qcut(learned["cells"]["mean radius"], 3, retbins=True)[1]

    def answers(cells: pd.DataFrame) -> Answers:
        cells["size"] = pd.cut(
            cells["mean radius"], edges, labels=["small", "medium", "large"], include_lowest=True
        ).astype(str)
        predicted = classifier.predict(cells[[*numeric, "size"]])
        return [{"diagnosis": value} for value in predicted.tolist()]

    return answers


#: By the name of the notebook in `examples/`.
VIEWS: dict[str, View] = {
    "penguins": penguins,
    "diabetes": diabetes,
    "breast_cancer": breast_cancer,
}


def app_by_hand(answers: Callable[[pd.DataFrame], Answers], *, endpoint: str) -> Flask:
    """An application that answers `{"rows": [...]}` at `endpoint`, such as `/v1/prices`."""
    app = Flask("by_hand")
    noun = endpoint.rpartition("/")[2]

    @app.post(endpoint)
    def view() -> dict[str, Any]:
        return {noun: answers(pd.DataFrame(request.get_json()["rows"]))}

    return app
