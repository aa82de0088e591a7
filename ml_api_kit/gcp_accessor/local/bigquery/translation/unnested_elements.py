"""What the elements of an array in `UNNEST` are, as far as the statement and its tables tell.

`*` over `UNNEST(a) AS x` is one column `x` where the elements are plain, and the fields of the
elements where they are structs. A column is followed to where it is made:

    WITH t AS (SELECT [1, 2] AS a) SELECT * FROM t, UNNEST(t.a) AS x        plain
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import kind_of
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import Variable
from ml_api_kit.gcp_accessor.local.bigquery.translation.outer_names import (
    TableFields,
    field_at,
    query_of,
    sources_of,
)

PLAIN, STRUCT = "plain", "struct"
_KEY = "elements"

_PLAIN_ARRAYS = (
    "GENERATE_ARRAY", "GENERATE_DATE_ARRAY", "GENERATE_TIMESTAMP_ARRAY", "JSON_QUERY_ARRAY",
    "JSON_VALUE_ARRAY", "JSON_EXTRACT_ARRAY", "JSON_EXTRACT_STRING_ARRAY", "REGEXP_EXTRACT_ALL",
    "SPLIT", "TO_CODE_POINTS", "JSON_KEYS",
)  # fmt: skip
_OF_FIRST_ARGUMENT = ("ARRAY_CONCAT", "ARRAY_REVERSE", "ARRAY_SLICE")


def mark_elements(tree: exp.Expr, table_fields: TableFields) -> None:
    """Note at each UNNEST what the elements of its array are, where that is known."""
    for node in tree.find_all(exp.Unnest):
        if isinstance(node.parent, (exp.From, exp.Join)):
            node.meta[_KEY] = _elements(node.expressions[0], node, table_fields)


def elements_of(node: exp.Expr) -> str | None:
    """PLAIN or STRUCT, as noted at an UNNEST; None where it is not known."""
    return node.meta.get(_KEY)


def _elements(array: exp.Expr, source: exp.Expr, table_fields: TableFields) -> str | None:
    if isinstance(array, Variable):
        kind = kind_of(array.args["duckdb_type"], has_geography=True)
        return (
            (STRUCT if kind.element.name == "STRUCT" else PLAIN) if kind.name == "ARRAY" else None
        )
    if isinstance(array, exp.Cast):
        inner = array.to.expressions
        is_array = array.to.is_type("array") and len(inner) == 1
        return (STRUCT if inner[0].is_type("struct") else PLAIN) if is_array else None
    if isinstance(array, exp.Array) and array.expressions:
        first = array.expressions[0]
        if isinstance(first, exp.Anonymous) and first.name.upper() == "STRUCT":
            return STRUCT
        is_plain = array.find(exp.Query, exp.Struct, exp.Tuple, exp.Column, exp.Anonymous) is None
        return PLAIN if is_plain else None
    if isinstance(array, exp.Anonymous):
        name = array.name.upper()
        if name in _OF_FIRST_ARGUMENT and array.expressions:
            return _elements(array.expressions[0], source, table_fields)
        return PLAIN if name in _PLAIN_ARRAYS else None
    if isinstance(array, exp.Column):
        return _column_elements(array, source, table_fields)
    return None


def _column_elements(array: exp.Column, source: exp.Expr, table_fields: TableFields) -> str | None:
    """What the elements of a column are: of the tables around the source, innermost first."""
    path = [part.name.lower() for part in array.parts]
    select = source.find_ancestor(exp.Select)
    while select is not None:
        for beside in sources_of(select):
            if beside is source:
                break
            is_named = path[0] == beside.alias_or_name.lower() and len(path) > 1
            found = _made_by(beside, path[1:] if is_named else path, table_fields)
            is_open = isinstance(beside, exp.Unnest) and elements_of(beside) != PLAIN
            if found is not None or is_named or is_open:
                return found
        source, select = select, select.find_ancestor(exp.Select)
    return None


def _made_by(source: exp.Expr, path: list[str], table_fields: TableFields) -> str | None:
    """What the elements of a column of the source are; None where it has none, or is not known."""
    query = query_of(source)
    if query is None:
        fields = table_fields(source) if isinstance(source, exp.Table) else None
        field = field_at((fields or {}).get(path[0]), path[1:])
        if field is None or field.get("mode") != "REPEATED":
            return None
        return STRUCT if field.get("fields") else PLAIN
    while isinstance(query, (exp.SetOperation, exp.Subquery)):
        query = query.this
    if not isinstance(query, exp.Select) or len(path) > 1:
        return None
    for item in query.expressions:
        if not item.is_star and item.alias_or_name.lower() == path[0]:
            return _elements(item.unalias(), query.args.get("from_") or query, table_fields)
    return None
