"""MERGE, and UPDATE with FROM: rows of one table changed by those of another."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.assignment import assigned
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field


def assign_merge(tree: exp.Merge, fields: dict[str, Field]) -> None:
    """Check each value that a translated MERGE stores against the field that it goes into.

    Raises BigQueryError: when a field is not there, or the statement has a form that is refused.
    """
    source = tree.args["using"].alias_or_name
    for when in tree.args["whens"].expressions:
        change = when.args["then"]
        if isinstance(change, exp.Update):
            assign_update(change, fields)
        elif isinstance(change, exp.Insert):
            _assign_insert(change, fields, source)
        elif not (isinstance(change, exp.Var) and change.name.upper() == "DELETE"):
            raise unsupported(f"MERGE with {change.sql('bigquery')[:40]}")


def assign_update(update: exp.Expr, fields: dict[str, Field]) -> None:
    """Check each value that a translated UPDATE stores against its field.

    Raises BigQueryError: when a field is not there, or is one of a struct.
    """
    for pair in update.expressions:
        if not isinstance(pair, exp.EQ) or not isinstance(pair.this, exp.Column):
            raise unsupported(f"UPDATE of {pair.sql('bigquery')}")
        name = pair.this.name.lower()
        if name not in fields or (pair.this.table and pair.this.table.lower() in fields):
            raise invalid_query(f"Unrecognized name: {pair.this.sql('bigquery')}")
        pair.this.set("table", None)
        pair.set("expression", assigned(pair.expression, fields[name]))


def _assign_insert(insert: exp.Insert, fields: dict[str, Field], source: str) -> None:
    columns, values = insert.this, insert.expression
    if not isinstance(values, exp.Tuple):
        raise unsupported("MERGE with INSERT ROW")
    names = (
        [column.name for column in columns.expressions]
        if isinstance(columns, exp.Tuple)
        else [field["name"] for field in fields.values()]
    )
    if len(names) != len(values.expressions):
        raise invalid_query("Inserted row has wrong column count in MERGE")
    for name, value in zip(names, list(values.expressions), strict=True):
        if name.lower() not in fields:
            raise invalid_query(f"Column {name} is not present in the table")
        for column in value.find_all(exp.Column):
            if not column.table:
                # The row that is not there has no columns: the name is one of the source.
                column.set("table", exp.to_identifier(source, quoted=True))
        value.replace(assigned(value.copy(), fields[name.lower()]))
    listed = [exp.to_identifier(name, quoted=True) for name in names]
    insert.set("this", exp.Tuple(expressions=[exp.column(name) for name in listed]))


def repeated_match(tree: exp.Expr) -> exp.Expr | None:
    """A query that has rows when two rows of the source change the same row of the target.

    None, where that cannot be. BigQuery fails then; DuckDB would take any of the two.
    """
    target = tree.this.copy()
    name = exp.to_identifier(tree.this.alias_or_name, quoted=True)
    if isinstance(tree, exp.Merge):
        if not any(when.args.get("matched") for when in tree.args["whens"].expressions):
            return None
        source, condition = tree.args["using"].copy(), tree.args["on"].copy()
    else:
        source, condition = tree.args["from_"].this.copy(), tree.args["where"].this.copy()
    return exp.Select(
        expressions=[exp.Literal.number(1)],
        from_=exp.From(this=target),
        joins=[exp.Join(this=source, kind="INNER", on=condition)],
        group=exp.Group(expressions=[exp.column("rowid", table=name)]),
        having=exp.Having(
            this=exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
        ),
        limit=exp.Limit(expression=exp.Literal.number(1)),
    )
