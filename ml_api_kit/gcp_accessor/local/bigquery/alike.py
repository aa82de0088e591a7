"""Values of which one is chosen: that BigQuery has one type for them all is checked by DuckDB.

The check is of types alone, so that DuckDB computes it once, when it plans the statement.
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.branches import representative
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, text
from ml_api_kit.gcp_accessor.local.bigquery.supertypes import is_constant

# What is looked at stands in the statement once more: a nest of choices must not grow with it.
_MOST_NODES = 60


def alike_check(values: list[exp.Expr], message: str) -> exp.Expr | None:
    """A condition that fails with the message for values of no common type, and is true otherwise.

    In the message `%t` stands for the types. None where nothing can be wrong, or it cannot be told.
    """
    known = [value for value in values if not isinstance(value, exp.Null)]
    looked_at = [representative(value) for value in known]
    if not known or _is_nested(known[0]):
        return None
    if len(known) < 2 or _are_plain(known) or not all(map(_is_short, looked_at)):
        return None
    if any(map(_has_no_type, looked_at)):
        return None
    types = exp.Array(expressions=[call("typeof", value.copy()) for value in looked_at])
    constants = [exp.Boolean(this=is_constant(value)) for value in known]
    return call("py_check_alike", types, exp.Array(expressions=constants), text(message))


def _is_nested(value: exp.Expr) -> bool:
    """Whether the choice that the value is of is within another, which DuckDB looks at often."""
    ancestor = value.parent.parent if value.parent is not None else None
    while ancestor is not None and not isinstance(ancestor, exp.Query):
        if isinstance(ancestor, exp.Case) and value.parent not in ancestor.args["ifs"]:
            return True
        if isinstance(ancestor, exp.If) and not isinstance(ancestor.parent, exp.Case):
            return True
        ancestor = ancestor.parent
    return False


def _are_plain(values: list[exp.Expr]) -> bool:
    """Whether all are numbers, or all texts, as they are written."""
    is_number = [value.meta.get("number") is not None for value in values]
    is_text = [isinstance(value, exp.Literal) and bool(value.is_string) for value in values]
    return all(is_number) or all(is_text)


def _has_no_type(value: exp.Expr) -> bool:
    """Whether the type cannot be asked for without computing the value, or a second time."""
    if value.find(exp.Query, exp.Window) is not None:
        return True
    return any(call.name.lower() == "bq_error" for call in value.find_all(exp.Anonymous))


def _is_short(value: exp.Expr) -> bool:
    return sum(1 for _ in value.walk()) <= _MOST_NODES
