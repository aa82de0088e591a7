"""That the operators, functions and choices of a query have a form for the types of their values.

A query that is run fails where DuckDB computes a call that has none, which it does for all rows
when it begins, but not in a part that it sees to be of no use, such as behind `WHERE FALSE`. Such a
query, and one that is only planned, by a dry run or in a view or function, is asked here:

1. a macro has a form for such types that fails    `1 = 'a'`, `LENGTH(JSON '1')`
2. there is no type for values beside each other   `IF(c, 1, 'a')`, `1.5 IN UNNEST([1])`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.library.macro_files import load_macros
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import Refusal, SqlError
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.supertype import (
    check_alike,
    check_element,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.computed_once import given_arguments
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import own_nodes
from ml_api_kit.gcp_accessor.local.bigquery.translation.scoped_types import each_types_here

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FAILING = re.compile(r"(?:CASE WHEN \w+ IS NULL OR CAST\()?py_error\('((?:[^']|'')*)'\)")
_CHECKS: dict[str, Callable[..., bool]] = {
    "py_check_alike": check_alike,
    "py_check_element": check_element,
}
"""What is called with types, as `typeof` tells them."""
_COMPARISONS = ("bq_eq", "bq_lt", "bq_lte", "bq_gt", "bq_gte")
_CLAUSES = (exp.Where, exp.Having, exp.Qualify, exp.Join)
_SPELLED = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ", "INTEGER": "BIGINT", "HUGEINT": "BIGINT"}


def may_leave_out(tree: exp.Expr) -> bool:
    """Whether DuckDB may see of a part of a rewritten query that it is not needed."""
    return any(map(_leaves_out, tree.find_all(exp.Boolean, exp.Limit, exp.Anonymous)))


def _leaves_out(node: exp.Expr) -> bool:
    if isinstance(node, exp.Limit):
        return "0" in (node.expression.meta.get("number"), node.expression.name)
    if isinstance(node, exp.Anonymous):
        numbers = [argument.meta.get("number") for argument in node.expressions]
        is_constant = node.name.lower() in _COMPARISONS and None not in numbers
        return is_constant and numbers[0] != numbers[1]
    whole, around = node, node.parent
    while isinstance(around, (exp.Paren, exp.And)):
        if isinstance(around, exp.And) and not node.this:
            return True
        whole, around = around, around.parent
    if isinstance(around, exp.If):
        return around.this is whole
    return isinstance(around, exp.Or if node.this else _CLAUSES)


def check_calls(tree: exp.Expr, cursor: DuckDBPyConnection) -> None:
    """Nothing, when each call of a rewritten query has a form for its types, as far as is known.

    Raises BigQueryError: for the first that has none.
    """
    for select in tree.find_all(exp.Select):
        calls = list(_calls(select))
        values = [_values(call) for call in calls]
        types = iter(each_types_here(select, [v for each in values for v in each], cursor))
        for call, given in zip(calls, values, strict=True):
            kinds = [kind for _ in given for kind in next(types)]
            if len(kinds) == len(given):
                _check(call, kinds)


def _calls(select: exp.Select) -> Iterator[exp.Anonymous]:
    for node in own_nodes(select):
        if isinstance(node, exp.Anonymous) and (
            node.name.lower() in _CHECKS or failing_forms(_macro(node))
        ):
            yield node


def _macro(call: exp.Anonymous) -> str:
    return call.name.lower().removeprefix("w_").removeprefix("safe_")


def _values(call: exp.Anonymous) -> list[exp.Expr]:
    """The expressions whose types are looked at; in a `w_` form they are before the others."""
    if call.name.lower() in _CHECKS:
        listed = [part for node in call.expressions for part in _listed(node)]
        return [part.expressions[0] for part in listed if _is_typeof(part)]
    given = given_arguments(call)
    return given[: len(given) // 2] if call.name.lower().startswith("w_") else given


@cache
def failing_forms(macro: str) -> dict[tuple[str, ...], str]:
    """The types for which the macro has a form that fails, each with the message.

    >>> failing_forms("bq_eq")["BIGINT", "VARCHAR"]
    'No matching signature for operator = for argument types: INT64, STRING'
    """
    forms = load_macros().get(macro, ())
    found = {form.types: _FAILING.match(form.body) for form in forms if form.types}
    return {types: match[1].replace("''", "'") for types, match in found.items() if match}


def _check(call: exp.Anonymous, types: list[str]) -> None:
    if call.name.lower() in _CHECKS:
        _check_together(call, iter(types))
        return
    message = failing_forms(_macro(call)).get(tuple(map(_spelled, types)))
    if message is not None:
        raise invalid_query(message)


def _spelled(duckdb_type: str) -> str:
    """The type as the files of macros have it."""
    if duckdb_type.startswith("DECIMAL"):
        return "DECIMAL(38,9)"
    return _SPELLED.get(duckdb_type, duckdb_type)


def _check_together(call: exp.Anonymous, types: Iterator[str]) -> None:
    arguments = [_argument(node, types) for node in call.expressions]
    try:
        _CHECKS[call.name.lower()](*arguments)
    except (SqlError, Refusal) as error:
        raise invalid_query(str(error)) from None


def _argument(node: exp.Expr, types: Iterator[str]) -> Any:
    """The argument of a check, with the next of the types for each `typeof`."""
    if isinstance(node, exp.Array):
        return [_argument(item, types) for item in node.expressions]
    if _is_typeof(node):
        return next(types)
    return node.this if isinstance(node, exp.Boolean) else node.name


def _listed(node: exp.Expr) -> list[exp.Expr]:
    return node.expressions if isinstance(node, exp.Array) else [node]


def _is_typeof(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.lower() == "typeof"
