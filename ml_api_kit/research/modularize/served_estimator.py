"""The estimator that is frozen for the request path, and what it is given there."""

from __future__ import annotations

from typing import Any

from ml_api_kit.research.modularize import estimator_input, linear_results
from ml_api_kit.research.modularize.sites import Candidate


def served_estimator(candidate: Candidate, given: Any) -> tuple[Any, str]:
    """The estimator to freeze, and what it is given: a matrix where it answers the same for one."""
    estimator = candidate.estimator
    if not hasattr(given, "columns"):
        kind = estimator_input.given_kind(given)
        return _without_statsmodels(estimator, given) or estimator, kind
    read = candidate.columns_taken
    columns = [column for column in given.columns if read is None or column in read]
    # The levels of a category are those it was fitted to, not those of the rows it was asked for.
    fitted = candidate.fit.event.detail.get("given", {}).get(candidate.fit.rows.number, given)
    linear = linear_results.to_linear_model(estimator, columns, fitted)
    if linear is not None and estimator_input.takes_matrix(
        estimator, linear, given, matrix=given[columns]
    ):
        return linear, "objects"
    try:
        bare = estimator_input.without_names(estimator, columns)
    except TypeError:
        return estimator, "as_is"
    if estimator_input.takes_matrix(estimator, bare, given, matrix=given[columns]):
        return bare, estimator_input.given_kind(given[columns])
    return estimator, "as_is"


def _without_statsmodels(estimator: Any, given: Any) -> Any:
    """A linear model of statsmodels that was fitted to an array, by the places of its columns."""
    names = getattr(getattr(estimator, "model", None), "exog_names", None)
    if not isinstance(names, list) or getattr(given, "ndim", 0) != 2:
        return None
    linear = linear_results.to_linear_model(estimator, names, None)
    if linear is None or not estimator_input.takes_matrix(estimator, linear, given):
        return None
    return linear
