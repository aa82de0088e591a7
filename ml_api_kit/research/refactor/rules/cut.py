"""`pd.cut(df["a"], bins=edges, labels=...)`: the bin that each value falls into."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.rules_support import pandas_call
from ml_api_kit.research.refactor.scope import LeftAloneError, arguments, code_of

LEAVES_ALONE = "bins without labels, whose names are intervals."


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    call = pandas_call(node, "cut")
    if call is None:
        return None
    placed, named = arguments(call)
    bins = placed[1] if len(placed) > 1 else named.pop("bins", None)
    labels = named.pop("labels", None)
    if bins is None or labels is None or set(named) - {"right", "include_lowest"}:
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    of.scope.imports.add("ml_api_kit.preprocessing:bin_label")
    options = "".join(
        f", {'is_right_closed' if name == 'right' else 'is_lowest_included'}={code_of(value)}"
        for name, value in named.items()
    )
    return f"bin_label({of.value(placed[0])}, {code_of(bins)}, {code_of(labels)}{options})"
