"""`x IN (SELECT …)`, `JOIN … USING (k)` and the like: what is compared must be comparable.

DuckDB casts one to the other, such as a text to a number, where BigQuery has no such comparison.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import Kind, kind_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import Refusal
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.supertype import Typed, supertype
from ml_api_kit.gcp_accessor.local.bigquery.translation.computed_once import given_arguments
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import own_nodes
from ml_api_kit.gcp_accessor.local.bigquery.translation.scoped_types import types_here
from ml_api_kit.gcp_accessor.local.bigquery.translation.standalone import in_place_of
from ml_api_kit.gcp_accessor.local.bigquery.translation.supertypes import is_constant

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NUMBERS = ("INT64", "NUMERIC", "BIGNUMERIC", "FLOAT64")
_SAME = "bq_same"
_ALIKE = {
    _SAME: "operator IS DISTINCT FROM",
    f"w_{_SAME}": "operator IS DISTINCT FROM",
    "lag": "analytic function LAG",
    "lead": "analytic function LEAD",
}
_NEVER = ("ARRAY", "JSON", "GEOGRAPHY")


def has_matches(tree: exp.Expr) -> bool:
    """Whether there is anything to look at in the statement."""
    if any(join.args.get("using") for join in tree.find_all(exp.Join)):
        return True
    if tree.find(exp.NullSafeEQ, exp.NullSafeNEQ) is not None:
        return True
    calls = (node.name.lower() for node in tree.find_all(exp.Anonymous))
    return any(map(_has_rows, tree.find_all(exp.In))) or any(name in _ALIKE for name in calls)


def check_matches(select: exp.Select, cursor: DuckDBPyConnection) -> None:
    """Nothing, when what a SELECT of a rewritten query matches has types that can be compared.

    Raises BigQueryError: naming the types that cannot.
    """
    for node in own_nodes(select):
        if isinstance(node, exp.In) and _has_rows(node):
            check_membership(node, select, cursor)
            _refuse_structs(node, select, cursor)
        elif isinstance(node, exp.Anonymous) and node.name.lower() in _ALIKE:
            _check_alike(node, select, cursor)
    for place, join in enumerate(select.args.get("joins") or []):
        if join.args.get("using"):
            _check_keys(join, select, place, cursor)


def _refuse_structs(node: exp.In, select: exp.Select, cursor: DuckDBPyConnection) -> None:
    """Refuse structs that DuckDB would compare by the names of their fields, see `aligned`."""
    types = types_here(select, [node.this], cursor)
    if types and types[0].startswith("STRUCT(") and kind_of(types[0]).name == "STRUCT":
        raise unsupported("an aggregate or a query of a struct in IN")


def _check_alike(node: exp.Anonymous, select: exp.Select, cursor: DuckDBPyConnection) -> None:
    """Check two values of which BigQuery makes one type: both of a comparison, or a default."""
    function, values = _ALIKE[node.name.lower()], given_arguments(node)
    # Of LAG the second is a number of rows; of a comparison of aggregates there are witnesses.
    values = values[:2] if function == _ALIKE[_SAME] else values[:3:2]
    if len(values) < 2 or any(value.find(exp.Query) for value in values):
        return
    kinds = _kinds(types_here(select, values, cursor))
    if kinds is None or any(isinstance(value, exp.Null) for value in values):
        return
    typed = [Typed(kind, is_constant(v)) for kind, v in zip(kinds, values, strict=True)]
    if supertype(typed) is None:
        spelled = f"{kinds[0].spelled()}, {kinds[1].spelled()}"
        raise invalid_query(f"No matching signature for {function} for argument types: {spelled}")


def _has_rows(node: exp.In) -> bool:
    return node.args.get("query") is not None or node.args.get("unnest") is not None


def check_membership(node: exp.In, select: exp.Select, cursor: DuckDBPyConnection) -> None:
    """Nothing, when a value can be compared with the rows it is looked for among.

    That it can with the elements of an array, DuckDB is asked where it is planned.

    Raises BigQueryError: naming the types that cannot.
    """
    value, query = node.this, node.args.get("query")
    if query is None or value.find(exp.Query) or node.find_ancestor(exp.Lambda) is not None:
        return
    kinds = _kinds(types_here(select, [value, query], cursor))
    if kinds is not None and not _are_equal(*kinds):
        spelled = f"{kinds[0].spelled()} and {kinds[1].spelled()}"
        raise invalid_query(f"Cannot execute IN subquery with uncomparable types {spelled}")


def _are_equal(one: Kind, other: Kind) -> bool:
    """Whether BigQuery compares values of the types that are no constants to it."""
    if one.name in _NUMBERS and other.name in _NUMBERS:
        return True
    if one.name == "STRUCT" and other.name == "STRUCT":
        fields, others = ([kind for _, kind in item.fields] for item in (one, other))
        return len(fields) == len(others) and all(map(_is_same, fields, others))
    return one.name == other.name and one.name not in _NEVER


def _is_same(one: Kind, other: Kind) -> bool:
    return one.name == other.name and all(
        _is_same(kind, of) for (_, kind), (_, of) in zip(one.fields, other.fields, strict=False)
    )


def _check_keys(join: exp.Join, select: exp.Select, place: int, cursor: DuckDBPyConnection) -> None:
    before = exp.Select(
        from_=select.args["from_"].copy(),
        joins=[other.copy() for other in select.args["joins"][:place]],
    )
    after = exp.Select(from_=exp.From(this=join.this.copy()))
    for name in join.args["using"]:
        key = exp.column(name.name, quoted=True)
        sides = []
        for side in (before, after):
            sides += types_here(in_place_of(select, side), [key], cursor) or []
        kinds = _kinds(sides) if len(sides) == 2 else None
        if kinds is not None and not _are_joined(*kinds):
            raise invalid_query(
                f"Column {name.name} in USING has incompatible types that cannot be directly "
                "compared using equality on either side of the join: "
                f"{kinds[0].spelled()} and {kinds[1].spelled()}"
            )
        if kinds is not None and kinds[0].fields and kinds[0] != kinds[1]:
            raise unsupported("structs of other types in JOIN … USING")


def _are_joined(one: Kind, other: Kind) -> bool:
    return _are_equal(one, other) or {one.name, other.name} == {"DATE", "DATETIME"}


def _kinds(types: list[str] | None) -> tuple[Kind, Kind] | None:
    if types is None:
        return None
    try:
        one, other = (kind_of(spelled, has_geography=True) for spelled in types)
    except Refusal:
        return None
    return _typed(one), _typed(other)


def _typed(kind: Kind) -> Kind:
    """The type, which is INT64 for a NULL that has none."""
    return Kind("INT64") if kind.name == "NULL" else kind
