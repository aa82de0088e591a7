"""`a[OFFSET(0)]` and its like: an error or NULL beyond the ends, never the wrong element."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.computed_once import plain_call
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, literal_text, number

NODES = (exp.Bracket,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call of the macro with the position counted from one; a bare `[0]` may be of JSON."""
    start = node.args.get("offset")
    if len(node.expressions) != 1:
        raise unsupported(node.sql("bigquery")[:60])
    position = node.expressions[0]
    if start is None:
        name = "bq_subscript" if literal_text(position) is not None or _is_json(node.this) else ""
        return call(name or "bq_element", node.this, position)
    place = call("bq_add", position, number(1)) if start == 0 else call("bq_whole", position)
    return call("bq_safe_at" if node.args.get("safe") else "bq_at", node.this, place)


def _is_json(node: exp.Expr) -> bool:
    made = ("bq_parse_json", "bq_subscript", "bq_to_json", "bq_json_array", "bq_json_object")
    return isinstance(node, exp.Anonymous) and plain_call(node).name.lower() in made
