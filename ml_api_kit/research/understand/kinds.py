"""What kind of thing a variable holds, as far as the code that fills it says."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from enum import StrEnum

from ml_api_kit.research.understand import vocabulary as words
from ml_api_kit.research.understand.names import full_name, operands


class Kind(StrEnum):
    """What a value is to a model; in this order one of several is named."""

    SCORE = "score"
    PREDICTION = "prediction"
    READING = "reading"
    MODEL = "model"
    TRANSFORMER = "transformer"
    FIGURE = "figure"


# Calls that return what they are given in another form, from builtins and numerical libraries.
_KEEPS_KIND = ("numpy", "pandas", "round", "list", "float", "abs", "sum", "zip", "sorted", "max")
_MADE_TO_DRAW = frozenset(
    {"subplots", "figure", "FacetGrid", "PairGrid", "add_subplot", "gca", "gcf", "Figure"}
)
_SCORING = frozenset({"score", "evaluate", "cross_val_score", "cross_validate", "score_samples"})
_MOVED = frozenset({"to", "cuda", "cpu", "half", "double", "eval", "train", "load_state_dict"})
_INNER_MODELS = frozenset({"best_estimator_", "named_steps", "estimators_", "estimator_"})


def kind_of(value: ast.AST | None, aliases: dict[str, str], kinds: dict[str, Kind]) -> Kind | None:
    """The kind of an expression's value; None where nothing says it."""
    match value:
        case ast.Name(id=name):
            return kinds.get(name) or (
                Kind.MODEL if words.is_model(aliases.get(name, "")) else None
            )
        case ast.Call():
            return _of_call(value, aliases, kinds)
        case ast.Attribute(attr=attr, value=owner):
            return _of_attribute(attr, kind_of(owner, aliases, kinds))
        case ast.Subscript(value=inner) | ast.Starred(value=inner):
            return kind_of(inner, aliases, kinds)
        case ast.DictComp(value=inner) | ast.ListComp(elt=inner):
            return kind_of(inner, aliases, kinds)
        case ast.BinOp():
            return _first(kind_of(one, aliases, kinds) for one in operands(value))
        case ast.UnaryOp() | ast.Compare() | ast.BoolOp() | ast.IfExp():
            return _first(kind_of(one, aliases, kinds) for one in ast.iter_child_nodes(value))
        case ast.Tuple() | ast.List() | ast.Dict() | ast.JoinedStr() | ast.FormattedValue():
            return _first(kind_of(one, aliases, kinds) for one in ast.iter_child_nodes(value))
        case _:
            return None


def returned_by(function: str) -> str:
    """The name under which the kind is kept that a function or class of the code returns."""
    return f"{function}()"


def _of_attribute(attr: str, owner: Kind | None) -> Kind | None:
    if attr in words.SCORES:
        return Kind.SCORE
    if attr == "history" and owner is Kind.MODEL:
        return Kind.READING
    if attr in words.READINGS and owner in (None, Kind.MODEL):
        return Kind.READING if owner is Kind.MODEL or attr.endswith("_") else None
    if attr in _INNER_MODELS:
        return Kind.MODEL
    return None if owner in (Kind.MODEL, Kind.TRANSFORMER) else owner


def _of_call(call: ast.Call, aliases: dict[str, str], kinds: dict[str, Kind]) -> Kind | None:
    full = full_name(call.func, aliases)
    last = full.rpartition(".")[2]
    inner = call.func.value if isinstance(call.func, ast.Attribute) else None
    owner = kind_of(inner, aliases, kinds)
    if last.lower() in words.METRICS or last in _SCORING:
        return Kind.SCORE
    if last in words.FITS:
        return owner if owner is Kind.TRANSFORMER else Kind.MODEL
    if last in words.ASKS:
        return Kind.PREDICTION
    if isinstance(call.func, ast.Name) and kinds.get(call.func.id) is Kind.MODEL:
        return Kind.PREDICTION  # A network that is called answers.
    if returned_by(full) in kinds:
        return kinds[returned_by(full)]
    if owner is Kind.MODEL and last in _MOVED:
        return owner
    if last in _MADE_TO_DRAW or "plot" in full.split("."):
        return Kind.FIGURE
    made = _made(full, call, aliases, kinds)
    if made is not None:
        return made
    if last in words.READINGS and owner is Kind.MODEL:
        return Kind.READING
    if owner in (Kind.SCORE, Kind.PREDICTION, Kind.READING):
        return owner
    if full.partition(".")[0] in _KEEPS_KIND:
        return _first(kind_of(one, aliases, kinds) for one in call.args)
    return None


def _made(
    full: str, call: ast.Call, aliases: dict[str, str], kinds: dict[str, Kind]
) -> Kind | None:
    """The kind of what a class makes; a pipeline without a model only changes features."""
    last = full.rpartition(".")[2]
    if last in ("Pipeline", "make_pipeline"):
        given = [*call.args, *(one.value for one in call.keywords if one.arg == "steps")]
        parts = {kind_of(one, aliases, kinds) for arg in given for one in _steps(arg)}
        return Kind.TRANSFORMER if parts == {Kind.TRANSFORMER} else Kind.MODEL
    if words.is_transformer(last):
        return Kind.TRANSFORMER
    if words.is_model(full) or (last in words.TUNES and last[:1].isupper()):
        return Kind.MODEL
    if words.of_library(full, ("statsmodels.formula",)) or last in words.LOADS_MODEL:
        return Kind.MODEL
    return None


def _steps(node: ast.AST) -> Iterable[ast.expr]:
    """The values of a pipeline's steps, whether they are named or not."""
    if isinstance(node, ast.List | ast.Tuple):
        for one in node.elts:
            yield from _steps(one)
    elif isinstance(node, ast.expr) and not isinstance(node, ast.Constant):
        yield node


def _first(kinds: Iterable[Kind | None]) -> Kind | None:
    """Of several kinds the one that says most."""
    found = set(kinds)
    return next((kind for kind in Kind if kind in found), None)


def kinds_by_use(trees: Iterable[ast.AST]) -> dict[str, Kind]:
    """What variables hold by the methods that are called of them: who predicts is a model.

    >>> kinds_by_use([ast.parse("a.predict(X); b.fit(X).transform(X); b.fit(Z); b.transform(X)")])
    {'a': <Kind.MODEL: 'model'>, 'b': <Kind.TRANSFORMER: 'transformer'>}
    """
    called: dict[str, set[str]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)):
                    called.setdefault(name, set()).add(attr)
    found: dict[str, Kind] = {}
    for name, methods in sorted(called.items()):
        if methods & {"predict", "predict_proba", "forecast"}:
            found[name] = Kind.MODEL
        elif {"fit", "transform"} <= methods or "fit_transform" in methods:
            found[name] = Kind.TRANSFORMER
    return found
