"""Parameters of table functions that are tables: `CREATE TABLE FUNCTION d.f(t TABLE<a INT64>)`.

1. `FROM d.f(TABLE d.src)` with the body `SELECT a FROM t`   `FROM (SELECT a FROM (…) AS t)`
2. the table that is given                                   `(SELECT a FROM (SELECT * FROM d.src))`

Source: https://cloud.google.com/bigquery/docs/table-functions
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.standard_types import type_from_json
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import Coercion, named
from ml_api_kit.gcp_accessor.local.bigquery.translation.translate import is_cte

TableColumns = tuple[tuple[str, exp.DataType], ...]

FIXED, ANY = "FIXED_TABLE", "ANY_TABLE"
"""The kinds of parameters that are tables, in the REST form."""


def table_parameters(arguments: Iterable[Mapping[str, Any]]) -> dict[str, TableColumns | None]:
    """The columns of the parameters that are tables, by their names; None for ANY TABLE."""
    found: dict[str, TableColumns | None] = {}
    for item in arguments:
        name = str(item["name"]).lower()
        if item.get("argumentKind") == ANY:
            found[name] = None
        elif item.get("argumentKind") == FIXED:
            columns = item["tableType"]["columns"]
            found[name] = tuple((str(c["name"]), type_from_json(c["type"])) for c in columns)
    return found


def no_rows(columns: TableColumns) -> exp.Subquery:
    """A table of these columns, with which the body of a function can be tried."""
    nulls = [named(exp.Cast(this=exp.null(), to=kind.copy()), name) for name, kind in columns]
    return exp.Subquery(this=exp.Select(expressions=nulls))


def put_tables(
    body: exp.Expr, tables: Mapping[str, TableColumns | None], given: Mapping[str, exp.Expr]
) -> None:
    """Put the tables that are given in the places of the parameters in the body.

    Raises BigQueryError: when what is given is no table.
    """
    places = [
        (table, table.name.lower())
        for table in body.find_all(exp.Table)
        if isinstance(table.this, exp.Identifier)
        and not table.db
        and table.name.lower() in tables
        and not is_cte(table)
    ]
    own = {cte.alias.lower() for cte in body.find_all(exp.CTE)}
    sources = {name: _source(name, tables[name], given[name], own) for name in tables}
    for table, name in places:
        replaced = sources[name].copy()
        alias = exp.to_identifier(table.alias or name, quoted=True)
        replaced.set("alias", exp.TableAlias(this=alias))
        table.replace(replaced)


def _source(
    name: str, columns: TableColumns | None, given: exp.Expr, own: Collection[str]
) -> exp.Subquery:
    """The rows for a parameter, which no query of the body's own WITH clauses can hide."""
    if not isinstance(given, exp.Subquery):
        raise invalid_query(
            f"The argument {name} must be a table: TABLE dataset.table, or a query in parentheses"
        )
    for table in given.find_all(exp.Table):
        if not table.db and table.name.lower() in own:
            raise unsupported(f"the argument {table.name}, which the function has a query named as")
    return given if columns is None else _with_columns(given, columns)


def _with_columns(given: exp.Expr, columns: TableColumns) -> exp.Subquery:
    """The declared columns of the table that is given, in the declared types."""
    inner = given.copy()
    inner.set("alias", exp.TableAlias(this=exp.to_identifier("@given", quoted=True)))
    values = [
        named(Coercion(this=exp.column(name, table="@given", quoted=True), to=kind.copy()), name)
        for name, kind in columns
    ]
    return exp.Subquery(this=exp.Select(expressions=values, from_=exp.From(this=inner)))
