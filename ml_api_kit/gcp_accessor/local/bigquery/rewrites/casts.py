"""`CAST` and `SAFE_CAST`: what fits, how it is rounded and how it is spelled differ by type."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, cast, literal_text, text

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
    if _MACROS[name] == "float64" and _is_nan(node.this):
        return _nan(node)
    kind = "try" if isinstance(node, exp.TryCast) else "cast"
    return call(f"bq_{kind}_{_MACROS[name]}", node.this)


# NaN equals nothing in BigQuery; in DuckDB it equals itself and is the greatest number.
_COMPARING = (
    exp.Predicate,
    exp.Case,
    exp.Distinct,
    exp.Except,
    exp.Greatest,
    exp.Group,
    exp.Intersect,
    exp.Join,
    exp.Least,
    exp.Max,
    exp.Min,
    exp.Nullif,
    exp.Order,
    exp.Window,
)


def _is_nan(value: exp.Expr) -> bool:
    return (literal_text(value) or "").strip().lower() in ("nan", "+nan", "-nan")


def _nan(node: exp.Expr) -> exp.Expr:
    root = node.root()
    if not isinstance(root, exp.Query) or root.find(*_COMPARING) is not None:
        raise unsupported("NaN in a statement that compares or stores")
    return cast(text("NaN"), "DOUBLE")
