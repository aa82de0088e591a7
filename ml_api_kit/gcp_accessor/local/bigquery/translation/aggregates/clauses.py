"""What stands in the parentheses of an aggregate's call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlglot import exp


@dataclass(frozen=True, slots=True)
class Clauses:
    """What stands in the parentheses of an aggregate's call."""

    arguments: tuple[exp.Expr, ...]
    order: exp.Order | None = None
    limit: exp.Expr | None = None
    is_distinct: bool = False
    has_nulls: bool | None = None
    having: exp.HavingMax | None = None


Build = Callable[[Clauses], exp.Expr]
"""What makes the expression for a call with these clauses."""


def read_clauses(arguments: list[exp.Expr]) -> Clauses:
    """The arguments of a call, of which the last holds its clauses."""
    # The tree hangs ORDER BY on the last argument, DISTINCT on all before.
    found = Clauses(())
    plain: list[exp.Expr] = []
    for argument in arguments:
        value = argument
        while True:
            if isinstance(value, exp.Limit):
                found = replace(found, limit=value.expression)
            elif isinstance(value, exp.Order):
                found = replace(found, order=exp.Order(expressions=value.expressions))
            elif isinstance(value, (exp.IgnoreNulls, exp.RespectNulls)):
                found = replace(found, has_nulls=isinstance(value, exp.RespectNulls))
            elif isinstance(value, exp.HavingMax):
                found = replace(found, having=value)
            elif isinstance(value, exp.Distinct):
                found = replace(found, is_distinct=True)
                plain.extend(value.expressions)
                break
            else:
                plain.append(value)
                break
            value = value.this
    return replace(found, arguments=tuple(plain))
