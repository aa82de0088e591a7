"""The names of the tables of one query or statement, of which no two may be alike."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query

_FAULTS: dict[type[exp.Expr], str] = {
    exp.Select: "Duplicate table alias {} in the same FROM clause",
    exp.Update: "Alias {} in the FROM clause was already defined as the UPDATE target",
    exp.Merge: "Alias {} in the source was already defined as the MERGE target",
}


def check_table_names(node: exp.Expr) -> None:
    """Nothing, when each table of the SELECT, UPDATE or MERGE has a name of its own.

    Raises BigQueryError: naming the one that two of them have.
    """
    target = node.args.get("this")
    seen = set() if target is None else {_name(target).lower()}
    for table in _tables(node):
        name = _name(table)
        if name and name.lower() in seen:
            raise invalid_query(_FAULTS[type(node)].format(name))
        seen.add(name.lower())


def _name(table: exp.Expr) -> str:
    return table.alias if isinstance(table, exp.Subquery) else table.alias_or_name


def _tables(node: exp.Expr) -> Iterator[exp.Expr]:
    """The tables and subqueries that are read beside each other."""
    source = node.args.get("from_")
    roots = [source.this] if source is not None else []
    if isinstance(node, exp.Merge):
        roots.append(node.args["using"])
    roots += [join.this for join in node.args.get("joins") or []]
    while roots:
        root = roots.pop()
        is_named = isinstance(root, exp.Table) and isinstance(root.this, exp.Identifier)
        if is_named or isinstance(root, exp.Subquery):
            yield root
        roots += [join.this for join in root.args.get("joins") or []]
