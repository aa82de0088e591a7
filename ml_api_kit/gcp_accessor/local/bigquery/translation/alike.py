"""Values of which one is chosen: that BigQuery has one type for them all is checked by DuckDB.

The check is of types alone, so that DuckDB computes it once, when it plans the statement.
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.branches import (
    representative,
    structs_alike,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, text
from ml_api_kit.gcp_accessor.local.bigquery.translation.supertypes import is_constant

# What is looked at stands in the statement once more: a nest of choices must not grow with it.
_MOST_NODES = 60


def alike_check(values: list[exp.Expr], message: str) -> exp.Expr | None:
    """A condition that fails with the message for values of no common type, and is true otherwise.

    In the message `%t` stands for the types. None where nothing can be wrong, or it cannot be told.
    """
    known = [value for value in values if not isinstance(value, exp.Null)]
    looked_at = structs_alike([representative(value) for value in known])
    if len(known) < 2 or _are_plain(known):
        return None
    if any(map(_has_no_type, looked_at)) or not all(map(_is_short, looked_at)):
        _check_written_structs(looked_at)
        return None
    # The type of a column is known at once, that of a struct must be.
    is_quick = all(isinstance(value, exp.Column) for value in known)
    if _is_nested(known[0]) and not is_quick and not any(map(_field_names, known)):
        return None
    types = exp.Array(expressions=[call("typeof", value.copy()) for value in looked_at])
    constants = [exp.Boolean(this=is_constant(value)) for value in known]
    return call("py_check_alike", types, exp.Array(expressions=constants), text(message))


def _check_written_structs(values: list[exp.Expr]) -> None:
    """Refuse a struct beside a value whose fields have, or may have, other names.

    This is for values whose types cannot be asked for, such as queries, which would run once more.
    """
    names = set(map(_field_names, values))
    if len(names) > 1:
        raise unsupported("structs whose fields have other names beside each other")


def _field_names(value: exp.Expr) -> tuple[str, ...] | None:
    """The fields of a struct that is written there, or that a query gives; None for others."""
    select = value.find(exp.Select) if isinstance(value, exp.Query) else None
    if select is not None and select.args.get("kind") == "STRUCT":
        return tuple(column.alias_or_name.lower() for column in select.expressions)
    struct = select.expressions[0].unalias() if select is not None else value
    if not isinstance(struct, exp.Struct):
        return None
    return tuple(member.name.lower() for member in struct.expressions)


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
