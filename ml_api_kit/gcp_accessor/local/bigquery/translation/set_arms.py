"""The arms of a set operation: their columns, and queries over them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import Kind


@dataclass(frozen=True, slots=True)
class Arm:
    """A query of a set operation with the names and types of its columns."""

    query: exp.Expr
    names: tuple[str, ...]
    kinds: tuple[Kind, ...]


def bare_query(query: exp.Expr) -> exp.Expr:
    """The query without the parentheses around it."""
    return query.this if isinstance(query, exp.Subquery) and not query.alias else query


def plain_items(query: exp.Expr) -> list[exp.Expr] | None:
    """The columns of a SELECT, where each can be changed in its place."""
    bare = bare_query(query)
    if not isinstance(bare, exp.Select) or bare.args.get("kind"):
        return None
    if any(item.is_star for item in bare.expressions):
        return None
    return list(bare.expressions)


def column_names(query: exp.Expr) -> list[str] | None:
    """The names of the columns as they are written, or None behind a star."""
    # DuckDB tells columns of one name apart by names of its own.
    items = plain_items(query)
    if items is None:
        return None
    return [item.alias_or_name or f"column_{place}" for place, item in enumerate(items)]


def select_from(arm: Arm, items: list[exp.Expr]) -> exp.Expr:
    """A SELECT of the items from the arm, whose columns are `column_0`, `column_1`, …."""
    columns = [exp.to_identifier(f"column_{place}") for place in range(len(arm.names))]
    source = exp.Subquery(
        this=bare_query(arm.query).copy(),
        alias=exp.TableAlias(this=exp.to_identifier("arm"), columns=columns),
    )
    return exp.Select(expressions=items, from_=exp.From(this=source))
