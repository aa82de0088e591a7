"""Which names in code say nothing of who wrote it: libraries' and those that everybody gives."""

from __future__ import annotations

import ast
import builtins
import inspect
import keyword
import warnings
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from ml_api_kit.research.understand import vocabulary as words

LIBRARIES = (
    *("pandas", "numpy", "matplotlib.pyplot", "matplotlib.axes", "matplotlib.figure", "seaborn"),
    *("sklearn.preprocessing", "sklearn.model_selection", "sklearn.metrics", "sklearn.ensemble"),
    *("sklearn.linear_model", "sklearn.tree", "sklearn.svm", "sklearn.neighbors", "sklearn"),
    *("sklearn.decomposition", "sklearn.pipeline", "sklearn.compose", "sklearn.impute", "scipy"),
    *("sklearn.feature_extraction.text", "sklearn.cluster", "sklearn.naive_bayes", "scipy.stats"),
    *("statsmodels.api", "os", "re", "math", "random", "datetime", "time", "json", "pickle"),
)
# Names that people give everywhere to what a notebook handles.
EVERYBODYS = frozenset(
    {
        *("df", "x", "y", "xs", "ys", "train", "test", "val", "valid", "validation", "data"),
        *("dataset", "sub", "submission", "pred", "preds", "prediction", "predictions", "clf"),
        *("model", "reg", "rf", "lr", "xgb", "lgb", "cols", "col", "columns", "features", "id"),
        *("feature", "target", "targets", "label", "labels", "score", "scores", "params", "fig"),
        *("ax", "axes", "corr", "mask", "le", "enc", "scaler", "result", "results", "output"),
        *("idx", "index", "i", "j", "k", "n", "list", "num", "cat", "categorical", "numerical"),
        *("merged", "temp", "tmp", "path", "file", "files", "dir", "history", "epochs", "batch"),
        *("fold", "folds", "cv", "grid", "seed", "size", "count", "missing", "null", "out"),
        *("best", "param", "device", "image", "images", "search", "ids", "regressor", "total"),
        *("classifier", "res", "final", "var", "sample", "name", "names", "column", "row", "text"),
        *("error", "loss", "year", "date", "training", "input", "pipeline", "encoder", "tree"),
        *("xtrain", "xtest", "ytrain", "ytest", "net", "indices", "tokenizer", "tfidf", "imp"),
        *("a", "b", "c", "f", "g", "l", "m", "s", "t", "np", "pd", "plt", "sns", "os", "tf"),
    }
)


def is_everybodys(token: str) -> bool:
    """Whether a token is made of names that libraries know or everybody gives."""
    kind, _, name = token.partition(" ")
    if kind in ("form", "shown", "rule", "rules"):
        return True
    if kind == "to":
        return name.split()[0] in EVERYBODYS | frozenset(dir(ast))
    if not name:  # A kind of variable and its method, as `model.fit`.
        return kind.rpartition(".")[2] in _known_names()
    if kind in ("word", "of", "function"):
        return name in EVERYBODYS | words.VERB_WORDS | set(dir(builtins))
    parts = name.split(".")
    return all(part in _known_names() or part in EVERYBODYS for part in parts)


@cache
def _known_names() -> frozenset[str]:
    """The names of the libraries, their functions, classes, methods and parameters."""
    found = {*dir(builtins), *keyword.kwlist, "str", "dt", "cat", "pd", "np", "plt", "sns"}
    for library in LIBRARIES:
        module = import_module(library)
        found |= {*library.split("."), *dir(module)}
        for name in dir(module):
            one = _member(module, name)
            found |= set(dir(one)) if inspect.isclass(one) else set()
            try:
                found |= set(inspect.signature(one).parameters) if callable(one) else set()
            except (ValueError, TypeError):  # Written in C, it has no signature.
                continue
    return frozenset(found | _vocabulary())


def _member(module: ModuleType, name: str) -> Any:
    """What a module holds by a name; None where it only says that it does."""
    with warnings.catch_warnings():
        # Looking at it is no use of it.
        warnings.simplefilter("ignore", DeprecationWarning)
        return getattr(module, name, None)


def _vocabulary() -> frozenset[str]:
    return frozenset().union(
        *(
            getattr(words, name)
            for name in dir(words)
            if isinstance(getattr(words, name), frozenset)
        )
    )
