"""`scaler.fit_transform(X)` as `scaler.transform(X)` with the frozen estimator."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ml_api_kit.research.modularize.learned_calls.estimators import transformed
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

CALLS = ("fit_transform",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """The call of the frozen estimator; None where no estimator was fitted."""
    fitted = event.detail.get("fitted")
    if event.detail.get("estimator") is None or fitted is None:
        return None
    return transformed(of, fitted, event)
