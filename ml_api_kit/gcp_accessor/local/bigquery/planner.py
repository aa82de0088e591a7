"""Queries as DuckDB plans them: their columns and types, and what is wrong in them.

1. the tables that they read are there, and filtered where they must be
2. set operations have one type for each column        `SELECT 1 UNION ALL SELECT 2.5`
3. DuckDB plans the query, with the values beside a BIGNUMERIC as such
4. no value is where BigQuery takes none of its type   `ORDER BY [1, 2]`
5. each column has the one type of its BigQuery type, and a name
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import duckdb
from duckdb import DuckDBPyConnection, DuckDBPyRelation
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, not_found
from ml_api_kit.gcp_accessor.local.bigquery.faults import is_beside_bignumeric
from ml_api_kit.gcp_accessor.local.bigquery.fields import (
    Field,
    check_name,
    duckdb_type,
    fields_from_duckdb,
    is_nameless,
)
from ml_api_kit.gcp_accessor.local.bigquery.names import quote
from ml_api_kit.gcp_accessor.local.bigquery.tables.assignment import canonical_sql
from ml_api_kit.gcp_accessor.local.bigquery.tables.catalog import Catalog
from ml_api_kit.gcp_accessor.local.bigquery.tables.partitions import check_filter
from ml_api_kit.gcp_accessor.local.bigquery.tables.view_bases import missing_base
from ml_api_kit.gcp_accessor.local.bigquery.translation.aligned_structs import aligned
from ml_api_kit.gcp_accessor.local.bigquery.translation.call_rules import check_calls, may_leave_out
from ml_api_kit.gcp_accessor.local.bigquery.translation.diagnosis import explained
from ml_api_kit.gcp_accessor.local.bigquery.translation.repeated_columns import (
    check_repeated_columns,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.set_operations import reconcile
from ml_api_kit.gcp_accessor.local.bigquery.translation.translate import Translation, to_duckdb_sql
from ml_api_kit.gcp_accessor.local.bigquery.translation.type_rules import check_types
from ml_api_kit.gcp_accessor.local.bigquery.translation.widening import (
    has_choices,
    widen_beside_bignumeric,
)


class Planner:
    """Plans queries over the tables of a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        """Look tables up in the catalog."""
        self._catalog = catalog

    def relation(
        self, cursor: DuckDBPyConnection, query: Translation, *, is_run: bool = True
    ) -> tuple[str, DuckDBPyRelation]:
        """The query in DuckDB's SQL, and as DuckDB plans it, with its columns and their types.

        What fails when a query is run is looked for in one that is not, or not as a whole.

        Raises BigQueryError: 404, when a table that it reads is not there; 400, for a name in it
            that is not, or a function that has no form for its types.
        """
        self.check_tables(cursor, query)
        query = self._resolved(cursor, query)
        try:
            query, relation = _bound(cursor, query)
            if query.tree is not None and (not is_run or may_leave_out(query.tree)):
                check_calls(query.tree, cursor)
            return query.sql, relation
        except duckdb.CatalogException as error:
            base = missing_base(cursor, self._catalog, query.tables)
            if base is None:
                raise
            raise not_found(f"Table {base}") from error

    def check_tables(self, cursor: DuckDBPyConnection, query: Translation) -> None:
        """Nothing, when the tables that a statement reads are there, and filtered where they must.

        Raises BigQueryError: 404, when one is not there; 400, for a table that asks for a filter
            over its partitions and has none.
        """
        for name in query.tables:
            resource = self._catalog.table(cursor, name)
            # A view that is made reads nothing yet.
            if query.filters is not None:
                check_filter(name, resource, query.filters)

    def select_sql(
        self,
        cursor: DuckDBPyConnection,
        query: Translation,
        *,
        made: str | None = None,
        is_run: bool = True,
    ) -> tuple[str, list[Field]]:
        """The query with each column in the one type of its BigQuery type, and its fields.

        Raises BigQueryError: when a name of a column is wrong; when it has none, and a table or
            view is `made` of the query.
        """
        sql, relation = self.relation(cursor, query, is_run=is_run)
        if made is not None:
            _check_named(relation.columns, made)
        fields = fields_from_duckdb(_shown_names(relation.columns), relation.types)
        _refuse_duplicates(fields)
        for item in fields:
            check_name(item["name"], reason="invalidQuery")
        columns = ", ".join(canonical_sql(item, duckdb_type(item)) for item in fields)
        names = ", ".join(quote(item["name"]) for item in fields)
        return f"SELECT {columns} FROM ({sql}) AS answer({names})", fields

    def _resolved(self, cursor: DuckDBPyConnection, query: Translation) -> Translation:
        """The query with its text, for which the types of its set operations are looked up."""
        if query.sql or query.tree is None:
            return query
        tree = reconcile(query.tree, cursor)
        return replace(query, sql=to_duckdb_sql(tree), tree=tree)


def _bound(cursor: DuckDBPyConnection, query: Translation) -> tuple[Translation, DuckDBPyRelation]:
    """The query with numbers beside each other in one type, and its relation.

    Raises BigQueryError: when a name in it is not there, a function has no form for its types, or
        a value is where BigQuery takes none of its type.
    """
    try:
        relation = cursor.sql(query.sql)
        if query.tree is not None and query.has_typed_places:
            alike = aligned(query.tree, cursor)
            if alike is not None:
                return _bound(cursor, replace(query, sql=to_duckdb_sql(alike), tree=alike))
        if query.tree is not None and (wider := _widened(cursor, query.tree, is_planned=True)):
            return _bound(cursor, replace(query, sql=to_duckdb_sql(wider), tree=wider))
    except duckdb.BinderException as error:
        if query.tree is not None and is_beside_bignumeric(error):
            wider = _widened(cursor, query.tree, is_planned=False)
            if wider is not None:
                return _bound(cursor, replace(query, sql=to_duckdb_sql(wider), tree=wider))
        found = explained(query.tree, cursor, error) if query.tree is not None else None
        if found is None:
            raise
        raise found from error
    if query.tree is not None:
        check_repeated_columns(query.tree, cursor)
        if query.has_typed_places:
            check_types(query.tree, cursor)
    return query, relation


def _widened(cursor: DuckDBPyConnection, tree: exp.Expr, *, is_planned: bool) -> exp.Expr | None:
    """The tree with numbers beside a BIGNUMERIC as BIGNUMERIC; None where none are."""
    if not has_choices(tree, is_planned=is_planned):
        return None
    copied = tree.copy()
    return copied if widen_beside_bignumeric(copied, cursor, is_planned=is_planned) else None


def _shown_names(names: Sequence[str]) -> list[str]:
    """The names with `f0_`, `f1_` and so on for columns that have none."""
    numbers = count()
    return [f"f{next(numbers)}_" if is_nameless(name) else name for name in names]


def _check_named(names: Sequence[str], made: str) -> None:
    for place, name in enumerate(names, start=1):
        if is_nameless(name):
            raise invalid_query(
                f"CREATE {made} columns must be named, but column {place} has no name"
            )
        if name.lower() in (other.lower() for other in names[: place - 1]):
            raise invalid_query(f"CREATE {made} has columns with duplicate name {name}")


def _refuse_duplicates(fields: list[Field]) -> None:
    names = [item["name"].lower() for item in fields]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise invalid_query(
            "Duplicate column names in the result are not supported. Found duplicate(s): "
            f"{', '.join(repeated)}"
        )
