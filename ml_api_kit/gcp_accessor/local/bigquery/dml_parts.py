"""The parts of a translated UPDATE, DELETE or MERGE, each with the rows that it may look at.

1. the condition of the statement              rows of the target beside those of the source
2. `WHEN MATCHED AND … THEN UPDATE SET …`      the same
3. `WHEN NOT MATCHED AND … THEN INSERT …`      rows of the source
4. `WHEN NOT MATCHED BY SOURCE AND … THEN …`   rows of the target

DuckDB plans each of them as a query: it tells what is wrong with it, and the types of its values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from duckdb import DuckDBPyConnection
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.tables.planned_values import PlannedValue, put_values

_Fields = dict[str, Field]


@dataclass(frozen=True, slots=True)
class _Part:
    """Conditions and values of a statement, and the SELECT of the rows that they are of."""

    rows: exp.Select
    conditions: tuple[exp.Expr, ...] = ()
    values: tuple[PlannedValue, ...] = ()


def put_parts(
    database: Database,
    cursor: DuckDBPyConnection,
    tree: exp.Expr,
    fields: _Fields,
    *,
    is_typed: bool,
) -> None:
    """Put each value that the statement stores in its place in the type of its field.

    `is_typed` says whether a rule of types may be broken in it.

    Raises BigQueryError: when a name or type in the statement is wrong.
    """
    for part in _parts(tree, fields):
        rows = part.rows.copy()
        rows.set("expressions", [condition.copy() for condition in part.conditions])
        put_values(database, cursor, part.values, rows, is_typed=is_typed)
    if isinstance(tree, exp.Merge):
        _qualify(tree)


def _parts(tree: exp.Expr, fields: _Fields) -> Iterator[_Part]:
    target = exp.Select(from_=exp.From(this=tree.this.copy()))
    given = tree.args.get("from_")
    source = tree.args.get("using") or (given.this if given is not None else None)
    both = target
    if source is not None:
        both = target.copy()
        both.set("joins", [exp.Join(this=source.copy(), kind="CROSS")])
    if not isinstance(tree, exp.Merge):
        yield _Part(both, (tree.args["where"].this,), tuple(_set_values(tree, fields)))
        return
    yield _Part(both, (tree.args["on"],))
    for when in tree.args["whens"].expressions:
        rows = both if when.args["matched"] else target
        if isinstance(when.args["then"], exp.Insert):
            rows = exp.Select(from_=exp.From(this=tree.args["using"].copy()))
        condition = when.args.get("condition")
        conditions = () if condition is None else (condition,)
        yield _Part(rows, conditions, tuple(_values(when.args["then"], fields)))


def _values(change: exp.Expr, fields: _Fields) -> Iterator[PlannedValue]:
    if isinstance(change, exp.Update):
        yield from _set_values(change, fields)
    if isinstance(change, exp.Insert):
        yield from _inserted_values(change, fields)


def _qualify(tree: exp.Merge) -> None:
    """Say of each name without a table that it is of the one that has a row, where only one has."""
    for when in tree.args["whens"].expressions:
        change = when.args["then"]
        if when.args["matched"]:
            continue
        table = tree.args["using"] if isinstance(change, exp.Insert) else tree.this
        expressions = [when.args.get("condition")]
        if isinstance(change, exp.Insert):
            expressions.append(change.expression)
        if isinstance(change, exp.Update):
            expressions += [pair.expression for pair in change.expressions]
        for expression in filter(None, expressions):
            _qualify_columns(expression, table.alias_or_name)


def _qualify_columns(expression: exp.Expr, table: str) -> None:
    for column in expression.find_all(exp.Column):
        if table and not column.table and column.find_ancestor(exp.Select) is None:
            column.set("table", exp.to_identifier(table, quoted=True))


def _set_values(update: exp.Expr, fields: _Fields) -> Iterator[PlannedValue]:
    for pair in update.expressions:
        yield PlannedValue(pair.expression, fields[pair.this.name.lower()])


def _inserted_values(insert: exp.Insert, fields: _Fields) -> Iterator[PlannedValue]:
    names = [column.name.lower() for column in insert.this.expressions]
    for name, value in zip(names, insert.expression.expressions, strict=True):
        yield PlannedValue(value, fields[name], is_inserted=True)


def reachable(whens: list[exp.Expr]) -> list[exp.Expr]:
    """The branches of a MERGE without those behind one of their kind that takes all rows."""
    found, ended = list[exp.Expr](), set[tuple[bool, bool]]()
    for when in whens:
        kind = bool(when.args["matched"]), bool(when.args.get("source"))
        if kind not in ended:
            found.append(when)
        if when.args.get("condition") is None:
            ended.add(kind)
    return found
