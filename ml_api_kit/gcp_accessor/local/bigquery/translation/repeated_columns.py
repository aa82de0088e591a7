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
from ml_api_kit.gcp_accessor.local.bigquery.translation.standalone import to_sql, visible_ctes

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SOURCES = (exp.Table, exp.Subquery, exp.Unnest)
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
    # It may read the query around it, whose values change no name.
    columns = _columns(select, select, cursor) or _columns(select, _by_itself(select), cursor)
    names = [name.lower() for name in columns or ()]
    return {name for name in names if names.count(name) > 1}


def _columns(place: exp.Select, query: exp.Expr, cursor: DuckDBPyConnection) -> list[str] | None:
    """The columns of a query in the place of another; None where DuckDB cannot plan it alone."""
    try:
        return cursor.sql(f"{visible_ctes(place)}{to_sql(query)}").columns
    except duckdb.Error:
        return None


def _by_itself(select: exp.Select) -> exp.Select:
    """The query with NULL for the columns of tables that are not its own."""
    own = {source.alias_or_name.lower() for source in select.find_all(*_SOURCES)}
    copied = select.copy()
    for column in list(copied.find_all(exp.Column)):
        if column.table and column.table.lower() not in own:
            column.replace(exp.null())
    return copied


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
