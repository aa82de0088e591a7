"""`CAST` and `SAFE_CAST`: what fits, how it is rounded and how it is spelled differ by type."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import BIGNUMERIC
from ml_api_kit.gcp_accessor.local.bigquery.translation.computed_once import plain_call
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import (
    call,
    cast,
    literal_text,
    number,
    text,
)

NODES = (exp.Cast, exp.TryCast, exp.ParseJSON)

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
    "BIGDECIMAL": "bignumeric",
    "DATE": "date",
    "TIME": "time",
    "DATETIME": "datetime",
    "TIMESTAMP": "datetime",
    "TIMESTAMPTZ": "timestamp",
    "INTERVAL": "interval",
}


_EXACT = ("numeric", "bignumeric")
_FORMATTED = ("string", "bytes", "date", "time", "datetime", "timestamp")

STANDARD_NAMES = {name: macro.upper() for name, macro in _MACROS.items()} | {
    "JSON": "JSON",
    "GEOGRAPHY": "GEOGRAPHY",
}
"""sqlglot's name of each scalar type, with BigQuery's."""

_DUCKDB_NAMES = {
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "bool": "BOOLEAN",
    "string": "VARCHAR",
    "bytes": "BLOB",
    "numeric": "DECIMAL(38, 9)",
    "bignumeric": BIGNUMERIC,
    "date": "DATE",
    "time": "TIME",
    "datetime": "TIMESTAMP",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "interval": "INTERVAL",
}


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call of the macro for the target type."""
    if isinstance(node, exp.ParseJSON):
        return _json_literal(node)
    if node.args.get("format") is not None:
        return _formatted(node)
    if node.meta.get("is_constructor"):
        from ml_api_kit.gcp_accessor.local.bigquery.translation.rewrites.coercions import (
            constructed,
        )

        return constructed(node)
    kind = "try" if isinstance(node, exp.TryCast) else "cast"
    return cast_to(node.this, node.args["to"], kind)


def cast_to(value: exp.Expr, to: exp.Expr, kind: str) -> exp.Expr:
    """The value cast to the type, element by element and field by field; `kind` is cast or try."""
    name = to.this.name if hasattr(to.this, "name") else str(to.this)
    if name == "ARRAY":
        return _cast_array(value, to, kind)
    if name == "STRUCT":
        return _cast_struct(value, to, kind)
    if name == "RANGE":
        return _cast_range(value, to, kind)
    if name in ("GEOGRAPHY", "JSON") and isinstance(value, exp.Null):
        return cast(value, duckdb_type(to))
    if name not in _MACROS:
        raise unsupported(f"CAST to {to.sql('bigquery')}")
    macro = _MACROS[name]
    constant = value.meta.get("number")
    if constant is not None and not value.meta.get("is_whole") and macro in _EXACT:
        # 0.1 is the number as it is written, not the FLOAT64 nearest to it.
        value = text(str(constant))
    return _fitted(call(f"bq_{kind}_{macro}", value), to, macro)


def _fitted(value: exp.Expr, to: exp.Expr, macro: str) -> exp.Expr:
    """The value held to the parameters of its type, such as those of `NUMERIC(5, 2)`."""
    sizes = [int(parameter.name) for parameter in to.expressions]
    if not sizes:
        return value
    if macro in _EXACT and len(sizes) <= 2:
        precision, scale = [*sizes, 0][:2]
        return call(f"py_fit_{macro}", value, number(precision), number(scale), number(len(sizes)))
    if macro in ("string", "bytes") and len(sizes) == 1:
        return call("bq_fit_length", value, number(sizes[0]))
    raise unsupported(f"CAST to {to.sql('bigquery')}")


def duckdb_type(to: exp.Expr) -> str:
    """The DuckDB type that holds values of a BigQuery type of the tree."""
    name = to.this.name if hasattr(to.this, "name") else str(to.this)
    if name == "ARRAY":
        return f"{duckdb_type(to.expressions[0])}[]"
    if name == "STRUCT":
        fields = [
            (field.name, field.args["kind"]) if isinstance(field, exp.ColumnDef) else ("", field)
            for field in to.expressions
        ]
        inner = ", ".join(
            f'"{field or f"_field_{position}"}" {duckdb_type(kind)}'
            for position, (field, kind) in enumerate(fields, start=1)
        )
        return f"STRUCT({inner})"
    if name == "RANGE":
        element = duckdb_type(to.expressions[0])
        return f'STRUCT("@range_start" {element}, "@range_end" {element})'
    if name in ("JSON", "GEOGRAPHY"):
        return "JSON" if name == "JSON" else "GEOMETRY"
    if name not in _MACROS:
        raise unsupported(f"the type {to.sql('bigquery')}")
    return _DUCKDB_NAMES[_MACROS[name]]


