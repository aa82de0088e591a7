"""Where the code asks a model: which model, with which rows, and what it answered."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

from ml_api_kit.research.modularize.estimator_input import columns_taken
from ml_api_kit.research.record.tape import Binding, Event, Tape, Value

_ANSWERS = ("predict", "predict_proba", "score", "decision_function")
_FITS = ("fit", "fit_predict", "fit_transform")


@dataclass(frozen=True, slots=True)
class Site:
    """One place where a model was fitted or asked with rows.

    Attributes:
        event: what happened there.
        method: `predict`, `predict_proba`, `score`, `fit`…
        model: the model, in the state after it.
        rows: what it was given.
    """

    event: Event
    method: str
    model: Value
    rows: Value


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fitted model.

    Attributes:
        model: the model in its last state.
        estimator: the object itself, in that state.
        variable: the variable that held it.
        class_name: its class.
        fit: where it was fitted last.
        sites: where it was fitted last and asked since, in order.
        target: what it was fitted to, where it was given something.
        is_supervised: whether it was fitted to a target.
    """

    model: Value
    estimator: Any
    variable: str
    class_name: str
    fit: Site
    sites: tuple[Site, ...]
    target: Value | None
    is_supervised: bool

    @property
    def columns_taken(self) -> tuple[Any, ...] | None:
        """The columns of its rows that it reads; None where it may read all of them.

        Those that a formula names on its right side, or that a `ColumnTransformer` does not drop.
        """
        formula = getattr(getattr(self.estimator, "model", None), "formula", None)
        if formula is None or self.fit.rows.columns is None:
            return columns_taken(self.estimator)
        words = set(re.findall(r"[^\W\d]\w*", str(formula).partition("~")[2]))
        return tuple(column for column in self.fit.rows.columns if column in words)

    @property
    def target_name(self) -> str | None:
        """What the model predicts, by the name of the column it was fitted to."""
        formula = getattr(getattr(self.estimator, "model", None), "formula", None)
        if formula is not None:
            return str(formula).partition("~")[0].strip()
        value = self.target
        if value is None:
            return None
        if value.is_frame and value.columns and len(value.columns) == 1:
            return str(value.columns[0])
        return None if value.name is None else str(value.name)

    @property
    def asked(self) -> tuple[Site, ...]:
        """Where it was asked with rows of a source."""
        return tuple(
            site
            for site in self.sites
            if site.method in _ANSWERS
            and site.rows.positions is not None
            and site.rows.source is self.fit.rows.source
        )


def candidates(tape: Tape) -> list[Candidate]:
    """The fitted models that can predict, in the order of their last fit."""
    found: dict[int, Candidate] = {}
    for event in tape.events:
        candidate = _fitted(tape, event)
        if candidate is not None:
            found.pop(id(candidate.estimator), None)
            found[id(candidate.estimator)] = candidate
    return [candidate for candidate in found.values() if candidate.fit.rows.source is not None]


def choose(found: list[Candidate], *, variable: str | None = None) -> Candidate | None:
    """The model of a variable; without one the last one fitted to a target that was also asked."""
    if variable is not None:
        named = [one for one in found if variable in (one.variable, *one.model.variables)]
        return named[-1] if named else None
    for is_good in (
        lambda one: one.is_supervised and one.asked,
        lambda one: one.is_supervised,
        lambda one: one.asked,
        lambda one: True,
    ):
        good = [one for one in found if is_good(one)]
        if good:
            return good[-1]
    return None


def argument(tape: Tape, event: Event, place: int, *names: str) -> Value | None:
    """The value of a call's argument, by its place or its name."""
    node = tape.expressions[event.node]
    if not isinstance(node, ast.Call):
        return None
    given = [one for one in node.args if not isinstance(one, ast.Starred)]
    chosen = given[place] if place < len(given) else None
    for keyword in node.keywords:
        if keyword.arg in names:
            chosen = keyword.value
    return None if chosen is None else event.children.get(chosen.number)  # type: ignore[attr-defined]


def _fitted(tape: Tape, event: Event) -> Candidate | None:
    method = event.function.rpartition(".")[2]
    if event.kind == "fit" and method in _FITS:
        return _estimator_fitted(tape, event, method)
    return _statsmodels_fitted(tape, event)


def _estimator_fitted(tape: Tape, event: Event, method: str) -> Candidate | None:
    estimator = event.detail.get("estimator")
    model = event.detail.get("fitted")
    rows = argument(tape, event, 0, "X")
    if model is None or rows is None or not hasattr(estimator, "predict"):
        return None
    target = argument(tape, event, 1, "y")
    fit = Site(event, method, model, rows)
    return Candidate(
        model,
        estimator,
        model.variables[-1] if model.variables else "model",
        model.type_name,
        fit,
        (fit, *_asked(tape, event, model)),
        target,
        target is not None and not hasattr(estimator, "cluster_centers_"),
    )


def _asked(tape: Tape, fit: Event, model: Value) -> list[Site]:
    found = []
    for event in tape.events[fit.number + 1 :]:
        method = event.function.rpartition(".")[2]
        if event.kind not in ("call", "inlined") or method not in _ANSWERS or not event.inputs:
            continue
        rows = argument(tape, event, 0, "X", "exog")
        if event.inputs[0] is model and rows is not None and rows.binding is Binding.ROWS:
            found.append(Site(event, method, model, rows))
    return found


def _statsmodels_fitted(tape: Tape, event: Event) -> Candidate | None:
    """`sm.OLS(y, X).fit()`: the results, which were fitted to what the model was made of."""
    if event.output is None or not event.function.endswith(".fit") or not event.inputs:
        return None
    if not event.output.type_name.startswith("statsmodels."):
        return None
    made = event.inputs[0].made_by
    if made is None:
        return None
    is_formula = hasattr(getattr(event.output.object(), "model", None), "formula")
    rows = argument(tape, made, 1, "data", "exog")
    target = None if is_formula else argument(tape, made, 0, "endog")
    if rows is None or rows.source is None:
        return None
    model = event.output
    fit = Site(made, "fit", model, rows)
    return Candidate(
        model,
        model.object(),
        model.variables[-1] if model.variables else "results",
        model.type_name,
        fit,
        (fit, *_asked(tape, event, model)),
        target,
        True,
    )
