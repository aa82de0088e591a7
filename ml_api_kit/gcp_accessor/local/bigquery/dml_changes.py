"""UPDATE and MERGE: what they set, checked against the fields it goes into.

1. `SET home.city = 'x'`                 `SET home = STRUCT('x' AS city, home.zip AS zip)`
2. `SET x = DEFAULT`, `VALUES (DEFAULT)` with the expression of the column's default
3. `INSERT ROW`                          `INSERT (a, b) VALUES (source.a, source.b)`
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    invalid_query,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, standard_type
from ml_api_kit.gcp_accessor.local.bigquery.tables.default_values import default_of
from ml_api_kit.gcp_accessor.local.bigquery.translation.coercion import literals_as
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import named

Fields = dict[str, Field]


def value_for(value: exp.Expr, field: Field) -> exp.Expr:
    """The value as it goes into the field: DEFAULT as the default, constants in its type."""
    is_default = isinstance(value, (exp.Var, exp.Column)) and value.name.upper() == "DEFAULT"
    if is_default and not value.args.get("table"):
        return default_of(field)
    return literals_as(value.copy(), field)


def spell_out_update(update: exp.Expr, fields: Fields, target: str) -> None:
    """Make each SET of an untranslated UPDATE one of a whole column.

    Raises BigQueryError: when a column is not there, or set twice.
    """
    changes: dict[str, dict[tuple[str, ...], exp.Expr]] = {}
    for pair in update.expressions:
        if not isinstance(pair, exp.EQ) or not isinstance(pair.this, exp.Column):
            raise unsupported(f"UPDATE of {pair.sql('bigquery')}")
        parts = [part.name.lower() for part in pair.this.parts]
        if len(parts) > 1 and parts[0] == target.lower() and parts[1] in fields:
            parts = parts[1:]
        if parts[0] not in fields:
            raise invalid_query(f"Unrecognized name: {pair.this.sql('bigquery')}")
        places = changes.setdefault(parts[0], {})
        path = tuple(parts[1:])
        for other in places:
            if path[: len(other)] == other or other[: len(path)] == path:
                raise _assigned_twice(parts, [parts[0], *other])
        places[path] = pair.expression
    update.set(
        "expressions",
        [_set_column(fields[name], places, target) for name, places in changes.items()],
    )


def _assigned_twice(parts: Sequence[str], others: Sequence[str]) -> BigQueryError:
    item, other = ".".join(parts), ".".join(others)
    if item == other:
        return invalid_query(f"Update item {item} assigned more than once")
    return invalid_query(f"Update item {item} overlaps with {other}")


def _set_column(field: Field, places: dict[tuple[str, ...], exp.Expr], target: str) -> exp.Expr:
    old = exp.column(field["name"], table=target)
    column = exp.column(field["name"], quoted=True)
    return exp.EQ(this=column, expression=_changed(field, places, old))


def _changed(field: Field, places: dict[tuple[str, ...], exp.Expr], old: exp.Expr) -> exp.Expr:
    """The value of the field after the changes to it and to fields within it."""
    if () in places:
        return value_for(places[()], field)
    if field["type"] != "RECORD" or field["mode"] == "REPEATED":
        raise invalid_query(
            f"Cannot access field {next(iter(places))[0]} on a value with type "
            f"{standard_type(field)}"
        )
    known = {item["name"].lower() for item in field["fields"]}
    if unknown := [path[0] for path in places if path[0] not in known]:
        raise invalid_query(f"Field name {unknown[0]} does not exist in {standard_type(field)}")
    members = []
    for item in field["fields"]:
        name = item["name"]
        inner = {path[1:]: value for path, value in places.items() if path[0] == name.lower()}
        value: exp.Expr = exp.Dot(this=old.copy(), expression=exp.to_identifier(name, quoted=True))
        if inner:
            value = _changed(item, inner, value)
        members.append(named(value, name))
    return exp.Anonymous(this="STRUCT", expressions=members)


def spell_out_merge(
    tree: exp.Merge, fields: Fields, hidden: Fields, source_names: Callable[[], Sequence[str]]
) -> None:
    """Make each action of an untranslated MERGE one with columns and values.

    Raises BigQueryError: when a column is not there, or values and columns differ in number.
    """
    target, source = tree.this.alias_or_name, tree.args["using"]
    if isinstance(source, exp.Subquery) and not source.alias:
        source.set("alias", exp.TableAlias(this=exp.to_identifier("merge_source")))
    for when in tree.args["whens"].expressions:
        change = when.args["then"]
        if isinstance(change, exp.Update):
            spell_out_update(change, fields | hidden, target)
        elif isinstance(change, exp.Insert):
            _spell_out_insert(change, fields, hidden, source.alias_or_name, source_names)
        elif not (isinstance(change, exp.Var) and change.name.upper() == "DELETE"):
            raise unsupported(f"MERGE with {change.sql('bigquery')[:40]}")


def _spell_out_insert(
    insert: exp.Insert,
    fields: Fields,
    hidden: Fields,
    source: str,
    source_names: Callable[[], Sequence[str]],
) -> None:
    columns, values = _columns_and_values(insert, fields, source, source_names)
    if len(columns) != len(values):
        raise invalid_query(
            f"Inserted row has wrong column count; Has {len(values)}, expected {len(columns)}"
        )
    given: dict[str, exp.Expr] = {}
    for name, value in zip(columns, values, strict=True):
        if name not in fields | hidden:
            raise invalid_query(f"Column {name} is not present in target table")
        if name in given:
            raise invalid_query(f"MERGE has INSERT operation with duplicated column names: {name}")
        given[name] = value_for(value, (fields | hidden)[name])
    for name, field in fields.items():
        if name not in given and field.get("defaultValueExpression") is not None:
            given[name] = default_of(field)
    insert.set("this", exp.Tuple(expressions=[exp.column(name, quoted=True) for name in given]))
    insert.set("expression", exp.Tuple(expressions=list(given.values())))


def _columns_and_values(
    insert: exp.Insert, fields: Fields, source: str, source_names: Callable[[], Sequence[str]]
) -> tuple[list[str], list[exp.Expr]]:
    columns, values = insert.this, insert.expression
    is_bare = isinstance(columns, exp.Var) and columns.name.upper() == "ROW"
    if is_bare or columns.meta.get("is_row"):
        rows: list[exp.Expr] = [exp.column(name, table=source) for name in source_names()]
        return list(fields) if is_bare else list(map(_column_name, columns.expressions)), rows
    if isinstance(columns, exp.Tuple) and not isinstance(values, exp.Tuple):
        # `INSERT VALUES (1, 2)`, which sqlglot takes for columns.
        call = columns.expressions[0]
        if isinstance(call, exp.Anonymous) and call.name.upper() == "VALUES":
            return list(fields), list(call.expressions)
    if not isinstance(values, exp.Tuple):
        raise unsupported(f"MERGE with {insert.sql('bigquery')[:40]}")
    names = list(map(_column_name, columns.expressions)) if columns else list(fields)
    return names, list(values.expressions)


def _column_name(column: exp.Expr) -> str:
    if not isinstance(column, exp.Column) or len(column.parts) > 1:
        raise invalid_query(f"Syntax error: Unexpected {column.sql('bigquery')} in INSERT")
    return column.name.lower()


def repeated_match(tree: exp.Expr) -> exp.Expr | None:
    """A query that has rows when two rows of the source change the same row of the target.

    None, where that cannot be. BigQuery fails then; DuckDB would take any of the two.
    """
    target = tree.this.copy()
    name = exp.to_identifier(tree.this.alias_or_name, quoted=True)
    if isinstance(tree, exp.Merge):
        matched = [when for when in tree.args["whens"].expressions if when.args.get("matched")]
        if not matched:
            return None
        source = tree.args["using"].copy()
        changes = [when.args.get("condition") or exp.true() for when in matched]
        condition = exp.and_(tree.args["on"].copy(), exp.or_(*[c.copy() for c in changes]))
    else:
        source, condition = tree.args["from_"].this.copy(), tree.args["where"].this.copy()
    row = exp.column("rowid", table=name)
    counted: dict[str, Any] = {
        "this": exp.Count(this=exp.Star()),
        "expression": exp.Literal.number(1),
    }
    return exp.Select(
        expressions=[exp.Literal.number(1)],
        from_=exp.From(this=target),
        joins=[exp.Join(this=source, kind="INNER", on=condition)],
        group=exp.Group(expressions=[row]),
        having=exp.Having(this=exp.GT(**counted)),
        limit=exp.Limit(expression=exp.Literal.number(1)),
    )
