"""Values in the type that several of them have together, such as the columns of a UNION."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import BIGNUMERIC, Kind
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, cast, literal_text, text

_DUCKDB_NAMES = {
    "INT64": "BIGINT",
    "FLOAT64": "DOUBLE",
    "BOOL": "BOOLEAN",
    "STRING": "VARCHAR",
    "BYTES": "BLOB",
    "NUMERIC": "DECIMAL(38, 9)",
    "BIGNUMERIC": BIGNUMERIC,
    "DATETIME": "TIMESTAMP",
    "GEOGRAPHY": "GEOMETRY",
    "TIMESTAMP": "TIMESTAMP WITH TIME ZONE",
}


def duckdb_type(kind: Kind) -> str:
    """The DuckDB type that holds values of the type."""
    if kind.name == "ARRAY":
        return f"{duckdb_type(kind.element)}[]"
    if kind.fields:
        inner = (f'"{name}" {duckdb_type(field)}' for name, field in named_fields(kind))
        return f"STRUCT({', '.join(inner)})"
    return _DUCKDB_NAMES.get(kind.name, "INTEGER" if kind.name == "NULL" else kind.name)


def named_fields(kind: Kind) -> list[tuple[str, Kind]]:
    """The fields of a struct with the names that DuckDB has for them."""
    return [
        (name or f"_field_{position}", field)
        for position, (name, field) in enumerate(kind.fields, start=1)
    ]


def coerced(value: exp.Expr, kind: Kind, target: Kind) -> exp.Expr:
    """The value in the other type; the fields of structs go by their place, not their name."""
    if isinstance(value, exp.Null) or kind.name == "NULL":
        return value if target.name == "NULL" else cast(value, duckdb_type(target))
    if kind == target:
        return value
    if target.name == "ARRAY":
        return _coerced_array(value, kind, target)
    if target.fields and not target.name.startswith("RANGE"):
        return _coerced_struct(value, kind, target)
    constant = value.meta.get("number")
    if constant is not None and target.name == "NUMERIC":
        return call("py_text_to_numeric", text(str(constant)))
    if constant is not None and target.name == "BIGNUMERIC":
        return call("py_text_to_bignumeric", text(str(constant)))
    return call(f"bq_cast_{target.name.lower()}", value)


def _coerced_array(value: exp.Expr, kind: Kind, target: Kind) -> exp.Expr:
    element = kind.element
    if isinstance(value, exp.Array) and not value.find(exp.Query):
        items = [coerced(item.copy(), element, target.element) for item in value.expressions]
        return cast(exp.Array(expressions=items), duckdb_type(target))
    item = exp.column("item")
    body = coerced(item, element, target.element)
    each = exp.Lambda(this=body, expressions=[exp.to_identifier("item")])
    return call("list_transform", value, each)


def _coerced_struct(value: exp.Expr, kind: Kind, target: Kind) -> exp.Expr:
    members = []
    pairs = zip(named_fields(kind), named_fields(target), strict=True)
    for position, ((name, field), (new_name, new_field)) in enumerate(pairs):
        if isinstance(value, exp.Struct):
            inner = value.expressions[position].expression.copy()
        else:
            inner = call("struct_extract", value.copy(), text(name))
        member = coerced(inner, field, new_field)
        members.append(
            exp.PropertyEQ(this=exp.to_identifier(new_name, quoted=True), expression=member)
        )
    struct = exp.Struct(expressions=members)
    if isinstance(value, exp.Struct):
        return struct
    is_null = exp.Is(this=value.copy(), expression=exp.null())
    return exp.Case(ifs=[exp.If(this=is_null, true=exp.null())], default=struct)


def is_constant(node: exp.Expr) -> bool:
    """Whether the node is written as a constant, of which arrays and structs may be made."""
    if isinstance(node, (exp.Array, exp.Struct)):
        members = (m.expression if isinstance(m, exp.PropertyEQ) else m for m in node.expressions)
        return all(map(is_constant, members))
    is_number = node.meta.get("number") is not None
    return is_number or literal_text(node) is not None or isinstance(node, exp.Null)
