"""A BigQuery statement as one that DuckDB answers as BigQuery does.

1. parse it with sqlglot                       `SELECT COUNTIF(x > @p) FROM exams.answers`
2. put in the parameters                       `… COUNTIF(x > 3) …`
3. refuse what is not known to be right        `allowed.py`
4. rewrite node by node                        `COUNT(CASE WHEN x > 3 THEN 1 END)`
5. point tables at their DuckDB schema         `"local:exams"."answers"`
6. name the columns that have no name          `… AS _field_1`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError, UnsupportedError

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import (
    DatasetName,
    TableName,
    table_from_parts,
)
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import SqlReader
from ml_api_kit.gcp_accessor.local.bigquery.translation.allowed import check_allowed
from ml_api_kit.gcp_accessor.local.bigquery.translation.desugar import expand_statement
from ml_api_kit.gcp_accessor.local.bigquery.translation.dialect import BigQueryCalls
from ml_api_kit.gcp_accessor.local.bigquery.translation.nan_joins import part_nan_keys
from ml_api_kit.gcp_accessor.local.bigquery.translation.outer_names import TableFields, common_table
from ml_api_kit.gcp_accessor.local.bigquery.translation.parameters import bind_parameters
from ml_api_kit.gcp_accessor.local.bigquery.translation.recursion import count_iterations
from ml_api_kit.gcp_accessor.local.bigquery.translation.reordered import reordered_values
from ml_api_kit.gcp_accessor.local.bigquery.translation.rewrites import apply_rewrites
from ml_api_kit.gcp_accessor.local.bigquery.translation.set_operations import has_set_operation
from ml_api_kit.gcp_accessor.local.bigquery.translation.sort_keys import put_sort_keys
from ml_api_kit.gcp_accessor.local.bigquery.translation.syntax_faults import syntax_fault
from ml_api_kit.gcp_accessor.local.bigquery.translation.type_rules import has_typed_places

# Its argument, MODEL and a name, is in no grammar here.
_OF_A_MODEL = re.compile(r"\b((?:ML|AI)\.\w+)\s*\(\s*MODEL\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where unqualified names of a statement lead."""

    project: str
    default_dataset: DatasetName | None = None
    temporary: Mapping[str, TableName] = field(default_factory=dict)
    """The temporary tables of a script by their names, which come before all others."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A query or condition in DuckDB's SQL, and what it reads.

    `columns` are the lower-case names of the columns it mentions, or None for all of them. `tree`
    is that of a query; there is no `sql` of it yet where it needs what only the database knows, see
    `Database.resolved`.
    """

    sql: str
    tables: tuple[TableName, ...]
    columns: frozenset[str] | None
    tree: exp.Expr | None = None
    filters: frozenset[str] | None = frozenset()
    """The lower-case names of the columns in its conditions; None where none are asked for."""
    has_typed_places: bool = False
    """Whether the types of its values must be looked at where it is planned, see `type_rules`."""


def parse_statement(sql: str) -> exp.Expr:
    """The tree of the one statement in the text.

    Raises BigQueryError: when it is not SQL, or more than one statement.
    """
    statements = parse_script(sql)
    if len(statements) > 1:
        raise unsupported("scripts of several statements here")
    return statements[0]


def parse_script(sql: str) -> list[exp.Expr]:
    """The trees of the statements in the text, at least one.

    Raises BigQueryError: when it is not SQL, or a statement is not supported.
    """
    if not sql.strip():
        raise SqlReader(sql).error("Unexpected end of script")
    try:
        statements = [tree for tree in sqlglot.parse(sql, read=BigQueryCalls) if tree is not None]
    except (SqlglotError, RecursionError) as error:
        if match := _OF_A_MODEL.search(sql):
            raise unsupported(f"the function {match[1].upper()}") from error
        raise syntax_fault(sql, error) from error
    if not statements:
        raise SqlReader(sql).error("Unexpected end of script")
    trees = []
    for tree in statements:
        if isinstance(tree, (exp.Command, exp.EndStatement)):
            raise unsupported(f"the statement {tree.name.upper() or 'END'}")
        assert isinstance(tree, exp.Expr)
        trees.append(tree)
    return trees


