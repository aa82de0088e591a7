"""Names of a caller and of a function's body, kept apart where the body takes the call's place.

1. the columns of the call                     `f(id)`: `f(t.id)`
2. the tables of the body                      `FROM t WHERE t.id < a`: `FROM t AS "@t" WHERE …`
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import named
from ml_api_kit.gcp_accessor.local.bigquery.translation.outer_names import (
    TableFields,
    is_offered,
    source_name,
)

_PLACES = (exp.From, exp.Join)


def qualify(call: exp.Expr, table_fields: TableFields) -> None:
    """Name the table of each column in a call, where it is known."""
    select = call.find_ancestor(exp.Select)
    sources = select.find_all(exp.Subquery) if select is not None else ()
    for position, source in enumerate(sources):
        if isinstance(source.parent, _PLACES) and not source.alias:
            alias = exp.to_identifier(f"@from{position}", quoted=True)
            source.set("alias", exp.TableAlias(this=alias))
    for column in list(call.find_all(exp.Column)):
        if not column.table and not column.is_star:
            name = source_name(column, table_fields)
            if name is not None:
                column.set("table", exp.to_identifier(name, quoted=True))


def keep_their_meaning(
    given: Mapping[str, exp.Expr], body: exp.Expr, table_fields: TableFields
) -> bool:
    """Whether the columns of the caller are the same within the body, once it is renamed."""
    columns = (column for value in given.values() for column in value.find_all(exp.Column))
    return all(
        column.table or not is_offered(body, column.name.lower(), table_fields)
        for column in columns
    )


def rename_sources(body: exp.Expr, given: Mapping[str, exp.Expr]) -> bool:
    """Whether each table and array in the body has a name now that no argument has."""
    sources = [*body.find_all(exp.Table), *body.find_all(exp.Subquery)]
    sources = [item for item in sources if isinstance(item.parent, _PLACES)]
    arrays = [item for item in body.find_all(exp.Unnest) if isinstance(item.parent, _PLACES)]
    tables = {item.alias_or_name.lower() for item in sources}
    elements = {name.name.lower() for item in arrays for name in _array_names(item)}
    columns = list(body.find_all(exp.Column))
    is_whole = any(not c.table and c.name.lower() in tables for c in columns)
    if not (sources or arrays) or is_whole or body.find(exp.CTE) is not None:
        return False
    if any(map(_names_a_field, columns)):
        return False
    mark = _unused_mark([body, *given.values()])
    for column in columns:
        _rename_column(column, tables, elements, mark)
    for item in sources:
        renamed = exp.to_identifier(mark + item.alias_or_name.lower(), quoted=True)
        item.set("alias", exp.TableAlias(this=renamed))
    for item in arrays:
        for name in _array_names(item):
            name.replace(exp.to_identifier(mark + name.name.lower(), quoted=True))
    return True


def _names_a_field(column: exp.Column) -> bool:
    """Whether the name of a column becomes that of a field of a struct."""
    parent = column.parent
    return isinstance(parent, exp.Anonymous) and parent.name.upper() == "STRUCT"


def _unused_mark(trees: list[exp.Expr]) -> str:
    """How no name in the trees begins: functions within functions are each renamed."""
    names = {name.name for tree in trees for name in tree.find_all(exp.Identifier)}
    number = 0
    while any(name.startswith(f"@{number}.") for name in names):
        number += 1
    return f"@{number}."


def _array_names(item: exp.Unnest) -> list[exp.Expr]:
    alias, offset = item.args.get("alias"), item.args.get("offset")
    names = list(alias.columns) if alias is not None else []
    return [*names, offset] if isinstance(offset, exp.Identifier) else names


def _rename_column(column: exp.Column, tables: set[str], elements: set[str], mark: str) -> None:
    first = column.parts[0]
    name = first.name
    if not (column.table and name.lower() in tables) and name.lower() not in elements:
        return
    shown = column.name
    first.replace(exp.to_identifier(mark + name.lower(), quoted=True))
    if isinstance(column.parent, exp.Select) and column.arg_key == "expressions":
        column.replace(named(column.copy(), shown))
