"""Missing values are filled with a statistic of all rows, and they are split afterwards."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ml_api_kit.research.understand.evidence import Evidence, Place
from ml_api_kit.research.understand.smells.splits import find_splits

WHY = "The statistic is of the test rows too, so the test says a little less than it seems to."
ADVICE = "Split first, and take the statistic of the training rows, or use SimpleImputer."

_STATISTICS = frozenset({"mean", "median", "mode", "max", "min", "quantile"})


def find(evidence: Evidence) -> Iterator[Place]:
    """Each `fillna` with a statistic, whose table is split later."""
    behind: set[int] = set()
    for split in find_splits(evidence):
        behind |= evidence.makers(split.place)
    for call in evidence.calls:
        if call.last != "fillna" or call.place not in behind:
            continue
        statistic = _statistic(evidence, call.place, call.node)
        if statistic is not None:
            what = f"missing values become the {statistic} of all rows before the split"
            yield evidence.at(call.place, call.node, what)


def _statistic(evidence: Evidence, place: int, call: ast.Call) -> str | None:
    given = [*call.args[:1], *(one.value for one in call.keywords if one.arg == "value")]
    if not given:
        return None
    value: ast.expr = given[0]
    if isinstance(value, ast.Name):
        defined = evidence.last_definition(value.id, place)
        if defined is None:
            return None
        value = defined[1]
    methods = [
        node.func.attr
        for node in ast.walk(value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    return next((name for name in methods if name in _STATISTICS), None)
