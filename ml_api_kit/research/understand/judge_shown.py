"""What an expression is for whose value is shown, or that changes something by itself."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ml_api_kit.research.understand import vocabulary as words
from ml_api_kit.research.understand.calls import Call, attributes_in, calls_in
from ml_api_kit.research.understand.category import Category
from ml_api_kit.research.understand.judge_calls import (
    changes_in_place,
    fitted,
    judge_calls,
    kept,
    measured,
    modelled,
    named,
    own_function,
    read,
    staged,
)
from ml_api_kit.research.understand.judge_drawing import drawn, drawn_first
from ml_api_kit.research.understand.judged import Judged
from ml_api_kit.research.understand.kinds import Kind
from ml_api_kit.research.understand.owners import is_model_like
from ml_api_kit.research.understand.scope import Scope
from ml_api_kit.research.understand.verbs import words_of

_IN_PLACE = frozenset({"insert", "pop", "shuffle", "sort"})
_COLLECTING = frozenset({"append", "extend", "update", "remove", "insert", "pop", "add"})
_COLLECTED_MODELS = frozenset({"models", "classifiers", "regressors", "estimators", "pipelines"})


def judge_shown(node: ast.Expr, scope: Scope) -> Judged:
    """The category of an expression that stands alone."""
    if isinstance(node.value, ast.Constant):
        return Judged(Category.SUPPORT, "is a note")
    calls = calls_in(node, scope)
    first = judge_calls((kept, drawn_first, fitted, measured), calls)
    if first is not None:
        return first
    for judge in (_in_place, _collected, _listed, _found_out):
        found = judge(node, calls, scope)
        if found is not None:
            return found
    by_calls = judge_calls((read, staged, _looked, drawn, own_function(scope), modelled), calls)
    if by_calls is not None:
        return by_calls
    return _unknown(calls)


def _in_place(node: ast.Expr, calls: Sequence[Call], scope: Scope) -> Judged | None:
    for call in calls:
        is_in_place = changes_in_place(call.node)
        if is_in_place and call.last in words.RENAMES:
            return Judged(Category.PREPARATION, "renames columns")
        if is_in_place or (call.last in _IN_PLACE and call.kind is None):
            return Judged(Category.PREPROCESSING, f"changes the table in place: {call.last}")
    return None


def _collected(node: ast.Expr, calls: Sequence[Call], scope: Scope) -> Judged | None:
    """What is put into a list, by what it is."""
    if not calls or calls[0].last not in _COLLECTING or "." not in calls[0].full:
        return None
    call = calls[0]
    given = {scope.kind(one) for one in call.node.args}
    if call.last == "add" and is_model_like(call):
        return Judged(Category.ML, f"builds a model: {call.full}")
    if Kind.MODEL in given or _COLLECTED_MODELS & set(words_of(call.owner)):
        return Judged(Category.ML, f"collects models: {call.full}")
    if given & {Kind.SCORE, Kind.PREDICTION}:
        return Judged(Category.ML, f"collects what a model answers: {call.full}", is_answer=True)
    return Judged(Category.PREPROCESSING, f"changes a collection: {call.full}", is_sure=False)


def _listed(node: ast.Expr, calls: Sequence[Call], scope: Scope) -> Judged | None:
    """A look at the environment, not at the data: files, versions."""
    if "__version__" in attributes_in(node):
        return Judged(Category.SUPPORT, "shows a version")
    listing = next((one for one in calls if one.full.startswith(("os.", "glob.", "shutil."))), None)
    if listing is not None or any(one.last == "check_output" for one in calls):
        return Judged(Category.SUPPORT, "lists files")
    return None


def _found_out(node: ast.Expr, calls: Sequence[Call], scope: Scope) -> Judged | None:
    """A score that is shown says how good a model is, whether it is computed here or before."""
    tuned = next((one for one in attributes_in(node) if one in words.TUNES | words.SCORES), None)
    if tuned is not None:
        return Judged(Category.ML, f"shows what was found: {tuned}")
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and scope.kinds.get(inner.id) is Kind.SCORE:
            return Judged(Category.ML, f"shows how good a model is: {inner.id}", is_answer=True)
    return None


def _looked(calls: Sequence[Call]) -> Judged | None:
    if calls and calls[0].last in words.LOOKS | words.READINGS:
        return Judged(Category.EXPLORATION, f"shows a value: {calls[0].full}")
    return None


def _unknown(calls: Sequence[Call]) -> Judged:
    if not calls:
        return Judged(Category.EXPLORATION, "shows a value")
    by_name = named(calls) if "." not in calls[0].full else None
    if by_name is not None:
        return by_name
    if calls[0].kind is Kind.MODEL and not calls[0].last.startswith("get"):
        return Judged(Category.ML, f"works on a model: {calls[0].full}", is_sure=False)
    if calls[0].kind is Kind.TRANSFORMER and not calls[0].last.startswith("get"):
        return Judged(Category.PREPROCESSING, f"works on features: {calls[0].full}", is_sure=False)
    is_sure = any(call.last in words.LOOKS | words.CHANGES for call in calls)
    return Judged(Category.EXPLORATION, f"shows a value: {calls[0].full}", is_sure)
