"""`UPPER(x)` and its like: the same function under DuckDB's name, its arguments type-checked."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.functions import CALLS
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, text

NODES = tuple(CALLS)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call of the DuckDB function or macro with the node's arguments."""
    target = CALLS[type(node)]
    arguments: list[exp.Expr] = []
    for position, name in enumerate(target.arguments):
        value = node.args.get(name)
        values = value if isinstance(value, list) else [value]
        kind = target.types[position] if target.types else ""
        name_text = text(type(node).__name__.upper())
        arguments += [
            call(f"bq_{kind}", item, name_text.copy()) if kind else item
            for item in values
            if isinstance(item, exp.Expr)
        ]
    if target.function in ("bq_greatest", "bq_least"):
        return _extreme(target.function.removeprefix("bq_"), arguments)
    return call(target.function, *arguments)


def _extreme(function: str, arguments: list[exp.Expr]) -> exp.Expr:
    # DuckDB leaves NULLs out; BigQuery answers NULL when there is one.
    is_null = exp.or_(*[exp.Is(this=a.copy(), expression=exp.null()) for a in arguments])
    return exp.Case(ifs=[exp.If(this=is_null, true=exp.null())], default=call(function, *arguments))
