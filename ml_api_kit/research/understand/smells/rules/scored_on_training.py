"""A model is measured on no other rows than those that it was fitted to."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ml_api_kit.research.understand.evidence import Called, Evidence, Place
from ml_api_kit.research.understand.smells.training import (
    CROSS_VALIDATIONS,
    METRICS,
    Fit,
    find_fits,
)

WHY = "A model knows the rows that it was fitted to: the figure says nothing about new ones."
ADVICE = "Measure on rows that it has not seen, with train_test_split or cross-validation."


def find(evidence: Evidence) -> Iterator[Place]:
    """Each fit whose model is measured, but on these rows alone."""
    if any(call.last in CROSS_VALIDATIONS for call in evidence.calls):
        return
    fits = list(find_fits(evidence))
    for number, fit in enumerate(fits):
        end = next(
            (one.call.place for one in fits[number + 1 :] if one.model == fit.model),
            len(evidence.trees),
        )
        measured = [
            (call, rows)
            for call in evidence.calls
            if fit.call.place <= call.place <= end
            for rows in _measured(evidence, call, fit)
        ]
        known = all(_is_part(rows, fit.rows) for _, rows in measured)
        if measured and known and not _asked_for_others(evidence, fit, end):
            call = measured[0][0]
            what = f"`{fit.model}` is measured on `{fit.rows[:40]}`, what it was fitted to, alone"
            yield evidence.at(call.place, call.node, what)


def _is_part(rows: str, of: str) -> bool:
    """Whether rows are those, or some of those, that a model was fitted to."""
    return rows == of or rows.startswith((f"{of}.", f"{of}["))


def _asked_for_others(evidence: Evidence, fit: Fit, end: int) -> bool:
    """Whether the model predicts for other rows, so that it may be measured on them somewhere.

    A single row that is written out is an example, and no measure.
    """
    return any(
        call.last.startswith("predict")
        and call.receiver == fit.model
        and isinstance(call.node.args[0], ast.Name | ast.Subscript | ast.Attribute)
        and not _is_part(ast.unparse(call.node.args[0]), fit.rows)
        for call in evidence.calls
        if fit.call.place <= call.place <= end and call.node.args
    )


def _measured(evidence: Evidence, call: Called, fit: Fit) -> Iterator[str]:
    """The rows that a call measures the model of a fit on."""
    if call.last == "score" and call.receiver == fit.model and len(call.node.args) >= 2:
        yield ast.unparse(call.node.args[0])
    elif call.last in METRICS:
        for argument in call.node.args[:2]:
            yield from _predicted_rows(evidence, call.place, argument, fit)


def _predicted_rows(evidence: Evidence, place: int, node: ast.expr, fit: Fit) -> Iterator[str]:
    """The rows that an argument holds the model's predictions for."""
    if isinstance(node, ast.Name):
        defined = evidence.last_definition(node.id, place)
        if defined is None or defined[0] < fit.call.place:
            return
        node = defined[1]
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.args:
            is_prediction = inner.func.attr.startswith("predict")
            if is_prediction and ast.unparse(inner.func.value) == fit.model:
                yield ast.unparse(inner.args[0])
