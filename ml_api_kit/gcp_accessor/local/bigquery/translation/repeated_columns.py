"""Names that two columns of a subquery have because a `*` brings them: they may not be read.

DuckDB gives the second column another name, and reads the first one. What columns a `*` brings it
knows when the statement is planned.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.places import place_of
from ml_api_kit.gcp_accessor.local.bigquery.translation.scoped_types import columns_here
from ml_api_kit.gcp_accessor.local.bigquery.translation.standalone import to_sql, visible_ctes

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ALIASED = (exp.Order, exp.Group, exp.Having, exp.Qualify)


def check_repeated_columns(tree: exp.Expr, cursor: DuckDBPyConnection) -> None:
    """Nothing, when no such name is read in a rewritten query, or shown in its answer.

    Raises BigQueryError: for the first that is.
    """
    selects = [select for select in tree.find_all(exp.Select) if _may_repeat(select)]
    names = {id(select): _repeated(select, cursor) for select in selects}
    is_changed = True
    while is_changed:
        # A `*` over such a query brings its names on.
        changes = [_pass_on(select, names) for select in selects if names[id(select)]]
        is_changed = any(changes)


def _pass_on(select: exp.Select, names: dict[int, set[str]]) -> bool:
    """Whether a query that reads this one has more names that are repeated than was known."""
    known = sum(map(len, names.values()))
    repeated = names[id(select)]
    assert isinstance(select.parent, (exp.CTE, exp.Subquery))
    for reader, alias in _readers(select.parent):
        _check_reader(reader, alias, repeated)
        if any(_covers(item, alias) for item in reader.expressions):
            _check_answer(reader, repeated)
            names.setdefault(id(reader), set()).update(repeated)
    return sum(map(len, names.values())) > known


def _may_repeat(select: exp.Select) -> bool:
    is_read = isinstance(select.parent, (exp.CTE, exp.Subquery)) and not select.args.get("kind")
    return is_read and any(item.is_star for item in select.expressions)


def _repeated(select: exp.Select, cursor: DuckDBPyConnection) -> set[str]:
    """The names, in small letters, that several columns of the query have."""
    if len(select.expressions) == 1 and not select.args.get("joins"):
        return set()
    names = [name.lower() for name in _columns(select, cursor)]
    return {name for name in names if names.count(name) > 1}


def _columns(select: exp.Select, cursor: DuckDBPyConnection) -> list[str]:
    """The names of the columns of a query; item by item where it reads the queries around it."""
    try:
        return list(cursor.sql(f"{visible_ctes(select)}{to_sql(select)}").columns)
    except duckdb.Error:
        return [name for item in select.expressions for name in _names(item, select, cursor)]


def _names(item: exp.Expr, select: exp.Select, cursor: DuckDBPyConnection) -> list[str]:
    if not item.is_star:
        return [item.alias_or_name]
    if not isinstance(item, exp.Star):
        return columns_here(select, item, cursor)
    # Of a `*` over several tables, DuckDB gives the second column of a name another one.
    joins = select.args.get("joins") or []
    sources = [source.this for source in (select.args["from_"], *joins)]
    names = [name for source in sources for name in _source_names(source, select, cursor)]
    for shared in (name.name.lower() for join in joins for name in join.args.get("using") or []):
        # None of a source whose columns are not known there.
        for name in [name for name in names if name.lower() == shared][:1]:
            names.remove(name)
    left_out = {name.name.lower() for name in item.args.get("except_") or []}
    return [name for name in names if name.lower() not in left_out]


def _source_names(source: exp.Expr, select: exp.Select, cursor: DuckDBPyConnection) -> list[str]:
    if table := source.alias_or_name:
        star = exp.Column(this=exp.Star(), table=exp.to_identifier(table))
        return columns_here(select, star, cursor)
    alone = exp.Select(expressions=[exp.Star()], from_=exp.From(this=source.copy()))
    alone.parent = select
    return columns_here(alone, exp.Star(), cursor)


def _readers(within: exp.CTE | exp.Subquery) -> Iterator[tuple[exp.Select, str]]:
    """The queries that have it in FROM, with its name there in small letters."""
    if isinstance(within, exp.Subquery):
        sources: list[exp.Expr] = [within]
    else:
        name = within.alias.lower()
        tables = within.root().find_all(exp.Table)
        sources = [table for table in tables if table.name.lower() == name and not table.db]
    for source in sources:
        reader = source.find_ancestor(exp.Select)
        if isinstance(source.parent, (exp.From, exp.Join)) and isinstance(reader, exp.Select):
            yield reader, source.alias_or_name.lower()


def _check_reader(reader: exp.Select, alias: str, names: set[str]) -> None:
    shown = {item.alias.lower() for item in reader.expressions if isinstance(item, exp.Alias)}
    for column in reader.find_all(exp.Column):
        name = column.name.lower()
        if name not in names or column.find_ancestor(exp.Select, exp.Star) is not reader:
            continue
        is_alias = name in shown and column.find_ancestor(*_ALIASED) is not None
        if column.table.lower() == alias or not (column.table or is_alias):
            place = place_of(column.parts[-1])
            raise invalid_query(f"Column name {column.name} is ambiguous{place}")
    for item in reader.expressions:
        left_out = {name.name.lower() for name in _star(item).args.get("except_") or []}
        if _covers(item, alias) and left_out & names:
            raise unsupported("* EXCEPT of a name that two columns have")


def _covers(item: exp.Expr, alias: str) -> bool:
    """Whether the item is `*`, or all columns of the table of that name."""
    return isinstance(item, exp.Star) or (
        isinstance(item, exp.Column) and item.is_star and item.table.lower() == alias
    )


def _star(item: exp.Expr) -> exp.Expr:
    return item.this if isinstance(item, exp.Column) and item.is_star else item


def _check_answer(reader: exp.Select, names: set[str]) -> None:
    around = reader.parent
    while isinstance(around, exp.SetOperation):
        around = around.parent
    if around is None:
        raise invalid_query(
            "Duplicate column names in the result are not supported. Found duplicate(s): "
            f"{', '.join(sorted(names))}"
        )
