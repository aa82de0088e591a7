"""Pipe syntax, `FROM t |> WHERE a > 1 |> AGGREGATE COUNT(*) AS n`, as queries within queries.

sqlglot's own reading puts operators together that BigQuery runs one after another, such as LIMIT
before WHERE. Here an operator joins the query before it only where that means the same.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/pipe-syntax
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp
from sqlglot.dialects.bigquery import BigQuery
from sqlglot.tokens import TokenType  # type: ignore[attr-defined, unused-ignore]

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.grouping_keys import is_literal

# Noted at the alias of a query that has more columns than what it is named after.
_EXTENDED = "is_extended"
_RESULT = ("distinct", "group", "having", "qualify", "limit", "offset", "order", "kind", "windows")


class PipeParser(BigQuery.Parser):  # type: ignore[valid-type, misc]
    """BigQuery's parser, which reads pipe operators one after another."""

    def _parse_pipe_syntax_query(self, query: exp.Query) -> exp.Query | None:
        with_clause = query.args.get("with_")
        ctes = list(with_clause.pop().expressions) if with_clause is not None else []
        is_recursive = with_clause is not None and with_clause.args.get("recursive")
        current = _opened(query)
        while self._match(TokenType.PIPE_GT):
            word = self._curr.text.upper()
            if word == "WITH":
                found = self._parse_with()
                ctes += found.expressions
                is_recursive = is_recursive or found.args.get("recursive")
                continue
            read = getattr(self, f"_pipe_{word.lower().replace(' ', '_')}", None)
            current = read(current) if read is not None else self._pipe_other(current, word)
        _refuse_whole_rows(current)
        if ctes:
            current.set("with_", exp.With(expressions=ctes, recursive=is_recursive))
        return current

    def _parse_cte(self) -> exp.CTE | None:
        # A comma may stand behind the last query of the operator WITH.
        if self._match(TokenType.PIPE_GT, advance=False):
            return None
        cte: exp.CTE | None = super()._parse_cte()
        return cte

    def _pipe_where(self, query: exp.Select) -> exp.Select:
        condition = self._parse_where()
        if condition.find(exp.Window):
            return _star(query, qualify=exp.Qualify(this=condition.this))
        return _open(query, allowed=("order",)).where(condition.this, copy=False)

    def _pipe_assert(self, query: exp.Select) -> exp.Select:
        self._advance()
        condition, *told = self._parse_csv(self._parse_disjunction)
        words: list[exp.Expr] = [exp.Literal.string("Assert failed:")]
        for value in told:
            form = [exp.Literal.string(" %t"), value]
            words.append(exp.Anonymous(this="FORMAT", expressions=form))
        message = exp.Anonymous(this="CONCAT", expressions=words)
        failed = exp.Anonymous(this="ERROR", expressions=[message])
        held = exp.If(this=condition, true=exp.true(), false=failed)
        return _open(query, allowed=("order",)).where(held, copy=False)

    def _pipe_select(self, query: exp.Select) -> exp.Select:
        select: exp.Select = self._parse_select(consume_pipe=False, parse_set_operation=False)
        source = _open(query)
        for key in ("from_", "joins", "where"):
            select.set(key, source.args.get(key))
        return select

    def _pipe_extend(self, query: exp.Select) -> exp.Select:
        self._advance()
        return _projected(query, [exp.Star(), *self._parse_expressions()])

    def _pipe_set(self, query: exp.Select) -> exp.Select:
        self._advance()
        pairs = self._parse_csv(self._parse_assignment)
        replaced = [exp.alias_(pair.expression, pair.this.name) for pair in pairs]
        return _projected(query, [exp.Star(replace=replaced)])

    def _pipe_drop(self, query: exp.Select) -> exp.Select:
        self._advance()
        names = self._parse_csv(self._parse_id_var)
        return _projected(query, [exp.Star(except_=names)])

    def _pipe_rename(self, query: exp.Select) -> exp.Select:
        self._advance()
        pairs = self._parse_csv(lambda: self._parse_alias(self._parse_column()))
        return _projected(query, [exp.Star(rename=pairs)])

    def _pipe_as(self, query: exp.Select) -> exp.Select:
        return _from(query, self._parse_table_alias())

    def _pipe_distinct(self, query: exp.Select) -> exp.Select:
        self._advance()
        return _star(query, distinct=exp.Distinct())

    def _pipe_limit(self, query: exp.Select) -> exp.Select:
        limited = _open(query, allowed=("order",))
        limited.set("limit", self._parse_limit())
        limited.set("offset", self._parse_offset())
        return limited

    def _pipe_order_by(self, query: exp.Select) -> exp.Select:
        ordered = _open(query)
        ordered.set("order", self._parse_order())
        return ordered

    def _pipe_aggregate(self, query: exp.Select) -> exp.Select:
        self._advance()
        orders: list[exp.Expr] = []
        is_group_next = self._curr is not None and self._curr.text.upper().startswith("GROUP")
        values = [] if is_group_next else self._pipe_fields(orders)
        keys: list[exp.Expr] = []
        first: list[exp.Expr] = []
        if self._match(TokenType.GROUP_BY):
            keys = self._pipe_fields(first)
        elif self._match_text_seq("GROUP", "AND") and self._match(TokenType.ORDER_BY):
            keys = self._pipe_fields(first, is_ordered=True)
        orders = first + orders
        if any(is_literal(key.unalias()) for key in keys):
            raise invalid_query("Cannot GROUP BY literal values")
        source = _open(query)
        source.set("expressions", [*keys, *values])
        if keys:
            places = [exp.Literal.number(place + 1) for place in range(len(keys))]
            source.set("group", exp.Group(expressions=places))
        if orders:
            names = [item.alias_or_name for item in source.expressions]
            source.set("order", exp.Order(expressions=[_by_place(o, names) for o in orders]))
        return source

    def _pipe_fields(self, orders: list[exp.Expr], *, is_ordered: bool = False) -> list[exp.Expr]:
        fields = []
        while True:
            value = self._parse_disjunction()
            if not self._match_text_seq("GROUP", "AND", advance=False):
                value = self._parse_alias(value)
            if is_ordered or self._match_set((TokenType.ASC, TokenType.DESC), advance=False):
                ordered = self._parse_ordered(lambda value=value: value.copy())
                orders.append(ordered)
            fields.append(value)
            if not self._match(TokenType.COMMA):
                return fields

    def _pipe_pivot(self, query: exp.Select) -> exp.Select:
        source = query.subquery(copy=False)
        source.set("pivots", self._parse_pivots())
        return exp.select("*").from_(source, copy=False)

    _pipe_unpivot = _pipe_pivot

    def _pipe_other(self, query: exp.Select, word: str) -> exp.Select:
        """A set operation or a join, which begin with the same words."""
        operation = self.parse_set_operation(this=query)
        if operation is not None:
            while self._match(TokenType.COMMA):
                more = self._parse_paren()
                if more is None:
                    # A comma may stand behind the last one.
                    break
                operation = type(operation)(
                    **{**operation.args, "this": operation, "expression": more}
                )
            return exp.select("*").from_(operation.subquery(copy=False), copy=False)
        join = self._parse_join()
        if join is None:
            self.raise_error(f"Unsupported pipe syntax operator: '{word}'.")
        return _open(query).join(join, copy=False)