def _cast_array(value: exp.Expr, to: exp.Expr, kind: str) -> exp.Expr:
    element = to.expressions[0]
    if isinstance(value, exp.Array) and not (
        len(value.expressions) == 1 and isinstance(value.expressions[0], exp.Query)
    ):
        items = [cast_to(item.copy(), element, kind) for item in value.expressions]
        return cast(exp.Array(expressions=items), duckdb_type(to))
    if isinstance(value, exp.Null):
        return cast(value, duckdb_type(to))
    if kind == "try":
        raise unsupported(f"SAFE_CAST to {to.sql('bigquery')}")
    item = exp.to_identifier("item")
    body = cast_to(exp.column("item"), element, kind)
    each = exp.Lambda(this=body, expressions=[item])
    return cast(call("list_transform", value, each), duckdb_type(to))


def _cast_struct(value: exp.Expr, to: exp.Expr, kind: str) -> exp.Expr:
    if isinstance(value, exp.Null):
        return cast(value, duckdb_type(to))
    if not isinstance(value, (exp.Struct, exp.Tuple)):
        return _cast_fields(value, to, kind)
    if len(value.expressions) != len(to.expressions):
        raise invalid_query("STRUCT type has a different number of fields than its values")
    members = []
    for position, (item, field) in enumerate(
        zip(value.expressions, to.expressions, strict=True), start=1
    ):
        inner = item.expression if isinstance(item, exp.PropertyEQ) else item
        name = field.name if isinstance(field, exp.ColumnDef) else f"_field_{position}"
        target = field.args["kind"] if isinstance(field, exp.ColumnDef) else field
        members.append(
            exp.PropertyEQ(
                this=exp.to_identifier(name, quoted=True),
                expression=cast_to(inner.copy(), target, kind),
            )
        )
    return exp.Struct(expressions=members)


def _cast_fields(value: exp.Expr, to: exp.Expr, kind: str) -> exp.Expr:
    """A struct that is not written there, field by field."""
    if kind == "try" or value.find(exp.Query) is not None:
        raise unsupported(f"CAST to {to.sql('bigquery')}")
    fields = [
        call("struct_extract_at", value.copy(), number(place))
        for place in range(1, len(to.expressions) + 1)
    ]
    members = [exp.PropertyEQ(this=exp.to_identifier("f"), expression=field) for field in fields]
    struct = _cast_struct(exp.Struct(expressions=members), to, kind)
    has_fields = call(
        "py_check_field_count",
        call("typeof", value.copy()),
        number(len(fields)),
        text(to.sql("bigquery")),
    )
    is_there = exp.And(this=has_fields, expression=exp.Not(this=exp.Is(
        this=exp.Paren(this=value.copy()), expression=exp.null())))  # fmt: skip
    return exp.Case(ifs=[exp.If(this=is_there, true=struct)])


def _cast_range(value: exp.Expr, to: exp.Expr, kind: str) -> exp.Expr:
    if not to.expressions:
        raise invalid_query('Syntax error: Expected "<" behind RANGE')
    if isinstance(value, exp.Null):
        return cast(value, duckdb_type(to))
    spelled = literal_text(value)
    element = to.expressions[0].this.name
    if element not in _MACROS:
        raise unsupported(f"CAST to {to.sql('bigquery')}")
    if spelled is None:
        return call(f"bq_cast_range_{_MACROS[element]}", value)
    inner = spelled.strip()
    bounds = [part.strip() for part in inner[1:-1].split(",")]
    if not (inner.startswith("[") and inner.endswith(")") and len(bounds) == 2):
        raise invalid_query(f"Invalid RANGE literal: {spelled}")
    ends = [
        cast(exp.null(), _DUCKDB_NAMES[_MACROS[element]])
        if bound.upper() in ("UNBOUNDED", "NULL")
        else call(f"bq_{kind}_{_MACROS[element]}", text(bound))
        for bound in bounds
    ]
    return call("bq_range", *ends)


def _formatted(node: exp.Expr) -> exp.Expr:
    form = node.args["format"]
    zone: exp.Expr = text("UTC")
    if isinstance(form, exp.AtTimeZone):
        form, zone = form.this, form.args["zone"]
    name = node.args["to"].this.name
    if _MACROS.get(name) not in _FORMATTED:
        raise unsupported(f"CAST to {node.args['to'].sql('bigquery')} with FORMAT")
    safe = "safe_" if isinstance(node, exp.TryCast) else ""
    return call(f"{safe}bq_cast_{_MACROS[name]}_format", node.this, form.copy(), zone.copy())


def _json_literal(node: exp.Expr) -> exp.Expr:
    # JSON '{}'.a: the tree hangs the path on the text.
    steps = []
    value = plain_call(node.this)
    while isinstance(value, (exp.Dot, exp.Bracket)) or (
        isinstance(value, exp.Anonymous) and value.name in ("bq_subscript", "bq_element")
    ):
        if isinstance(value, exp.Anonymous):
            steps.append(value.expressions[1])
            value = value.expressions[0]
        elif isinstance(value, exp.Dot):
            steps.append(text(value.expression.name))
            value = value.this
        else:
            raise unsupported(node.sql("bigquery")[:60])
        value = plain_call(value)
    result = call("bq_parse_json", value.copy())
    for step in reversed(steps):
        result = call("bq_subscript", result, step.copy())
    return result
