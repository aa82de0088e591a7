"""A value where a type is declared: only the coercions that BigQuery does, unlike a CAST."""

from __future__ import annotations

import duckdb
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.fields import legacy_name
from ml_api_kit.gcp_accessor.local.bigquery.tables.assignment import ACCEPTED, constant_as
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import Coercion, call, cast, text
from ml_api_kit.gcp_accessor.local.bigquery.translation.rewrites.casts import (
    STANDARD_NAMES,
    cast_to,
    duckdb_type,
)

NODES = (Coercion,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The value, checked to have a type that the declared one takes, in the declared type."""
    to = node.args["to"]
    name = to.this.name if hasattr(to.this, "name") else str(to.this)
    if name not in STANDARD_NAMES:
        if isinstance(node.this, (exp.Array, exp.Struct, exp.Null)):
            # The elements and fields of a constant are coerced one by one.
            return cast_to(node.this, to, "cast")
        spelled = str(duckdb.sqltype(duckdb_type(to)))
        label = f"Unable to coerce type %t to expected type {to.sql('bigquery')}"
        return call("bq_assign", node.this, text(f"|{spelled}|"), text(label))
    kind = legacy_name(STANDARD_NAMES[name])
    if (constant := constant_as(node.this, kind)) is not None:
        return constant
    label = f"Unable to coerce type %t to expected type {STANDARD_NAMES[name]}"
    checked = call("bq_assign", node.this, text(ACCEPTED[kind]), text(label))
    return cast(checked, duckdb_type(to))
