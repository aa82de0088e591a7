"""Which models are fitted to what, and what they are measured on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ml_api_kit.research.understand.evidence import Called, Evidence
from ml_api_kit.research.understand.smells import learners

# fmt: off
METRICS = frozenset(
    {
        "accuracy_score", "balanced_accuracy_score", "classification_report", "confusion_matrix",
        "explained_variance_score", "f1_score", "log_loss", "mean_absolute_error",
        "mean_absolute_percentage_error", "mean_squared_error", "mean_squared_log_error",
        "median_absolute_error", "precision_score", "r2_score", "recall_score", "roc_auc_score",
        "roc_curve", "root_mean_squared_error",
    }
)
CROSS_VALIDATIONS = (
    "cross_val_score", "cross_validate", "cross_val_predict", "GridSearchCV",
    "RandomizedSearchCV", "KFold", "StratifiedKFold", "learning_curve", "validation_curve",
    "ShuffleSplit", "StratifiedShuffleSplit", "LeaveOneOut", "TimeSeriesSplit", "split",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Fit:
    """One supervised fit of a model held in a variable.

    Attributes:
        call: the call.
        model: the variable.
        rows: the text of what it is fitted to.
        target: the text of what it learns to predict.
    """

    call: Called
    model: str
    rows: str
    target: str


def find_fits(evidence: Evidence) -> Iterator[Fit]:
    """Every `model.fit(rows, target)`, also `model = Class().fit(rows, target)`."""
    for call in evidence.calls:
        if call.last != "fit" or learners.is_transformer(call.owner) or not call.is_now:
            continue
        given = [*call.node.args, *(call.keyword(name) for name in ("X", "y"))]
        texts = [ast.unparse(one) for one in given if one is not None]
        model = call.receiver or _assigned(evidence.trees[call.place])
        if len(texts) >= 2 and model:
            yield Fit(call, model, texts[0], texts[1])


def _assigned(tree: ast.Module) -> str:
    node = tree.body[0]
    is_plain = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    return node.targets[0].id if is_plain else ""  # type: ignore[attr-defined]