def prepare(tree: exp.Expr, parameters: list[Any]) -> exp.Expr:
    """The tree with its parameters put in, every node of it known to be answered right."""
    bound = bind_parameters(tree, parameters)
    check_allowed(bound)
    return bound


def translate(tree: exp.Expr, scope: Scope, table_fields: TableFields) -> Translation:
    """The DuckDB SQL of a prepared query or statement.

    Raises BigQueryError: when a table's name is incomplete, or DuckDB has no counterpart.
    """
    columns, filters = _mentioned_columns(tree), _filtered_columns(tree)
    expand_statement(tree, table_fields)
    _keep_spelling(tree)
    _name_columns(tree)
    _name_fields(tree)
    fields = list(_fields(tree, table_fields))
    reordered = reordered_values(tree, fields)
    is_typed = has_typed_places(tree, fields)
    part_nan_keys(tree, reordered)
    rewritten = apply_rewrites(put_sort_keys(tree, reordered))
    count_iterations(rewritten)
    tables = tuple(dict.fromkeys(_point_tables(rewritten, scope)))
    if not isinstance(rewritten, exp.Query):
        return Translation(to_duckdb_sql(rewritten), tables, columns, None, filters, is_typed)
    sql = "" if has_set_operation(rewritten) else to_duckdb_sql(rewritten)
    return Translation(sql, tables, columns, rewritten, filters, is_typed)


def to_duckdb_sql(tree: exp.Expr) -> str:
    """The text of a rewritten tree; every name is quoted, so that none is a keyword."""
    try:
        return tree.sql("duckdb", identify=True, unsupported_level=ErrorLevel.RAISE)
    except UnsupportedError as error:
        raise unsupported(str(error).splitlines()[0]) from error
    except RecursionError as error:
        raise unsupported("expressions so deep within each other") from error


def table_name(table: exp.Table, scope: Scope) -> TableName:
    """The table that a node of a statement names."""
    parts = [piece for part in table.parts for piece in part.name.split(".")]
    if any(part.upper() == "INFORMATION_SCHEMA" for part in parts):
        raise unsupported("INFORMATION_SCHEMA")
    if any("*" in part for part in parts):
        raise unsupported("wildcard tables")
    return named_table(parts, scope)


def named_table(parts: list[str], scope: Scope) -> TableName:
    """The table that a dotted name means: a temporary one of the script before all others."""
    if "$" in parts[-1]:
        raise invalid_query(f'Table "{".".join(parts)}" cannot include decorator')
    is_temporary = len(parts) == 1 or [part.upper() for part in parts[:-1]] == ["_SESSION"]
    if is_temporary and parts[-1] in scope.temporary:
        return scope.temporary[parts[-1]]
    return table_from_parts(parts, project=scope.project, default_dataset=scope.default_dataset)


def _point_tables(tree: exp.Expr, scope: Scope) -> Iterator[TableName]:
    for table in list(tree.find_all(exp.Table)):
        if not isinstance(table.this, exp.Identifier) or is_cte(table):
            continue
        if table.meta.get("is_duckdb"):
            continue
        name = table_name(table, scope)
        if not table.alias and isinstance(table.parent, (exp.From, exp.Join)):
            alias = exp.TableAlias(this=exp.to_identifier(name.table, quoted=True))
            table.set("alias", alias)
        table.set("this", exp.to_identifier(name.table, quoted=True))
        table.set("db", exp.to_identifier(str(name.parent), quoted=True))
        table.set("catalog", None)
        yield name


def _fields(tree: exp.Expr, table_fields: TableFields) -> Iterator[Field]:
    """The fields of the tables and views that the statement names."""
    for table in tree.find_all(exp.Table):
        if not table.meta.get("is_duckdb") and not is_cte(table):
            fields = (table_fields(table) or {}).values()
            yield from (field for field in fields if field is not None)


def is_cte(table: exp.Table) -> bool:
    """Whether the name is that of a query of a WITH clause around it."""
    return common_table(table) is not None


