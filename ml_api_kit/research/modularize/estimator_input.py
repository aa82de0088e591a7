"""What a fitted estimator is given on the request path: a matrix where it answers the same for one.

An estimator that was fitted to a frame remembers the names of its columns, and wants a frame again.
Without the names, and with the columns of a `ColumnTransformer` named by their places, it takes a
plain matrix; whether it answers the same is tried on the rows it was fitted to.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any


def columns_taken(estimator: Any) -> tuple[Any, ...] | None:
    """The columns of its frame that a fitted estimator reads; None where it may read all of them.

    A `ColumnTransformer`, also as the first step of a pipeline, drops what nothing is done to.
    """
    chosen = getattr(estimator, "best_estimator_", estimator)
    steps = getattr(chosen, "steps", None)
    if steps:
        return columns_taken(steps[0][1])
    names = getattr(chosen, "feature_names_in_", None)
    if type(chosen).__name__ != "ColumnTransformer" or names is None:
        return None
    places = chosen._transformer_to_input_indices
    dropped = {name for name, inner, _ in chosen.transformers_ if isinstance(inner, str)} - {
        name for name, inner, _ in chosen.transformers_ if inner == "passthrough"
    }
    read = {place for name, listed in places.items() if name not in dropped for place in listed}
    return tuple(name for place, name in enumerate(names) if place in read)


def without_names(estimator: Any, columns: Sequence[Any] | None = None) -> Any:
    """A copy of a fitted estimator that knows its columns by their places alone.

    The places are those among `columns`, or among all that it was fitted to where that is None.

    Raises TypeError: when the estimator, or a part of it, cannot be copied.
    """
    bare = copy.deepcopy(estimator)
    _strip(bare, set(), columns)
    return bare


def _strip(part: Any, seen: set[int], columns: Sequence[Any] | None) -> None:
    """Take the names from an estimator and from all that it is made of."""
    if id(part) in seen or isinstance(part, str | bytes | int | float | type(None)):
        return
    seen.add(id(part))
    if isinstance(part, dict):
        for inner in part.values():
            _strip(inner, seen, columns)
    elif isinstance(part, list | tuple | set):
        for inner in part:
            _strip(inner, seen, columns)
    elif hasattr(part, "get_params") and hasattr(part, "__dict__"):
        if type(part).__name__ == "ColumnTransformer":
            _place_columns(part, columns)
        for inner in list(vars(part).values()):
            _strip(inner, seen, columns)
        vars(part).pop("feature_names_in_", None)


def _place_columns(transformer: Any, columns: Sequence[Any] | None) -> None:
    """Name the columns of a fitted ColumnTransformer by their places."""
    names = list(getattr(transformer, "feature_names_in_", []))
    if not names:
        return
    if columns is not None and set(columns) <= set(names):
        names = list(columns)
        transformer.n_features_in_ = len(names)
    places = {name: place for place, name in enumerate(names)}
    transformer.transformers_ = [
        (name, inner, _to_places(columns, places))
        for name, inner, columns in transformer.transformers_
    ]
    transformer._columns = [_to_places(columns, places) for columns in transformer._columns]


def _to_places(columns: Any, places: dict[Any, int]) -> Any:
    if isinstance(columns, str):
        return places.get(columns, columns)
    if isinstance(columns, slice) or callable(columns):
        return columns
    listed = list(columns)
    return [places.get(one, one) for one in listed]


def takes_matrix(estimator: Any, bare: Any, given: Any, *, matrix: Any = None) -> bool:
    """Whether `bare` answers the values of the frame `given` as `estimator` answers the frame.

    `matrix` is the frame whose values are tried, where it is another one.
    """
    import numpy as np

    matrix = to_matrix(given if matrix is None else matrix)
    for method in ("predict", "predict_proba", "transform"):
        if not hasattr(estimator, method) or not hasattr(bare, method):
            continue
        try:
            expected = np.asarray(_dense(getattr(estimator, method)(given)))
            found = np.asarray(_dense(getattr(bare, method)(matrix)))
            found = found.astype(expected.dtype)
        # Whatever an estimator raises for a matrix means that it wants its frame.
        except Exception:  # noqa: BLE001
            return False
        if expected.shape != found.shape:
            return False
        if expected.dtype.kind == "f":
            if not np.allclose(expected, found, rtol=1e-9, atol=0, equal_nan=True):
                return False
        elif not np.array_equal(expected, found):
            return False
    return True


def given_kind(given: Any) -> str:
    """What a model that takes a matrix is given: `numbers`, `objects`, `texts` or `as_is`."""
    if hasattr(given, "tocsr"):
        return "as_is"
    if hasattr(given, "columns"):
        kinds = {getattr(dtype, "kind", "O") for dtype in given.dtypes}
        return "numbers" if kinds <= set("biuf") else "objects"
    kind = getattr(given.dtype, "kind", "O")
    if given.ndim == 1:
        return "numbers" if kind in "biuf" else "texts"
    return "numbers" if kind in "biuf" else "objects"


def to_matrix(given: Any) -> Any:
    """What a model is given in place of a frame."""
    import numpy as np

    kind = given_kind(given)
    if kind == "texts":
        return list(given)
    if kind == "as_is":
        return given
    return np.asarray(given, dtype=np.float64 if kind == "numbers" else object)


def _dense(values: Any) -> Any:
    return values.toarray() if hasattr(values, "toarray") else values
