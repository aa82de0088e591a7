"""A variable of a script: DuckDB's own variable of the session, with its type."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import Variable, text
from ml_api_kit.gcp_accessor.local.bigquery.translation.parameters import duckdb_cast

NODES = (Variable,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The value of the variable at this point of the script."""
    value = exp.Anonymous(this="getvariable", expressions=[text(str(node.args["slot"]))])
    return duckdb_cast(value, str(node.args["duckdb_type"]))
