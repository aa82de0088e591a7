"""Fitted linear models of statsmodels as models that need no statsmodels."""

from __future__ import annotations

import re
from typing import Any

from ml_api_kit.contract import Factor, LinearModel

_LINKS = {
    "OLS": "identity",
    "WLS": "identity",
    "GLS": "identity",
    "Logit": "logit",
    "Probit": "probit",
    "Poisson": "log",
}
_GLM_LINKS = {"Identity": "identity", "Logit": "logit", "Probit": "probit", "Log": "log"}
_LEVEL = re.compile(r"^(?:C\()?(?P<name>[^()\[\]]+?)\)?\[(?:T\.)?(?P<level>.+)\]$")


def to_linear_model(results: Any, columns: list[Any], given: Any) -> LinearModel | None:
    """The model of `results`, whose features are the `columns` of the frame `given`.

    None where it is not linear, or where a term is more than columns, levels and their products.

    Source: the design matrices of patsy and formulaic, whose columns are named `Intercept`, `a`,
    `C(b)[T.level]` and `a:b`.
    """
    model = getattr(results, "model", None)
    params = getattr(results, "params", None)
    names = getattr(model, "exog_names", None)
    link = _link(model)
    if link is None or params is None or names is None or len(names) != len(params):
        return None
    has_formula = hasattr(model, "formula")
    terms = []
    for name in names:
        factors = _factors(str(name), columns, given, has_formula=has_formula)
        if factors is None:
            return None
        terms.append(factors)
    return LinearModel(tuple(float(one) for one in params), tuple(terms), link)


def _link(model: Any) -> str | None:
    name = type(model).__name__
    if name == "GLM":
        return _GLM_LINKS.get(type(model.family.link).__name__)
    return _LINKS.get(name)


def _factors(
    name: str, columns: list[Any], given: Any, *, has_formula: bool
) -> tuple[Factor, ...] | None:
    if has_formula and name == "Intercept":
        return ()
    if name in columns:
        return (Factor(columns.index(name)),)
    if not has_formula:
        return None
    found = []
    for part in name.split(":"):
        factor = _factor(part.strip(), columns, given)
        if factor is None:
            return None
        found.append(factor)
    return tuple(found)


def _factor(part: str, columns: list[Any], given: Any) -> Factor | None:
    if part in columns:
        return Factor(columns.index(part))
    computed = _computed(part, columns)
    if computed is not None:
        return computed
    match = _LEVEL.match(part)
    if match is None or match["name"].strip() not in columns:
        return None
    column = match["name"].strip()
    for value in given[column].dropna().unique().tolist():
        if str(value) == match["level"]:
            return Factor(columns.index(column), value)
    return None


_FUNCTION = re.compile(
    r"^np\.(?P<function>sqrt|log|log1p|log2|log10|exp|square|abs)\((?P<name>.+)\)$"
)
_POWER = re.compile(
    r"^(?:I\((?P<name>.+?)\s*\*\*\s*(?P<power>[\d.]+)\)|"
    r"np\.power\((?P<name2>.+?),\s*(?P<power2>[\d.]+)\))$"
)


def _computed(part: str, columns: list[Any]) -> Factor | None:
    """A function or a power of a column."""
    match = _FUNCTION.match(part)
    if match is not None and match["name"].strip() in columns:
        return Factor(columns.index(match["name"].strip()), function=match["function"])
    match = _POWER.match(part)
    if match is None:
        return None
    name = (match["name"] or match["name2"]).strip()
    if name not in columns:
        return None
    return Factor(columns.index(name), power=float(match["power"] or match["power2"]))
