"""`scaler.transform(X)` of an estimator that was fitted before."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ml_api_kit.research.modularize.learned_calls.estimators import transformed
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

CALLS = ("transform",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """The call of the frozen estimator; None where it is none."""
    receiver = event.inputs[0] if event.inputs else None
    if receiver is None or receiver.type_name.endswith("GroupBy"):
        return None
    if not hasattr(receiver.object(), "get_params"):
        return None
    return transformed(of, receiver, event)
