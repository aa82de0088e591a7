"""`clusters.fit_predict(X)` as `clusters.predict(X)` with the frozen estimator."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize.learned_calls.arguments import first
from ml_api_kit.research.modularize.learned_calls.estimators import wanted_name
from ml_api_kit.research.modularize.syntax import attribute, call
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

CALLS = ("fit_predict",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """The call of the frozen estimator; None where no estimator was fitted.

    Raises ConversionError: when it answers only the rows that it was fitted to.
    """
    estimator, fitted = event.detail.get("estimator"), event.detail.get("fitted")
    if estimator is None or fitted is None:
        return None
    if not hasattr(estimator, "predict"):
        raise ConversionError(
            f"{type(estimator).__name__} gives no answers for rows that it was not fitted to."
        )
    name = of.fixed.freeze(fitted.object(), wanted_name(fitted), fitted)
    return call(attribute(name, "predict"), first(of, event))
