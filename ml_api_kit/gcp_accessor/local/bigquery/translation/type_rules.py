"""That no value of a query is where BigQuery takes none of its type, and DuckDB does.

DuckDB orders and compares arrays, structs and JSON, and takes a JSON for a text. It knows the types
of columns when a statement is planned: then the types in these places are asked for, where the
statement has values of such types at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import kind_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import Refusal
from ml_api_kit.gcp_accessor.local.bigquery.translation.long_chains import (
    check_long_sums,
    has_long_sum,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.matched_types import (
    check_matches,
    has_matches,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.scoped_types import each_types_here
from ml_api_kit.gcp_accessor.local.bigquery.translation.typed_places import (
    Place,
    ordered_place,
    places_in,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# What makes a value of such a type in a statement, or takes one.
_MAKES = re.compile(
    r"json|struct|array|geo|st_|\[|split|to_code_points|int64\s*\(|float64\s*\(|bool\s*\(|"
    r"lax_string|is\s+(?:not\s+)?(?:true|false)",
    re.IGNORECASE,
)
_STORED = ("RECORD", "STRUCT", "JSON", "GEOGRAPHY")


def has_typed_places(tree: exp.Expr, fields: Iterable[Field]) -> bool:
    """Whether a statement, which reads tables with these fields, may break one of the rules."""
    if any(field["type"] in _STORED or field["mode"] == "REPEATED" for field in fields):
        return True
    if has_matches(tree) or has_long_sum(tree):
        return True
    if any(window.args.get("partition_by") for window in tree.find_all(exp.Window)):
        return True
    return tree.find(exp.Array, exp.Struct) is not None or bool(_MAKES.search(tree.sql("bigquery")))


def check_types(tree: exp.Expr, cursor: DuckDBPyConnection) -> None:
    """Nothing, when no value of a rewritten query is in a place that takes none of its type.

    Raises BigQueryError: for the first that is.
    """
    for query in tree.find_all(exp.Select, exp.SetOperation):
        if isinstance(query, exp.Select):
            check_matches(query, cursor)
            check_long_sums(query, cursor)
            _check_places(query, list(places_in(query)), cursor)
        elif isinstance(query, exp.SetOperation) and query.args.get("order") is not None:
            rows = _as_rows(query)
            _check_places(rows, [ordered_place(key) for key in _keys(query.args["order"])], cursor)


def _as_rows(operation: exp.SetOperation) -> exp.Select:
    """A SELECT from the rows of a set operation, in its place."""
    bare = operation.copy()
    for part in ("order", "limit", "offset"):
        bare.set(part, None)
    rows = exp.Select(from_=exp.From(this=exp.Subquery(this=bare, alias="rows")))
    rows.parent = operation.parent
    return rows


def _keys(order: exp.Expr) -> Iterator[exp.Expr]:
    for ordered in order.expressions:
        key = ordered.this
        is_place = isinstance(key, exp.Literal) and not key.is_string
        yield exp.Var(this=f"#{key.name}") if is_place else key


def _check_places(select: exp.Select, places: Sequence[Place], cursor: DuckDBPyConnection) -> None:
    values = [place.value for place in places]
    for place, kinds in zip(places, each_types_here(select, values, cursor), strict=True):
        for kind in kinds:
            _check(place, kind)


def _check(place: Place, duckdb_type: str) -> None:
    try:
        kind = kind_of(duckdb_type, has_geography=True)
    except Refusal:
        return
    is_other = bool(place.taken) and kind.name not in (*place.taken, "NULL")
    if kind.name in place.refused or is_other:
        raise invalid_query(place.message.replace("%t", kind.spelled()) + place.at)
