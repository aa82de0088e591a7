"""Pseudo columns, such as `_PARTITIONTIME`: a table has them where they are named, and `*` has not.

1. `_PARTITIONDATE`              `DATE(_PARTITIONTIME)`
2. `FROM t`                      `FROM (SELECT a, b, _PARTITIONTIME FROM t) AS t`, where it is named
3. `SELECT *`                    `SELECT * EXCEPT (_PARTITIONTIME)`
4. `FROM t`, where it is not     `FROM (SELECT a, b FROM t) AS t`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.tables.hidden_columns import hidden_fields
from ml_api_kit.gcp_accessor.local.bigquery.tables.ingestion import (
    PARTITION_TIME,
    is_by_ingestion,
    span_of,
)

_PARTITION_DATE = "_PARTITIONDATE"
_REFUSED = ("_CHANGE_TYPE", "_CHANGE_TIMESTAMP")

FindTable = Callable[[exp.Table], Mapping[str, Any] | None]
"""The resource of the table that a node names; None where it names none."""


def refuse_pseudo_columns(tree: exp.Expr) -> None:
    """Raise BigQueryError for a pseudo column that no table has here, and for earlier states.

    `FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()` is the state that there is, and is left out.
    """
    for column in tree.find_all(exp.Column):
        if column.name.upper() in _REFUSED:
            raise unsupported(f"the pseudo column {column.name.upper()}")
    for version in list(tree.find_all(exp.Version)):
        moment = version.expression
        is_now = isinstance(moment, exp.CurrentTimestamp) or (
            isinstance(moment, exp.Anonymous) and moment.name.upper() == "CURRENT_TIMESTAMP"
        )
        if not is_now:
            raise unsupported("FOR SYSTEM_TIME AS OF: earlier states of tables are not kept")
        version.pop()


def put_pseudo_columns(tree: exp.Expr, find_table: FindTable) -> None:
    """Let the tables of each query have their pseudo columns where these are named.

    Raises BigQueryError: when a table lacks the one that is named, or it would show elsewhere.
    """
    has_dates = _spell_out_dates(tree)
    for table in list(tree.find_all(exp.Table)):
        resource = find_table(table)
        hidden = hidden_fields(resource) if resource is not None else []
        if resource is None or not hidden:
            continue
        if has_dates and is_by_ingestion(resource) and span_of(resource) != "DAY":
            raise invalid_query(
                f"Unrecognized name: {_PARTITION_DATE}; Did you mean {PARTITION_TIME}?"
            )
        select = table.find_ancestor(exp.Select)
        if select is not None:
            _put_columns(table, select, resource["schema"]["fields"], hidden)


def _spell_out_dates(tree: exp.Expr) -> bool:
    """Whether there was a date of a partition; it is that of its time now."""
    found = [c for c in tree.find_all(exp.Column) if c.name.upper() == _PARTITION_DATE]
    for column in found:
        time = column.copy()
        time.set("this", exp.to_identifier(PARTITION_TIME, quoted=True))
        date: exp.Expr = exp.Anonymous(this="DATE", expressions=[time])
        if isinstance(column.parent, exp.Select) and column.arg_key == "expressions":
            date = exp.alias_(date, _PARTITION_DATE, quoted=True)
        column.replace(date)
    return bool(found)


def _put_columns(
    table: exp.Table, select: exp.Select, fields: list[Field], hidden: list[Field]
) -> None:
    named = {column.name.upper() for column in select.find_all(exp.Column)}
    shown = [field for field in hidden if field["name"] in named]
    alias = table.alias or table.name.rpartition(".")[2]
    if shown:
        _refuse_whole_row(select, alias)
        _hide(select, alias, [field["name"] for field in shown])
    columns = [exp.column(field["name"], quoted=True) for field in [*fields, *shown]]
    for column in columns:
        # What it reads is said by those who read it.
        column.meta["is_passed"] = True
    bare = exp.Table(**{part: table.args.get(part) for part in ("this", "db", "catalog")})
    given = {key: value for key, value in table.args.items() if key not in bare.args and value}
    inner = exp.Select(expressions=columns, from_=exp.From(this=bare))
    given["alias"] = table.args.get("alias") or exp.TableAlias(
        this=exp.to_identifier(alias, quoted=True)
    )
    table.replace(exp.Subquery(**given, this=inner))


def _refuse_whole_row(select: exp.Select, alias: str) -> None:
    for column in select.find_all(exp.Column):
        if len(column.parts) == 1 and column.name.lower() == alias.lower():
            raise unsupported(f"the whole row {column.name} beside a pseudo column of it")


def _hide(select: exp.Select, alias: str, names: list[str]) -> None:
    """Keep the columns out of `*`, and out of `t.*` of the table."""
    for item in select.expressions:
        is_whole = isinstance(item, exp.Column) and item.table.lower() == alias.lower()
        star = item.this if is_whole else item
        if isinstance(star, exp.Star):
            hidden = list(star.args.get("except_") or [])
            known = {identifier.name for identifier in hidden}
            added = [exp.to_identifier(name, quoted=True) for name in names if name not in known]
            star.set("except_", [*hidden, *added])
