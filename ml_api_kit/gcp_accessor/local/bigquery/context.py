"""What a statement runs in: the database, the request it is part of, and the script around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.information_schema import read_information_schema
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName, RoutineName, TableName
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.script_state import ScriptState, bind_variables
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment
from ml_api_kit.gcp_accessor.local.bigquery.translation.allowed import check_allowed
from ml_api_kit.gcp_accessor.local.bigquery.translation.desugar import replace_paths
from ml_api_kit.gcp_accessor.local.bigquery.translation.dialect import BigQueryCalls
from ml_api_kit.gcp_accessor.local.bigquery.translation.named_windows import spell_out_windows
from ml_api_kit.gcp_accessor.local.bigquery.translation.null_columns import type_null_columns
from ml_api_kit.gcp_accessor.local.bigquery.translation.outer_names import Fields, outer_columns
from ml_api_kit.gcp_accessor.local.bigquery.translation.parameters import bind_parameters
from ml_api_kit.gcp_accessor.local.bigquery.translation.pseudo_columns import (
    put_pseudo_columns,
    refuse_pseudo_columns,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.recursion import order_queries
from ml_api_kit.gcp_accessor.local.bigquery.translation.routines import (
    inline_functions,
    with_fields,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.select_rules import check_selects
from ml_api_kit.gcp_accessor.local.bigquery.translation.statement_tables import StatementTables
from ml_api_kit.gcp_accessor.local.bigquery.translation.system_variables import put_system_variables
from ml_api_kit.gcp_accessor.local.bigquery.translation.table_samples import read_samples
from ml_api_kit.gcp_accessor.local.bigquery.translation.translate import (
    Scope,
    Translation,
    named_table,
    parse_statement,
    translate,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.wildcards import (
    put_wildcard,
    wildcard_parts,
)


def shorten_columns(tree: exp.Expr) -> None:
    """Take the dataset out of `d.t.x`, which is the column of a table `d.t` of the statement."""
    tables = {
        (table.db.lower(), table.name.lower())
        for table in tree.find_all(exp.Table)
        if table.db and not table.alias
    }
    for column in tree.find_all(exp.Column):
        parts = [part.name.lower() for part in column.parts]
        if len(parts) > 2 and (parts[0], parts[1]) in tables:
            column.set("db" if len(parts) == 3 else "catalog", None)


@dataclass(frozen=True, slots=True)
class Context:
    """The database, the request and the state of the script that a statement belongs to."""

    database: Database
    request: QueryRequest
    state: ScriptState

    @property
    def scope(self) -> Scope:
        """Where names without a dataset lead."""
        request = self.request
        temporary = {**self.state.tables, **request.tables}
        return Scope(request.project, request.default_dataset, temporary)

    def lasting(self) -> Context:
        """The context of what outlives the script: it knows nothing of it, and no parameters."""
        request = replace(self.request, parameters=[], tables={})
        return Context(self.database, request, ScriptState())

    def without_variables(self) -> Context:
        """The context within a function, which knows no variables of the script."""
        return replace(self, state=replace(self.state, variables={}))

    def table(self, path: list[str]) -> TableName:
        """The table that a dotted name means."""
        return named_table(path, self.scope)

    def dataset(self, path: list[str]) -> DatasetName:
        """The dataset that a dotted name means.

        Raises BigQueryError: when it has too many parts.
        """
        if not 1 <= len(path) <= 2:
            raise invalid_query(f"Invalid dataset name: {'.'.join(path)}")
        return DatasetName(path[0] if len(path) == 2 else self.request.project, path[-1])

    def routine(self, path: list[str]) -> RoutineName:
        """The routine that a dotted name means.

        Raises BigQueryError: when a dataset is missing, or the name has too many parts.
        """
        name = ".".join(path)
        if len(path) == 1 and self.request.default_dataset is not None:
            parent = self.request.default_dataset
        elif 2 <= len(path) <= 3:
            parent = self.dataset(path[:-1])
        else:
            raise invalid_query(
                f'Routine name "{name}" missing dataset while no default dataset is set'
            )
        return RoutineName(parent.project, parent.dataset, path[-1])

    def parse(self, fragment: Fragment) -> exp.Expr:
        """The tree of a statement with its parameters put in."""
        return self._bound(parse_statement(fragment.in_place()), fragment)

    def parse_expression(self, fragment: Fragment) -> exp.Expr:
        """The tree of an expression with its parameters put in.

        Raises BigQueryError: when it is none.
        """
        try:
            tree = sqlglot.parse_one(fragment.in_place(), into=exp.Condition, read=BigQueryCalls)
        except SqlglotError as error:
            place = f"[{fragment.line}:{fragment.column}]"
            raise invalid_query(f"Syntax error: Unexpected expression at {place}") from error
        return self._bound(tree, fragment)

    def _bound(self, tree: exp.Expr, fragment: Fragment) -> exp.Expr:
        parameters = self.request.parameters
        named = [p for p in parameters if isinstance(p, dict) and p.get("name")]
        others = [p for p in parameters if not isinstance(p, dict) or not p.get("name")]
        tree = put_system_variables(tree, self.request, self.state)
        if self.state.using is not None:
            return bind_variables(tree, self.state.using, fragment.mark_count)
        return bind_parameters(tree, [*named, *others[fragment.mark_count :]])

    def expand(self, tree: exp.Expr) -> exp.Expr:
        """The tree with variables, functions and INFORMATION_SCHEMA in terms of tables.

        Raises BigQueryError: when a part of it is not known to be answered right.
        """
        return self._expanded(tree, StatementTables(self.database, self.scope))

    def _expanded(self, tree: exp.Expr, tables: StatementTables) -> exp.Expr:
        order_queries(tree)
        spell_out_windows(tree)
        check_selects(tree)
        type_null_columns(tree)
        shorten_columns(tree)
        replace_paths(tree)
        read_samples(tree)
        tree = self._with_wildcards(tree)
        refuse_pseudo_columns(tree)
        tree = self._with_variables(tree, tables)
        tree = inline_functions(tree, self.find_routine, tables.fields)
        put_pseudo_columns(tree, tables.resource)
        with self.database.reading() as cursor:
            read_information_schema(tree, self.database, cursor, self.request)
        check_allowed(tree)
        return tree

    def translate(self, tree: exp.Expr) -> Translation:
        """The DuckDB SQL of a tree that was parsed here."""
        tables = StatementTables(self.database, self.scope)
        return translate(self._expanded(tree, tables), self.scope, tables.fields)

    def translate_expanded(self, tree: exp.Expr) -> Translation:
        """The DuckDB SQL of a tree that was expanded here; the tree itself is changed too."""
        return translate(tree, self.scope, StatementTables(self.database, self.scope).fields)

    def _with_wildcards(self, tree: exp.Expr) -> exp.Expr:
        root = exp.Paren(this=tree)
        catalog = self.database.catalog
        for table in list(root.find_all(exp.Table)):
            parts = wildcard_parts(table)
            if parts is None:
                continue
            prefix = self.table([*parts[:-1], parts[-1].removesuffix("*")])
            with self.database.reading() as cursor:
                catalog.dataset(cursor, prefix.parent)
                found = [
                    resource
                    for resource in catalog.rows.tables(cursor, prefix.parent)
                    if resource["tableReference"]["tableId"].startswith(prefix.table)
                ]
            put_wildcard(table, prefix, found)
        result: exp.Expr = root.this
        result.pop()
        return result

    def _with_variables(self, tree: exp.Expr, tables: StatementTables) -> exp.Expr:
        variables = self.state.variables
        if not variables:
            return tree
        root = exp.Paren(this=tree)
        fields: Fields = {name: variable.field for name, variable in variables.items()}
        for column in outer_columns(root, fields, tables.fields):
            variable = variables[column.parts[0].name.lower()]
            value = variable.to_node()
            is_whole = len(column.parts) == 1
            column.replace(value if is_whole else with_fields(value, column))
        result: exp.Expr = root.this
        result.pop()
        return result

    def find_routine(self, path: list[str]) -> Mapping[str, Any] | None:
        """The routine that a dotted name means in this script; None for no such name.

        Raises BigQueryError: when the name has a dataset, and no routine.
        """
        if len(path) == 1 and (known := self.state.functions.get(path[0].lower())) is not None:
            return known
        if len(path) == 1:
            return None
        name = self.routine(path)
        with self.database.reading() as cursor:
            found = self.database.catalog.routines.find(cursor, name)
        if found is None or found.get("routineType") == "PROCEDURE":
            raise invalid_query(f"Function not found: {'.'.join(path)}")
        return found
