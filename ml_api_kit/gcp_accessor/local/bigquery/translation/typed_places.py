"""Places of a rewritten query where BigQuery takes no values of some types, and DuckDB does.

1. clauses                  `ORDER BY [1, 2]`, `GROUP BY JSON '1'`, `DISTINCT`, `PARTITION BY 1.5`
2. operators                `JSON '1' = '1'`, `x IS TRUE`, `[[1], [2]]`, `g IN (SELECT …)`
3. arguments of functions   `LENGTH(JSON '1')`, `ARRAY_LENGTH('a')`
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.library.macro_files import macros_of
from ml_api_kit.gcp_accessor.local.bigquery.translation.computed_once import given_arguments
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import has_aggregate, own_nodes
from ml_api_kit.gcp_accessor.local.bigquery.translation.places import place_of
from ml_api_kit.gcp_accessor.local.bigquery.translation.supertypes import is_constant

UNGROUPED = ("JSON", "GEOGRAPHY")
_UNORDERED = ("ARRAY", "STRUCT", *UNGROUPED)
_UNEQUAL = ("ARRAY", *UNGROUPED)
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
_NO_JSON = {
    "bq_cast_string": "Invalid cast from %t to STRING",
    "bq_try_string": "Invalid cast from %t to STRING",
    "bq_parse_json": "No matching signature for function PARSE_JSON for argument types: %t",
}
_KEY_LISTS = (exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple, exp.Paren)


@dataclass(frozen=True, slots=True)
class Place:
    """A value, the types that it must not have, and the message, `%t` of which is the type.

    Where some types are `taken`, all others are refused but that of NULL.
    """

    value: exp.Expr
    refused: tuple[str, ...]
    message: str
    at: str = ""
    taken: tuple[str, ...] = ()


def places_in(select: exp.Select) -> Iterator[Place]:
    """The places of a SELECT that are in none of the queries within it."""
    for node in own_nodes(select):
        for place in _places_of(node, select):
            if not _is_plain(place) and place.value.find_ancestor(exp.Lambda) is None:
                yield place


def _is_plain(place: Place) -> bool:
    """Whether the value is a constant of a type that may be there, or the place of a column."""
    value = place.value
    if isinstance(value, exp.Literal) and not value.is_string:
        return True
    is_nested = isinstance(value, (exp.Array, exp.Struct))
    return not place.taken and not is_nested and is_constant(value)


def _places_of(node: exp.Expr, select: exp.Select) -> Iterator[Place]:
    if isinstance(node, exp.Order):
        for ordered in node.expressions:
            key = _meant(ordered.this, select) if node.parent is select else ordered.this
            yield ordered_place(key)
    elif isinstance(node, exp.Group):
        for key in _grouping_keys(node, select):
            yield _grouped(key, "Grouping by expressions of type %t is not allowed")
    elif isinstance(node, exp.Distinct):
        values = select.expressions if node.parent is select else node.expressions
        for value in values:
            yield _grouped(value.unalias(), "DISTINCT cannot be used with values of type %t")
    elif isinstance(node, exp.Window):
        for key in node.args.get("partition_by") or []:
            message = "Partitioning by expressions of type %t is not allowed"
            yield Place(key, (*UNGROUPED, "FLOAT64"), message)
    elif isinstance(node, exp.Join):
        for name in node.args.get("using") or []:
            message = f"Column {name.name!r} in USING has type %t, which has no equality"
            yield Place(exp.column(name.copy()), _UNEQUAL, message)
    else:
        yield from _operands(node)


def ordered_place(key: exp.Expr) -> Place:
    """The place of a key in an ORDER BY."""
    return Place(key, _UNORDERED, "ORDER BY does not support expressions of type %t")


def _grouped(value: exp.Expr, message: str) -> Place:
    return Place(value, UNGROUPED, message)


def _grouping_keys(group: exp.Group, select: exp.Select) -> Iterator[exp.Expr]:
    if group.args.get("all"):
        items = [item.unalias() for item in select.expressions]
        yield from (item for item in items if not has_aggregate(item))
    for part in ("expressions", "rollup", "cube", "grouping_sets"):
        for key in group.args.get(part) or []:
            for single in _single_keys(key):
                yield _meant(single, select)


def _single_keys(key: exp.Expr) -> Iterator[exp.Expr]:
    """The keys of a list such as `ROLLUP (a, b)`, or the key itself."""
    if not isinstance(key, _KEY_LISTS):
        yield key
        return
    for part in [key.this] if isinstance(key, exp.Paren) else key.expressions:
        yield from _single_keys(part)


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


def _operands(node: exp.Expr) -> Iterator[Place]:
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Boolean):
        message = f"No matching signature for operator IS {node.expression.sql()} for type %t"
        yield Place(node.this, (), message, taken=("BOOL",))
    elif isinstance(node, exp.In) and not node.expressions:
        yield Place(node.this, _UNEQUAL, "IN is not defined for values of type %t")
    elif isinstance(node, exp.Array):
        yield from _elements(node)
    elif isinstance(node, exp.Anonymous):
        yield from _arguments(node)
    made = node.meta.get("witness")
    if isinstance(made, exp.Array):
        message = "The argument to ARRAY_AGG must not be an array type but was %t"
        yield Place(made.expressions[0], ("ARRAY",), message)


def _elements(array: exp.Array) -> Iterator[Place]:
    """The first element that may be an array: all have one type."""
    message = "Cannot construct array with element type %t because nested arrays are not supported"
    items = array.expressions
    if isinstance(array.parent, exp.Anonymous) and array.parent.name.lower() == "list_transform":
        return  # a list of one value, so that it is computed once
    is_nested = [isinstance(item, exp.Array) or not is_constant(item) for item in items]
    if True in is_nested and not isinstance(items[0], exp.Struct):
        yield Place(items[is_nested.index(True)], ("ARRAY",), message)


def _arguments(node: exp.Anonymous) -> Iterator[Place]:
    name = node.name.lower().removeprefix("safe_")
    given = given_arguments(node)
    if name in _FIRST_TAKEN and given:
        function = name.removeprefix("bq_").upper()
        message = f"No matching signature for function {function} for argument types: %t"
        if name == "bq_element":
            message = "Subscript access is not supported on values of type %t"
        yield Place(given[0], (), message, place_of(node), _FIRST_TAKEN[name])
    if name in _NO_JSON:
        yield Place(given[0], ("JSON",), _NO_JSON[name], place_of(node))
    refused, message = _rule(name)
    if name == "bq_ordered_value":
        around = node.parent.name.lower() if isinstance(node.parent, exp.Anonymous) else ""
        function = around.upper() if around in _EXTREMES else "An order"
        refused, message = _UNORDERED, f"{function} is not defined for arguments of type %t"
    if refused:
        for value in given:
            yield Place(value, refused, message, place_of(node))


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
