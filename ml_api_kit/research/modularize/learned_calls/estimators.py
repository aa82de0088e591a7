"""`frozen.transform(rows)` of a fitted estimator, which is given a matrix where it takes one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize import estimator_input
from ml_api_kit.research.modularize.learned_calls.arguments import first_value
from ml_api_kit.research.modularize.learned_calls.naming import column_of
from ml_api_kit.research.modularize.learned_calls.tables import label_codes, mapped
from ml_api_kit.research.modularize.syntax import attribute, call, item, literal
from ml_api_kit.research.record.tape import Binding, Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions


def wanted_name(fitted: Value) -> str:
    """The name that a fitted estimator is frozen under, unless it is taken."""
    return fitted.variables[-1] if fitted.variables else type(fitted.object()).__name__


def transformed(of: Expressions, fitted: Value, event: Event) -> ast.expr:
    """`frozen.transform(rows)`; codes of labels are a table.

    Raises ConversionError: when the estimator has no `transform`.
    """
    estimator = fitted.object()
    given_value = first_value(of, event)
    given = of.reference(given_value)
    if type(estimator).__name__ == "LabelEncoder" and given_value.is_frame:
        given = _only_column(given, given_value)
    column = column_of(given)
    if type(estimator).__name__ == "LabelEncoder" and not given_value.is_array:
        codes = label_codes(estimator.classes_.tolist())
        return mapped(of, given, codes, f"{column or 'label'}_codes", fitted)
    if not hasattr(estimator, "transform"):
        raise ConversionError(
            f"{type(estimator).__name__} cannot transform rows that it was not fitted to."
        )
    wanted = wanted_name(fitted)
    if column is not None and fitted.variables and _is_refitted(fitted):
        wanted = f"{column}_{wanted}"
    estimator, given = _for_matrix(of, fitted, given, given_value, event)
    name = of.fixed.freeze(estimator, wanted, fitted)
    return call(attribute(name, "transform"), given)


def _only_column(given: ast.expr, value: Value) -> ast.expr:
    """The column of a frame that has but one, which a LabelEncoder takes as it is."""
    columns = value.columns or ()
    if isinstance(given, ast.Subscript) and isinstance(given.slice, ast.List):
        given = given.value
    return item(given, literal(columns[0])) if len(columns) == 1 else given


def _is_refitted(fitted: Value) -> bool:
    return fitted.before is not None and fitted.before.binding is Binding.LEARNED


def _for_matrix(
    of: Expressions, fitted: Value, given: ast.expr, value: Value, event: Event
) -> tuple[Any, ast.expr]:
    """The estimator without names, and a matrix for it, where it answers the same for one."""
    estimator = fitted.object()
    rows = event.detail.get("given", {}).get(value.number)
    if not value.is_frame or rows is None or (event.output is not None and event.output.is_frame):
        return estimator, given
    columns = list(estimator_input.columns_taken(estimator) or value.columns or ())
    bare = of.fixed.bare.get(fitted.number)
    if bare is None:
        try:
            bare = estimator_input.without_names(estimator, columns)
        except TypeError:
            return estimator, given
        of.fixed.bare[fitted.number] = bare
    if not estimator_input.takes_matrix(estimator, bare, rows, matrix=rows[columns]):
        return estimator, given
    is_chosen = isinstance(given, ast.Subscript) and isinstance(given.slice, ast.List)
    if not is_chosen or len(columns) < len(value.columns or ()):
        given = item(given, literal(columns))
    kind = "float" if estimator_input.given_kind(rows[columns]) == "numbers" else "object"
    return bare, call(attribute(given, "to_numpy"), dtype=ast.Name(kind, ast.Load()))
