"""Places where BigQuery takes no values of some types, and DuckDB does.

DuckDB orders and compares arrays, structs and JSON, and takes a JSON for a text. It knows the types
of columns when a statement is planned: then the types in these places are asked for, where the
statement has values of such types at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.library.macro_files import macros_of
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
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import has_aggregate
from ml_api_kit.gcp_accessor.local.bigquery.translation.places import place_of
from ml_api_kit.gcp_accessor.local.bigquery.translation.standalone import types_here

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_UNORDERED = ("ARRAY", "STRUCT", "JSON", "GEOGRAPHY")
_UNGROUPED = ("JSON", "GEOGRAPHY")
_UNEQUAL = ("ARRAY", "JSON", "GEOGRAPHY")
_EQUALITIES = ("bq_eq", "bq_eq_text")
_ORDERS = {"bq_lt": "Less than", "bq_lte": "Less than", "bq_gt": "Greater than",
           "bq_gte": "Greater than"}  # fmt: skip
_EXTREMES = ("max", "min", "greatest", "least")
_OF_TEXT = {"bq_concat_part": "CONCAT", "bq_like": "LIKE", "bq_join": "||"}
_JSON_OR_TEXT = ("JSON", "STRING")
_FIRST_TAKEN = {
    **dict.fromkeys(("bq_array_length", "bq_array_first", "bq_array_last", "bq_array_reverse",
                     "bq_array_slice"), ("ARRAY",)),
    **dict.fromkeys(("bq_json_value", "bq_json_query", "bq_json_extract", "bq_json_extract_scalar",
                     "bq_json_value_array", "bq_json_query_array", "bq_json_extract_array",
                     "bq_json_extract_string_array"), _JSON_OR_TEXT),
    **dict.fromkeys(("bq_int64", "bq_float64", "bq_bool", "bq_lax_int64", "bq_lax_float64",
                     "bq_lax_bool", "bq_lax_string", "bq_json_type", "bq_json_keys"), ("JSON",)),
    "bq_element": ("ARRAY", "JSON"),
}  # fmt: skip
"""The types that the first argument of a macro may have, where DuckDB takes others too."""
# What makes a value of such a type in a statement, or takes one.
_MAKES = re.compile(
    r"json|struct|array|geog|st_|\[|split|to_code_points|int64\s*\(|float64\s*\(|bool\s*\(|"
    r"lax_string|is\s+(?:not\s+)?(?:true|false)",
    re.IGNORECASE,
)
_STORED = ("RECORD", "STRUCT", "JSON", "GEOGRAPHY")


@dataclass(frozen=True, slots=True)
class _Place:
    """A value, the types that it must not have, and the message, `%t` of which is the type.

    Where some types are `taken`, all others are refused but that of NULL.
    """

    value: exp.Expr
    refused: tuple[str, ...]
    message: str
    at: str = ""
    taken: tuple[str, ...] = ()


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
    for select in tree.find_all(exp.Select):
        check_matches(select, cursor)
        check_long_sums(select, cursor)
        places = list(_places(select))
        types = types_here(select, [place.value for place in places], cursor) if places else None
        for place, kind in zip(places, types or (), strict=False):
            _check(place, kind)


def _check(place: _Place, duckdb_type: str) -> None:
    try:
        kind = kind_of(duckdb_type, has_geography=True)
    except Refusal:
        return
    is_other = bool(place.taken) and kind.name not in (*place.taken, "NULL")
    if kind.name in place.refused or is_other:
        raise invalid_query(place.message.replace("%t", kind.spelled()) + place.at)


def _places(select: exp.Select) -> Iterator[_Place]:
    for node in select.walk(prune=lambda part: part is not select and isinstance(part, exp.Query)):
        for place in _places_of(node, select):
            if not _is_of_more(place.value):
                yield place


def _is_of_more(value: exp.Expr) -> bool:
    """Whether the value is none of a row of the tables alone."""
    is_place = isinstance(value, exp.Literal) and not value.is_string
    is_odd = is_place or isinstance(value, exp.Star) or value.find(exp.Query) is not None
    return is_odd or has_aggregate(value) or value.find_ancestor(exp.Lambda) is not None


def _places_of(node: exp.Expr, select: exp.Select) -> Iterator[_Place]:
    if isinstance(node, exp.Order):
        for ordered in node.expressions:
            key = _meant(ordered.this, select) if node.parent is select else ordered.this
            yield _Place(key, _UNORDERED, "ORDER BY does not support expressions of type %t")
    elif isinstance(node, exp.Group):
        for key in node.expressions:
            yield _grouped(_meant(key, select), "Grouping by expressions of type %t is not allowed")
    elif isinstance(node, exp.Distinct):
        values = select.expressions if node.parent is select else node.expressions
        for value in values:
            yield _grouped(value.unalias(), "DISTINCT cannot be used with values of type %t")
    elif isinstance(node, exp.Window):
        for key in node.args.get("partition_by") or []:
            message = "Partitioning by expressions of type %t is not allowed"
            yield _Place(key, (*_UNGROUPED, "FLOAT64"), message)
    elif isinstance(node, exp.Is) and isinstance(node.expression, exp.Boolean):
        message = f"No matching signature for operator IS {node.expression.sql()} for type %t"
        yield _Place(node.this, (), message, taken=("BOOL",))
    elif isinstance(node, exp.Anonymous):
        yield from _arguments(node)


def _grouped(value: exp.Expr, message: str) -> _Place:
    return _Place(value, _UNGROUPED, message)


def _arguments(node: exp.Anonymous) -> Iterator[_Place]:
    name = node.name.lower().removeprefix("safe_")
    if name in _FIRST_TAKEN and node.expressions:
        function = name.removeprefix("bq_").upper()
        message = f"No matching signature for function {function} for argument types: %t"
        if name == "bq_element":
            message = "Subscript access is not supported on values of type %t"
        yield _Place(node.expressions[0], (), message, place_of(node), _FIRST_TAKEN[name])
    refused, message = _rule(name)
    if name == "bq_ordered_value":
        around = node.parent.name.lower() if isinstance(node.parent, exp.Anonymous) else ""
        function = around.upper() if around in _EXTREMES else "An order"
        refused, message = _UNORDERED, f"{function} is not defined for arguments of type %t"
    if refused:
        for value in node.expressions:
            yield _Place(value, refused, message, place_of(node))


def _rule(name: str) -> tuple[tuple[str, ...], str]:
    if name in _EQUALITIES:
        return _UNEQUAL, "Equality is not defined for arguments of type %t"
    if name in _ORDERS:
        return _UNORDERED, f"{_ORDERS[name]} is not defined for arguments of type %t"
    if name in _OF_TEXT or name in macros_of("strings.sql"):
        function = _OF_TEXT.get(name, name.removeprefix("bq_").upper())
        message = f"No matching signature for function {function} for argument types: %t"
        return ("JSON",), message
    return (), ""


def _meant(key: exp.Expr, select: exp.Select) -> exp.Expr:
    """The expression that a key is: that of the SELECT list by its place or its alias."""
    if isinstance(key, exp.Literal) and not key.is_string:
        place = int(key.name)
        return select.expressions[place - 1].unalias() if place <= len(select.expressions) else key
    if isinstance(key, exp.Column) and not key.table:
        for item in select.expressions:
            if isinstance(item, exp.Alias) and item.alias.lower() == key.name.lower():
                return item.unalias()
    return key
