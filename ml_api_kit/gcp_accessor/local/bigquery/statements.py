"""Running one statement: a query, a DML statement, or one that defines something."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.assertions import read_assertion
from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.reading import read_ddl
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import DdlStatement
from ml_api_kit.gcp_accessor.local.bigquery.dml import DML, plan_dml, run_dml
from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.queries import plan_query, run_query
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment
from ml_api_kit.gcp_accessor.local.bigquery.transfers import read_transfer
from ml_api_kit.gcp_accessor.local.bigquery.translation.syntax_faults import check_first_word


def read_definition(fragment: Fragment) -> DdlStatement | None:
    """The statement, when it is none that sqlglot's tree is needed for.

    Raises BigQueryError: when it is wrong, or not supported.
    """
    return read_ddl(fragment) or read_transfer(fragment) or read_assertion(fragment)


def run_sql(context: Context, fragment: Fragment) -> QueryResult:
    """The answer of the one statement in the text.

    Raises BigQueryError: when it is wrong, or not supported by the local BigQuery.
    """
    definition = read_definition(fragment)
    if definition is not None:
        return definition.run(context)
    tree = context.parse(fragment)
    if isinstance(tree, exp.Query):
        return run_query(context, context.translate(tree))
    _check_kind(tree, fragment)
    return run_dml(context, tree)


def dry_run_sql(context: Context, fragment: Fragment) -> QueryResult:
    """The schema of the answer and the bytes that the statement would read.

    Raises BigQueryError: when it is wrong, or not supported by the local BigQuery.
    """
    definition = read_definition(fragment)
    if definition is not None:
        if definition.query is None:
            return QueryResult(definition.statement_type)
        query = context.translate(context.parse(definition.query))
        return plan_query(context, query, definition.statement_type)
    tree = context.parse(fragment)
    if isinstance(tree, exp.Query):
        return plan_query(context, context.translate(tree), "SELECT")
    _check_kind(tree, fragment)
    return plan_dml(context, tree)


def _check_kind(tree: exp.Expr, fragment: Fragment) -> None:
    if not isinstance(tree, tuple(DML)):
        check_first_word(fragment.in_place())
        raise unsupported(f"the statement {tree.key.upper()}")