def _mentioned_columns(tree: exp.Expr) -> frozenset[str] | None:
    stars = (star for star in tree.find_all(exp.Star) if not isinstance(star.parent, exp.Anonymous))
    if next(stars, None) is not None:
        return None
    # A struct's field reads the column before the dot, so every part of a name counts.
    return frozenset(
        part.name.lower()
        for column in tree.find_all(exp.Column)
        if not column.meta.get("is_passed")
        for part in column.parts
    )


def _filtered_columns(tree: exp.Expr) -> frozenset[str]:
    conditions = [node.this for node in tree.find_all(exp.Where)]
    conditions += [
        node.args["on"] for node in tree.find_all(exp.Join, exp.Merge) if node.args.get("on")
    ]
    return frozenset(
        column.name.lower() for condition in conditions for column in condition.find_all(exp.Column)
    )


def _keep_spelling(tree: exp.Expr) -> None:
    """Name each column of a SELECT as it is written there: DuckDB takes the table's spelling."""
    for select in tree.find_all(exp.Select):
        for item in select.expressions:
            if (field := _field_name(item)) is not None:
                item.replace(exp.alias_(item.copy(), field, quoted=True))
        if select.args.get("from_") is None:
            # Its columns are of a query around it; DuckDB would take them for their own names.
            continue
        if select.args.get("group") is not None and _has_query(select):
            # In these DuckDB would take a group's column for the alias, and not find it.
            _drop_own_aliases(select)
            continue
        for item in select.expressions:
            if isinstance(item, exp.Column) and not item.is_star:
                item.replace(exp.alias_(item.copy(), item.name, quoted=True))


def _has_query(select: exp.Select) -> bool:
    return any(item.find(exp.Query) is not None for item in select.expressions)


def _drop_own_aliases(select: exp.Select) -> None:
    """Leave out the alias of each column that is called like the column."""
    for item in list(select.expressions):
        column = item.unalias()
        is_own = isinstance(item, exp.Alias) and isinstance(column, exp.Column)
        if is_own and column.name.lower() == item.alias.lower():
            item.replace(column.copy())


def _is_star(item: exp.Expr) -> bool:
    """Whether it is all fields of a value, `f(x).*`."""
    return isinstance(item, exp.Dot) and isinstance(item.expression, exp.Star)


def _field_name(item: exp.Expr) -> str | None:
    """The name of the field that is read of a value, which is that of the column."""
    if isinstance(item, exp.ParseJSON):
        # JSON '{}'.a: the tree hangs the path on the text.
        item = item.this
    if isinstance(item, exp.Dot) and isinstance(item.expression, exp.Identifier):
        return item.expression.name
    return None


def _name_columns(tree: exp.Expr) -> None:
    """Name the columns without one of the query, and of queries in it that are read as tables.

    They are called as the fields of a struct that have no name, which a row of them may become.
    """
    for select in tree.find_all(exp.Select):
        if select.args.get("kind") or not _is_table(select):
            continue
        _name_items(select)


def _is_table(select: exp.Select) -> bool:
    """Whether the columns of the SELECT are those of the answer, or of a query in FROM or WITH."""
    node: exp.Expr = select
    while node.parent is not None:
        parent = node.parent
        if isinstance(parent, (exp.CTE, exp.From, exp.Join, exp.Merge)):
            return True
        if not isinstance(parent, (exp.SetOperation, exp.Subquery)) or parent.this is not node:
            return False
        node = parent
    return True


def _name_fields(tree: exp.Expr) -> None:
    """Name the fields of `SELECT AS STRUCT` that have no name, as those of other structs."""
    for select in tree.find_all(exp.Select):
        if select.args.get("kind") == "STRUCT":
            _name_items(select)


def _name_items(select: exp.Select) -> None:
    for position, item in enumerate(list(select.expressions), start=1):
        if _is_nameless(item):
            item.replace(exp.alias_(item.copy(), f"_field_{position}", quoted=True))


def _is_nameless(item: exp.Expr) -> bool:
    if isinstance(item, exp.Subquery):
        return not item.alias
    return not (isinstance(item, (exp.Alias, exp.Column, exp.Star)) or _is_star(item))
