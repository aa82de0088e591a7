"""Wildcard tables: `d.t_*` is all tables whose names begin so, told apart by `_TABLE_SUFFIX`.

Source: https://cloud.google.com/bigquery/docs/querying-wildcard-tables
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, duckdb_type
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import named
from ml_api_kit.gcp_accessor.local.bigquery.translation.parameters import duckdb_cast

SUFFIX = "_TABLE_SUFFIX"

Resource = Mapping[str, Any]


def wildcard_parts(table: exp.Table) -> list[str] | None:
    """The dotted name of a table with a `*` at its end; None for another."""
    parts = [piece for part in table.parts for piece in part.name.split(".")]
    if not any("*" in part for part in parts):
        return None
    if not parts[-1].endswith("*") or sum(part.count("*") for part in parts) > 1:
        raise invalid_query(f"Invalid table name: {'.'.join(parts)}: * must be its last character")
    return parts


def put_wildcard(table: exp.Table, prefix: TableName, found: Sequence[Resource]) -> None:
    """Put the rows of all the tables in the place of the wildcard.

    The columns are those of the table that was made last; others have NULL where they lack one.

    Raises BigQueryError: when no table matches, or the columns of two do not fit.
    """
    if not found:
        raise _no_match(prefix)
    if any(resource["type"] != "TABLE" for resource in found):
        raise invalid_query("Views cannot be queried through prefix")
    latest = max(found, key=lambda resource: int(resource["creationTime"]))
    fields: list[Field] = latest["schema"]["fields"]
    select = table.find_ancestor(exp.Select)
    has_suffix = select is not None and _mentions_suffix(select)
    if has_suffix:
        _hide_suffix(select)
    parts = [_one_table(resource, prefix, fields, has_suffix=has_suffix) for resource in found]
    union: exp.Expr = parts[0]
    for part in parts[1:]:
        union = exp.Union(this=union, expression=part, distinct=False)
    alias = exp.TableAlias(this=exp.to_identifier(table.alias or "wildcard", quoted=True))
    table.replace(exp.Subquery(this=union, alias=alias))


def _no_match(prefix: TableName) -> BigQueryError:
    return invalid_query(f"{prefix}* does not match any table.")


def _mentions_suffix(select: exp.Expr) -> bool:
    return any(column.name.upper() == SUFFIX for column in select.find_all(exp.Column))


def _hide_suffix(select: exp.Expr | None) -> None:
    """Keep the pseudo column out of `*`."""
    for item in select.expressions if select is not None else ():
        star = item if isinstance(item, exp.Star) else item.this
        if isinstance(star, exp.Star):
            hidden = list(star.args.get("except_") or [])
            star.set("except_", [*hidden, exp.to_identifier(SUFFIX)])


def _one_table(
    resource: Resource, prefix: TableName, fields: list[Field], *, has_suffix: bool
) -> exp.Select:
    reference = resource["tableReference"]
    name = reference["tableId"]
    present = {field["name"].lower(): field for field in resource["schema"]["fields"]}
    columns = [_column(present.get(field["name"].lower()), field, name) for field in fields]
    if has_suffix:
        columns.append(named(exp.Literal.string(name[len(prefix.table) :]), SUFFIX))
    source = exp.Table(
        this=exp.to_identifier(name, quoted=True),
        db=exp.to_identifier(reference["datasetId"], quoted=True),
        catalog=exp.to_identifier(reference["projectId"], quoted=True),
    )
    return exp.Select(expressions=columns, from_=exp.From(this=source))


def _column(present: Field | None, wanted: Field, name: str) -> exp.Expr:
    if present is None:
        return named(duckdb_cast(exp.null(), duckdb_type(wanted)), wanted["name"])
    if duckdb_type(present) != duckdb_type(wanted):
        raise unsupported(
            f"a wildcard over tables in which {wanted['name']} has different types, as in {name}"
        )
    return named(exp.column(present["name"], quoted=True), wanted["name"])
