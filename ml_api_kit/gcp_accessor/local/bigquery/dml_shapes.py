"""What a DML statement may consist of: sqlglot reads those of other dialects too."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, invalid_query

_TABLE = frozenset({"this", "db", "catalog", "alias"})
_OF_INSERT = frozenset({"this", "expression"})
_OF_UPDATE = frozenset({"this", "expressions", "from_", "where"})
# Parts whose name in the tree is not their word.
_WORDS = {"alternative": "OR", "conflict": "ON", "joins": "JOIN", "sample": "TABLESAMPLE"}


def check_shape(tree: exp.Expr) -> None:
    """Nothing, when the statement has only parts that BigQuery knows of it.

    Raises BigQueryError: naming the part that it does not know, or that is missing.
    """
    if isinstance(tree, exp.Insert):
        _check_insert(tree)
    elif isinstance(tree, exp.Update):
        _refuse_others(tree, _OF_UPDATE)
    elif isinstance(tree, exp.Merge):
        _check_merge(tree)
    target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    if isinstance(target, exp.Table):
        known = _TABLE - {"alias"} if isinstance(tree, exp.Insert) else _TABLE
        _refuse_others(target, known, of=tree)


def _check_insert(tree: exp.Insert) -> None:
    _refuse_others(tree, _OF_INSERT)
    if tree.expression is None:
        raise invalid_query("Syntax error: INSERT has neither VALUES nor a query")
    if isinstance(tree.this, exp.Schema):
        for column in tree.this.expressions:
            if not isinstance(column, exp.Identifier):
                raise invalid_query(f"Syntax error: Unexpected {column.sql('bigquery')} in INSERT")


def _check_merge(tree: exp.Merge) -> None:
    _refuse_others(tree, frozenset({"this", "using", "on", "whens"}))
    if not isinstance(tree.args.get("on"), exp.Expr):
        raise invalid_query("Syntax error: Expected keyword ON in MERGE")
    for when in tree.args["whens"].expressions:
        _check_when(when)


def _check_when(when: exp.When) -> None:
    change, is_matched = when.args["then"], bool(when.args["matched"])
    is_by_source = bool(when.args.get("source"))
    if is_matched and is_by_source:
        raise invalid_query("Syntax error: Unexpected keyword BY after WHEN MATCHED")
    is_insert, is_by_target = isinstance(change, exp.Insert), not (is_matched or is_by_source)
    if is_insert and not is_by_target:
        raise invalid_query("INSERT is only allowed for NOT MATCHED BY TARGET clause")
    if is_by_target and not is_insert:
        verb = change.name.upper() if isinstance(change, exp.Var) else change.key.upper()
        raise invalid_query(f"{verb} is not allowed for NOT MATCHED BY TARGET clause")
    if isinstance(change, exp.Update):
        _refuse_others(change, frozenset({"expressions"}))
    if isinstance(change, exp.Insert):
        _refuse_others(change, _OF_INSERT)


def _refuse_others(node: exp.Expr, known: frozenset[str], *, of: exp.Expr | None = None) -> None:
    for name, value in node.args.items():
        if value and name not in known:
            raise _unexpected(name, of or node)


def _unexpected(part: str, tree: exp.Expr) -> BigQueryError:
    words = _WORDS.get(part) or part.strip("_").replace("_", " ").upper()
    return invalid_query(f"Syntax error: Unexpected keyword {words} in {tree.key.upper()}")
