"""What an assignment is for."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ml_api_kit.research.understand import vocabulary as words
from ml_api_kit.research.understand.calls import Call, calls_in
from ml_api_kit.research.understand.category import Category
from ml_api_kit.research.understand.judge_calls import (
    changed,
    fitted,
    judge_calls,
    kept,
    measured,
    modelled,
    named,
    own_function,
    read,
    renamed,
    staged,
    summed_up,
)
from ml_api_kit.research.understand.judge_drawing import drawn, drawn_first
from ml_api_kit.research.understand.judged import Judged
from ml_api_kit.research.understand.kinds import Kind
from ml_api_kit.research.understand.names import full_name
from ml_api_kit.research.understand.scope import Scope
from ml_api_kit.research.understand.verbs import words_of

Assigned = ast.Assign | ast.AnnAssign | ast.AugAssign

_TUNED = frozenset(
    {
        *("param", "params", "parameters", "grid", "hyper", "hyperparameters", "space"),
        *("classifiers", "estimators", "epochs", "batch", "parametrs", "parameter"),
    }
)
_LISTED = ast.Dict | ast.List
_LISTING = ("range", "list", "dict")
_MODEL_NAMES = frozenset({"model", "clf", "classifier", "regressor", "estimator", "learner"})
# What is done to a table before it is handed in is preprocessing still.
_WORKED_OVER = (words.CHANGES | {"fit_transform"}) - {"DataFrame", "Series", "reshape", "astype"}
_SUBMISSIONS = frozenset({"sub", "subm", "submission", "submit", "submissions"})


_BY_LIBRARY = (kept, drawn_first, fitted, read, staged, measured, modelled, renamed, drawn)
_BY_TABLE = (summed_up, changed)


def judge_assigned(node: Assigned, scope: Scope) -> Judged:
    """The category of an assignment."""
    calls = calls_in(node, scope)
    for judge in (_tuned, _set, _handed_in, _renamed, _held):
        found = judge(node, calls, scope)
        if found is not None:
            return found
    by_calls = judge_calls((*_BY_LIBRARY, own_function(scope), *_BY_TABLE), calls)
    if by_calls is not None:
        return by_calls
    return _by_value(node, calls, scope)


def targets_of(node: Assigned) -> list[ast.expr]:
    """What is assigned to."""
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _tuned(node: Assigned, calls: Sequence[Call], scope: Scope) -> Judged | None:
    """Whether a statement says what models are tuned with."""
    target = targets_of(node)[0]
    is_written = node.value is not None and scope.is_constant(node.value)
    is_listed = isinstance(node.value, _LISTED) or (
        is_written and bool(calls) and calls[0].full in _LISTING
    )
    if is_listed and isinstance(target, ast.Name) and _TUNED & set(words_of(target.id)):
        return Judged(Category.ML, "sets what a model is tuned with")
    return None


def _set(node: Assigned, calls: Sequence[Call], scope: Scope) -> Judged | None:
    """An option of a library, or of the environment."""
    for target in targets_of(node):
        root = scope.name(target)
        is_stored = isinstance(target, ast.Subscript | ast.Attribute)
        if is_stored and full_name(target, {}).partition(".")[0] in scope.aliases:
            return Judged(Category.SUPPORT, f"sets the stage: {root}")
        if is_stored and {"rcParams", "environ", "options"} & set(root.split(".")):
            return Judged(Category.SUPPORT, f"sets the stage: {root}")
    return None


def _handed_in(node: Assigned, calls: Sequence[Call], scope: Scope) -> Judged | None:
    """A table that is handed in, as competitions ask for."""
    if any(call.last in words.READS | words.ASKS | words.FITS | _WORKED_OVER for call in calls):
        return None
    for target in targets_of(node):
        first, *rest = full_name(target, {}).split(".")
        if _SUBMISSIONS & set(words_of(first)) and not {"loc", "iloc"} & set(rest):
            return Judged(Category.EXPORT, "prepares what is handed in", is_sure=False)
    return None


def _renamed(node: Assigned, calls: Sequence[Call], scope: Scope) -> Judged | None:
    targets = targets_of(node)
    if any(isinstance(target, ast.Attribute) and target.attr == "columns" for target in targets):
        return Judged(Category.PREPARATION, "renames columns")
    return None


def _held(node: Assigned, calls: Sequence[Call], scope: Scope) -> Judged | None:
    """Scores belong to the model in whatever form they are brought, transformers to the data."""
    kind = scope.kind(node.value) or _kind_of_target(node, scope)
    stored = {scope.kind(one) for one in targets_of(node) if isinstance(one, ast.Subscript)}
    if Kind.SCORE in {kind, *stored}:
        return Judged(Category.ML, "works on a score", is_answer=True)
    if kind is Kind.TRANSFORMER:
        return Judged(Category.PREPROCESSING, "makes what changes features")
    return None


def _kind_of_target(node: Assigned, scope: Scope) -> Kind | None:
    """What the scope has learned of the one variable that is assigned to."""
    target = targets_of(node)[0]
    return scope.kinds.get(target.id) if isinstance(target, ast.Name) else None


def _by_value(node: Assigned, calls: Sequence[Call], scope: Scope) -> Judged:
    """An assignment without a call that says what it is for."""
    kind = scope.kind(node.value) or _kind_of_target(node, scope)
    if kind is Kind.READING:
        return Judged(Category.EXPLORATION, "takes out what a model has learned", is_sure=False)
    stored = [one for one in targets_of(node) if isinstance(one, ast.Subscript | ast.Attribute)]
    if any(scope.kind(one.value) is Kind.MODEL for one in stored):
        return Judged(Category.ML, "sets up a model")
    if stored:
        return Judged(Category.PREPROCESSING, "stores into a table", kind is None)
    if kind in (Kind.PREDICTION, Kind.MODEL):
        is_answer = kind is Kind.PREDICTION
        return Judged(Category.ML, f"works on a {kind}", not is_answer, is_answer)
    if node.value is None or scope.is_constant(node.value):
        return _constant(node)
    if calls and calls[0].full in ("len", "type", "datetime.datetime.now", "time.time"):
        return Judged(Category.SUPPORT, "counts or tells the time", is_sure=False)
    names = {word for one in targets_of(node) for word in words_of(ast.unparse(one))}
    if calls and _MODEL_NAMES & names:
        return Judged(Category.ML, f"makes what is named a model: {calls[0].full}", is_sure=False)
    by_name = named(calls)
    if by_name is not None:
        return by_name
    return Judged(Category.PREPROCESSING, "computes from the data", is_sure=False)


def _constant(node: Assigned) -> Judged:
    names = {word for one in targets_of(node) for word in words_of(ast.unparse(one))}
    if _TUNED & names:
        return Judged(Category.ML, "sets what a model is tuned with", is_sure=False)
    return Judged(Category.SUPPORT, "names a constant")
