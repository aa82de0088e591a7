"""`CAST` and `SAFE_CAST`: what fits, how it is rounded and how it is spelled differ by type."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call

NODES = (exp.Cast, exp.TryCast)

_MACROS = {
    "BIGINT": "int64",
    "INT": "int64",
    "SMALLINT": "int64",
    "TINYINT": "int64",
    "DOUBLE": "float64",
    "BOOLEAN": "bool",
    "TEXT": "string",
    "VARCHAR": "string",
    "BINARY": "bytes",
    "VARBINARY": "bytes",
    "DECIMAL": "numeric",
    "DATE": "date",
    "TIME": "time",
    "DATETIME": "datetime",
    "TIMESTAMP": "datetime",
    "TIMESTAMPTZ": "timestamp",
}


STANDARD_NAMES = {name: macro.upper() for name, macro in _MACROS.items()} | {"JSON": "JSON"}
"""sqlglot's name of each scalar type, with BigQuery's."""


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call of the macro for the target type; arrays and structs are left to DuckDB."""
    to = node.args["to"]
    name = to.this.name if hasattr(to.this, "name") else str(to.this)
    if name in ("ARRAY", "STRUCT") and type(node) is exp.Cast:
        if any(kind.is_type("decimal", "bigdecimal") for kind in to.find_all(exp.DataType)):
            # DuckDB's DECIMAL has three digits after the point, BigQuery's NUMERIC nine.
            raise unsupported(f"CAST to {to.sql('bigquery')}")
        return node
    if name not in _MACROS or to.expressions:
        raise unsupported(f"CAST to {to.sql('bigquery')}")
    kind = "try" if isinstance(node, exp.TryCast) else "cast"
    return call(f"bq_{kind}_{_MACROS[name]}", node.this)
