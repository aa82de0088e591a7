"""Which names of a statement mean a variable or an argument, and which mean a column.

BigQuery takes a name for a column wherever a table of the queries around it has such a column, and
for a variable of the script or an argument of the function only otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field

Fields = Mapping[str, Field | None]
"""Fields by their names in small letters; None where only the name is known."""

TableFields = Callable[[exp.Table], Fields | None]
"""The fields of a table; None where they are not known."""

_AFTER_SELECT = ("order", "group", "having", "qualify", "distinct")
_OF_STRUCTS = ("ARRAY", "ARRAY_AGG", "ARRAY_CONCAT", "ARRAY_REVERSE", "ARRAY_SLICE", "IF", "IFNULL")


def outer_columns(tree: exp.Expr, names: Fields, table_fields: TableFields) -> list[exp.Column]:
    """The columns of the tree whose first part is one of the names, and no column of a table.

    Raises BigQueryError: when that cannot be told, as the columns of a table are not known.
    """
    scopes = _Scopes(names, table_fields)
    return [
        column
        for column in tree.find_all(exp.Column)
        if not column.is_star
        and column.parts[0].name.lower() in names
        and not _is_target(column)
        and not scopes.has(column)
    ]


def columns_outside(
    query: exp.Expr, select: exp.Select, names: Fields, table_fields: TableFields
) -> list[exp.Column]:
    """The columns in a subquery of a SELECT with one of the names, which no table within it has.

    Raises BigQueryError: when that cannot be told, as the columns of a table are not known.
    """
    scopes = _Scopes(names, table_fields, limit=select)
    return [
        column
        for column in query.find_all(exp.Column)
        if not column.is_star and column.parts[0].name.lower() in names and not scopes.has(column)
    ]


def source_name(column: exp.Column, table_fields: TableFields) -> str | None:
    """The name of the table that an unqualified column is of; None where that is not known."""
    scopes = _Scopes({}, table_fields)
    name, node = column.name.lower(), column.parent
    while node is not None and not isinstance(node, exp.Select):
        if isinstance(node, (exp.From, exp.Join, exp.Update, exp.Delete, exp.Merge)):
            return None
        node = node.parent
    for source in sources_of(node) if node is not None else ():
        found = None if isinstance(source, exp.Unnest) else scopes.fields_of(source)
        if found is None:
            return None
        if name in found:
            return source.alias_or_name or None
    return None


def is_offered(body: exp.Expr, name: str, table_fields: TableFields) -> bool:
    """Whether a table within the body may have a column of the name."""
    scopes = _Scopes({}, table_fields)
    for select in body.find_all(exp.Select):
        for source in sources_of(select):
            found = scopes.fields_of(source)
            if found is None or name in found or name == source.alias_or_name.lower():
                return True
    return False


def _is_target(column: exp.Column) -> bool:
    """Whether the column is one that a statement writes to."""
    parent = column.parent
    if isinstance(parent, exp.EQ) and column.arg_key == "this":
        return isinstance(parent.parent, exp.Update)
    return isinstance(parent, exp.Tuple) and isinstance(parent.parent, exp.Insert)


class _Scopes:
    """What the queries around a column have, up to the one that is the limit."""

    def __init__(
        self, names: Fields, table_fields: TableFields, limit: exp.Expr | None = None
    ) -> None:
        self._names = names
        self._table_fields = table_fields
        self._limit = limit

    def has(self, column: exp.Column) -> bool:
        """Whether the first part of the column is a name of one of the queries around it."""
        name = column.parts[0].name.lower()
        below: exp.Expr = column
        node = column.parent
        place: exp.Expr | None = None
        while node is not None and node is not self._limit:
            if isinstance(node, (exp.From, exp.Join)) and below.arg_key == "this":
                place = below
            if isinstance(node, exp.Select):
                if any(self._offers(s, name) for s in _visible(node, place)):
                    return True
                if below.arg_key in _AFTER_SELECT and name in _aliases(node):
                    return True
                place = None
            elif isinstance(node, (exp.Update, exp.Delete, exp.Merge)):
                return any(self._offers(source, name) for source in _changed(node))
            below, node = node, node.parent
        return False

    def _offers(self, source: exp.Expr, name: str) -> bool:
        """Whether a source of rows has the name, as its own or as that of a column."""
        if name == source.alias_or_name.lower():
            return True
        found = self.fields_of(source)
        if found is None:
            raise unsupported(
                f"the variable, argument or alias {name} beside a table whose columns are not "
                "known; name the columns"
            )
        return name in found

    def fields_of(self, source: exp.Expr) -> Fields | None:
        """The columns of a source of rows; None where they are not known."""
        alias = source.args.get("alias")
        listed = [item.name.lower() for item in alias.columns] if alias is not None else []
        if isinstance(source, exp.Unnest):
            return self._unnested(source, listed)
        if listed:
            return dict.fromkeys(listed)
        if source.args.get("pivots"):
            return None
        query = query_of(source)
        if query is not None:
            return self._projected(query)
        return self._table_fields(source) if isinstance(source, exp.Table) else None

    def _projected(self, query: exp.Expr) -> Fields | None:
        while isinstance(query, (exp.SetOperation, exp.Subquery)):
            query = query.this
        if not isinstance(query, exp.Select) or query.args.get("kind"):
            return None
        found = dict[str, Field | None]()
        for item in query.expressions:
            if not item.is_star:
                found[item.alias_or_name.lower()] = None
                continue
            for source in sources_of(query):
                inner = self.fields_of(source)
                if inner is None:
                    return None
                found |= inner
        return found

    def _unnested(self, source: exp.Unnest, listed: list[str]) -> Fields | None:
        found: dict[str, Field | None] = dict.fromkeys(listed)
        offset = source.args.get("offset")
        if offset:
            found[offset.name.lower() if isinstance(offset, exp.Expr) else "offset"] = None
        array = source.expressions[0]
        if isinstance(array, exp.Array):
            inner = [_literal_fields(item) for item in array.expressions]
            return None if None in inner else found | {k: None for f in inner for k in f or ()}
        if isinstance(array, exp.Column):
            field = self._array_field(source, array)
            return None if field is None else found | _nested(field)
        # What a call gives has scalars for elements, but for those that make structs.
        is_scalar = isinstance(array, exp.Anonymous) and array.name.upper() not in _OF_STRUCTS
        return found if is_scalar or isinstance(array, exp.Parameter) else None

    def _array_field(self, source: exp.Unnest, array: exp.Column) -> Field | None:
        """The field that the array is: of a table beside it, or a variable."""
        path = [part.name.lower() for part in array.parts]
        select = source.find_ancestor(exp.Select)
        for beside in sources_of(select) if select is not None else ():
            if beside is source or isinstance(beside, exp.Unnest):
                continue
            fields = self.fields_of(beside) or {}
            if path[0] == beside.alias_or_name.lower() and path[1:]:
                return field_at(fields.get(path[1]), path[2:])
            if path[0] in fields:
                return field_at(fields[path[0]], path[1:])
        return field_at(self._names.get(path[0]), path[1:])


def _visible(select: exp.Expr, place: exp.Expr | None) -> Iterator[exp.Expr]:
    """The sources that a column may be of: before it in FROM, or all of them elsewhere."""
    for source in sources_of(select):
        if source is place:
            return
        # A subquery in FROM knows nothing of what is beside it.
        if place is None or isinstance(place, exp.Unnest):
            yield source


def field_at(field: Field | None, path: list[str]) -> Field | None:
    """The field within a field; None where there is none."""
    for name in path:
        inner = (field or {}).get("fields") or []
        field = next((item for item in inner if item["name"].lower() == name), None)
    return field


def _nested(field: Field) -> dict[str, Field | None]:
    return {item["name"].lower(): item for item in field.get("fields") or []}


def _aliases(select: exp.Select) -> set[str]:
    return {item.alias.lower() for item in select.expressions if isinstance(item, exp.Alias)}


def sources_of(select: exp.Expr) -> Iterator[exp.Expr]:
    """The sources of rows of a SELECT, in the order of its FROM."""
    source = select.args.get("from_")
    if source is not None:
        yield from _with_joins(source.this)
    for join in select.args.get("joins") or []:
        yield from _with_joins(join.this)


def _with_joins(source: exp.Expr) -> Iterator[exp.Expr]:
    yield source
    for join in source.args.get("joins") or []:
        yield from _with_joins(join.this)


def _changed(node: exp.Expr) -> Iterator[exp.Expr]:
    yield from sources_of(node)
    target = node.this or (node.args.get("tables") or [None])[0]
    for source in (target, node.args.get("using")):
        if isinstance(source, exp.Expr):
            yield source


def query_of(source: exp.Expr) -> exp.Expr | None:
    """The query that a source of rows is, or is named after; None for a table."""
    if isinstance(source, exp.Subquery):
        found: exp.Expr = source.this
        return found
    named = common_table(source) if isinstance(source, exp.Table) else None
    if named is None or source.find_ancestor(exp.CTE) is named:
        # One that reads itself says nothing new of itself.
        return None
    made: exp.Expr = named.this
    return made


def common_table(table: exp.Table) -> exp.CTE | None:
    """The query of a WITH clause around the table that its name means; None for a stored table."""
    if table.args.get("db") is not None:
        return None
    inner: exp.Expr = table
    ancestor = table.parent
    while ancestor is not None:
        clause = ancestor.args.get("with_")
        for item in _visible_queries(clause, inner) if clause is not None else ():
            if item.alias.lower() == table.name.lower():
                return item
        if not isinstance(ancestor, exp.With):
            inner = ancestor
        ancestor = ancestor.parent
    return None


def _visible_queries(clause: exp.With, node: exp.Expr) -> list[exp.CTE]:
    """The queries of the clause that the node may read: if it is one, only those before it."""
    queries: list[exp.CTE] = list(clause.expressions)
    places = [place for place, query in enumerate(queries) if query is node]
    return queries[: places[0]] if places and not clause.args.get("recursive") else queries


def _literal_fields(item: exp.Expr) -> set[str] | None:
    if isinstance(item, exp.Anonymous) and item.name.upper() == "STRUCT":
        return {part.alias.lower() for part in item.expressions if isinstance(part, exp.Alias)}
    if isinstance(item, exp.Struct):
        return {part.this.name.lower() for part in item.expressions if hasattr(part.this, "name")}
    is_scalar = not isinstance(item, (exp.Subquery, exp.Column, exp.Dot))
    return set() if is_scalar else None