def _opened(query: exp.Query) -> exp.Select:
    """The query before the first operator, as one that operators can join."""
    if isinstance(query, exp.Subquery):
        return exp.Select(expressions=[exp.Star()], from_=exp.From(this=query))
    if isinstance(query, exp.Select) and query.args.get("from_") is not None:
        return query
    return _from(query, None)


def _is_star(query: exp.Select) -> bool:
    return len(query.expressions) == 1 and isinstance(query.expressions[0], exp.Star) and not any(
        query.expressions[0].args.values()
    )  # fmt: skip


def _open(query: exp.Select, allowed: tuple[str, ...] = ()) -> exp.Select:
    """The query where the next operator can be a clause of it, else one over it."""
    closed = any(query.args.get(key) for key in _RESULT if key not in allowed)
    return query if _is_star(query) and not closed else _from(query, _only_alias(query))


def _only_alias(query: exp.Select) -> exp.TableAlias | None:
    """The name of the one table whose columns are all in the result, which stays in sight."""
    from_clause = query.args.get("from_")
    source = from_clause.this if from_clause is not None else None
    first = query.expressions[0]
    # After SET, DROP and RENAME the name still means the columns as they were.
    is_whole = isinstance(first, exp.Star) and not any(first.args.values())
    if not isinstance(source, (exp.Table, exp.Subquery)) or not is_whole:
        return None
    if query.args.get("joins") or query.args.get("group"):
        return None
    name = source.alias_or_name
    if not name:
        return None
    alias = exp.TableAlias(this=exp.to_identifier(name))
    inner = source.args.get("alias")
    is_longer = len(query.expressions) > 1 or (inner is not None and inner.meta.get(_EXTENDED))
    alias.meta[_EXTENDED] = is_longer
    return alias


def _refuse_whole_rows(query: exp.Expr) -> None:
    """Refuse `t.*` and `t` where the rows of `t` have been given more columns than its own."""
    for select in query.find_all(exp.Select):
        from_clause = select.args.get("from_")
        alias = from_clause.this.args.get("alias") if from_clause is not None else None
        if alias is None or not alias.meta.get(_EXTENDED):
            continue
        for column in select.find_all(exp.Column):
            named = column.table if column.is_star else column.name
            if named.lower() == alias.name.lower() and (column.is_star or not column.table):
                raise unsupported(f"all columns of {named} behind the pipe operator EXTEND")


def _from(query: exp.Query, alias: exp.TableAlias | None) -> exp.Select:
    is_plain = isinstance(query, exp.Subquery) and not query.args.get("alias")
    source = query if is_plain else exp.Subquery(this=query)
    source.set("alias", alias)
    return exp.Select(expressions=[exp.Star()], from_=exp.From(this=source))


def _projected(query: exp.Select, items: list[exp.Expr]) -> exp.Select:
    projected = _open(query)
    projected.set("expressions", items)
    return projected


def _star(query: exp.Select, **clauses: Any) -> exp.Select:
    result = _from(query, _only_alias(query))
    for key, value in clauses.items():
        result.set(key, value)
    return result


def _by_place(ordered: exp.Expr, names: list[str]) -> exp.Expr:
    name = ordered.this.alias_or_name
    if name in names:
        ordered.set("this", exp.Literal.number(names.index(name) + 1))
    elif isinstance(ordered.this, exp.Alias):
        ordered.set("this", ordered.this.this)
    return ordered
