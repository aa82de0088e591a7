"""The names of the tables of one query or statement, of which no two may be alike."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query


def check_table_names(node: exp.Expr) -> None:
    """Nothing, when each table of the SELECT, UPDATE or MERGE has a name of its own.

    Raises BigQueryError: naming the one that two of them have.
    """
    seen: set[str] = set()
    for table in _tables(node):
        name = table.alias if isinstance(table, exp.Subquery) else table.alias_or_name
        if name and name.lower() in seen:
            raise invalid_query(f"Duplicate table alias {name} in the same FROM clause")
        seen.add(name.lower())


def _tables(node: exp.Expr) -> Iterator[exp.Expr]:
    """The tables and subqueries that are read beside each other."""
    source = node.args.get("from_")
    roots = [source.this] if source is not None else []
    if isinstance(node, (exp.Update, exp.Merge)):
        # That of a branch of a MERGE has no table of its own.
        roots += filter(None, (node.args.get("this"), node.args.get("using")))
    roots += [join.this for join in node.args.get("joins") or []]
    while roots:
        root = roots.pop()
        is_named = isinstance(root, exp.Table) and isinstance(root.this, exp.Identifier)
        if is_named or isinstance(root, exp.Subquery):
            yield root
        roots += [join.this for join in root.args.get("joins") or []]
