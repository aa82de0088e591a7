"""Small pieces of tree that the rewrites build from."""

from __future__ import annotations

from sqlglot import exp


def call(function: str, *arguments: exp.Expr) -> exp.Expr:
    """A call of a DuckDB function or macro."""
    return exp.Anonymous(this=function, expressions=list(arguments))


def text(value: str) -> exp.Expr:
    """A constant text."""
    return exp.Literal.string(value)


def number(value: int) -> exp.Expr:
    """A constant whole number."""
    return exp.Literal.number(value)


def cast(value: exp.Expr, duckdb_type: str) -> exp.Expr:
    """The value cast to a DuckDB type."""
    return exp.Cast(this=value, to=exp.DataType.build(duckdb_type, dialect="duckdb"))


def literal_text(node: exp.Expr | None) -> str | None:
    """The text of a string constant, plain or raw; None for anything else."""
    if isinstance(node, exp.RawString) or (isinstance(node, exp.Literal) and node.is_string):
        return str(node.this)
    return None
