"""A query of one table as its parts, and the query that the parts make."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ml_api_kit.research.refactor.scope import LeftAloneError

_TABLE = re.compile(r"^[`\w.\-:]+$")
_WORD = re.compile(r"^[A-Za-z_]\w*$")
_COLUMN = re.compile(r"^`?([A-Za-z_]\w*)`?$")
_NAMED = re.compile(r"^(.+?)\s+AS\s+`?([A-Za-z_]\w*)`?$", re.IGNORECASE | re.DOTALL)
# What computes one row's value from this row alone.
_OF_ROWS = {"IFNULL", "IF", "IS_NAN", "COALESCE", "CAST", "SAFE_CAST", "LOWER", "UPPER", "TRIM"}
_OF_ROWS |= {"IN", "AS", "AND", "OR", "NOT", "REPLACE", "UNNEST", "LENGTH", "ABS", "ROUND"}
_RESERVED = frozenset(
    re.findall(
        r"\w+",
        """ALL AND ANY ARRAY AS ASC AT BETWEEN BY CASE CAST COLLATE CONTAINS CREATE CROSS CUBE
        CURRENT DEFAULT DEFINE DESC DISTINCT ELSE END ENUM ESCAPE EXCEPT EXCLUDE EXISTS EXTRACT
        FALSE FETCH FOLLOWING FOR FROM FULL GROUP GROUPING GROUPS HASH HAVING IF IGNORE IN INNER
        INTERSECT INTERVAL INTO IS JOIN LATERAL LEFT LIKE LIMIT LOOKUP MERGE NATURAL NEW NO NOT
        NULL NULLS OF ON OR ORDER OUTER OVER PARTITION PRECEDING PROTO QUALIFY RANGE RECURSIVE
        RESPECT RIGHT ROLLUP ROWS SELECT SET SOME STRUCT TABLESAMPLE THEN TO TREAT TRUE
        UNBOUNDED UNION UNNEST USING WHEN WHERE WINDOW WITH WITHIN""",
    )
)
_CLAUSES = ("SELECT", "FROM", "WHERE", "ORDER BY", "LIMIT")


@dataclass(frozen=True, slots=True)
class Select:
    """`SELECT columns FROM table WHERE conditions`, and what follows.

    Attributes:
        table: the table as it is written.
        columns: the expression of each column, by its name; None for `*`.
        replaced: with `*`, the expressions that take the place of columns.
        where: the conditions, all of which hold.
        order: what follows `ORDER BY`; empty where nothing does.
        limit: what follows `LIMIT`; empty where nothing does.
        types: the type of each column of the table, such as INT64; None where they are not known.
    """

    table: str
    columns: Mapping[str, str] | None
    replaced: Mapping[str, str] = field(default_factory=dict)
    where: tuple[str, ...] = ()
    order: str = ""
    limit: str = ""
    types: Mapping[str, str] | None = None

    @property
    def table_name(self) -> str:
        """The table without quotes."""
        return self.table.replace("`", "")

    def expression(self, column: str) -> str:
        """What a column of the answer is computed by.

        Raises LeftAloneError: when there is no such column.
        """
        if self.columns is not None:
            found = self.columns.get(column)
        elif self.types is not None and column not in self.types:
            found = None
        else:
            found = self.replaced.get(column, quoted(column))
        if found is None:
            raise LeftAloneError(f"the query has no column {column!r}")
        return found

    def type_of(self, column: str) -> str:
        """The type of a column that is the table's own, or was filled.

        Raises LeftAloneError: when the types of the table are not known.
        """
        if self.types is None:
            raise LeftAloneError(
                f"what is missing in {column!r} depends on its type, and the table's schema could "
                "not be read"
            )
        named = _COLUMN.match(self.expression(column))
        found = self.types.get(named[1] if named else column)
        if found is None:
            raise LeftAloneError(f"the type of {column!r} cannot be told")
        return found

    def with_columns(self, columns: Mapping[str, str]) -> Select:
        """The query with these columns alone."""
        return replace(self, columns=dict(columns), replaced={})

    def with_expression(self, column: str, expression: str) -> Select:
        """The query with a column that is computed anew, in its place."""
        if self.order:
            raise LeftAloneError("the rows are ordered, and would be ordered by the new values")
        if self.columns is None:
            return replace(self, replaced={**self.replaced, column: expression})
        return replace(self, columns={**self.columns, column: expression})

    def filtered(self, condition: str) -> Select:
        """The query with one more condition."""
        if self.limit:
            raise LeftAloneError("the query has a LIMIT, which chooses rows before the filter does")
        return replace(self, where=(*self.where, condition))

    def sql(self, *, is_multiline: bool) -> str:
        """The text of the query, one clause in each line or all in one."""
        clauses = [f"SELECT {self._projection()}", f"FROM {self.table}"]
        if self.where:
            conditions = [
                f"({one})"
                if re.search(r"\bOR\b", one, re.IGNORECASE) and not _is_closed(one)
                else one
                for one in self.where
            ]
            is_single = len(self.where) == 1
            clauses.append(f"WHERE {self.where[0] if is_single else ' AND '.join(conditions)}")
        clauses += [f"ORDER BY {self.order}"] if self.order else []
        clauses += [f"LIMIT {self.limit}"] if self.limit else []
        return ("\n" if is_multiline else " ").join(clauses)

    def _projection(self) -> str:
        if self.columns is not None:
            return ", ".join(_column(name, made) for name, made in self.columns.items())
        if not self.replaced:
            return "*"
        made = ", ".join(f"{value} AS {quoted(name)}" for name, value in self.replaced.items())
        return f"* REPLACE ({made})"


def _column(name: str, expression: str) -> str:
    return expression if expression == quoted(name) else f"{expression} AS {quoted(name)}"


def _is_closed(text: str) -> bool:
    """Whether a text is in parentheses as a whole."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return text.startswith("(") and place == len(text) - 1
    return False


def quoted(name: str) -> str:
    """A column's name as it stands in a query.

    >>> quoted("age"), quoted("order")
    ('age', '`order`')

    Raises LeftAloneError: for a name that none of BigQuery's columns has.
    """
    if not name.isascii() or not re.match(r"^[\w \-]+$", name):
        raise LeftAloneError(f"{name!r} is no name of a column")
    return name if _WORD.match(name) and name.upper() not in _RESERVED else f"`{name}`"


def parse_select(sql: str) -> Select:
    """The parts of a query.

    Raises LeftAloneError: when it is more than a choice of columns and rows of one table.

    >>> parse_select("SELECT a, b AS c FROM d.t WHERE a > 1").columns
    {'a': 'a', 'c': 'b'}
    """
    clauses = _clauses(sql)
    table = clauses.get("FROM", "").strip()
    if not _TABLE.match(table):
        raise LeftAloneError("the query reads more than one table")
    columns, replaced = _columns(clauses["SELECT"].strip())
    where = clauses.get("WHERE", "").strip()
    return Select(
        table,
        columns,
        replaced,
        (where,) if where else (),
        clauses.get("ORDER BY", "").strip(),
        clauses.get("LIMIT", "").strip(),
    )


def _clauses(sql: str) -> dict[str, str]:
    """The text behind each keyword of a query."""
    bounds: list[tuple[str, int, int]] = []
    depth = 0
    for text, start, end in _tokens(sql):
        word = " ".join(text.upper().split())
        depth += (word == "(") - (word == ")")
        if depth == 0 and word in _CLAUSES:
            bounds.append((word, start, end))
        elif word == "SELECT" or (depth == 0 and word in _REFUSED):
            raise LeftAloneError(f"the query has {word}")
        elif word == ";" and sql[end:].strip():
            raise LeftAloneError("the query has several statements")
    names = [name for name, _, _ in bounds]
    if names[:2] != ["SELECT", "FROM"] or len(set(names)) != len(names):
        raise LeftAloneError("the query is no SELECT of one table")
    if names != sorted(names, key=_CLAUSES.index):
        raise LeftAloneError("the clauses of the query are in an order that is not known")
    stops = [start for _, start, _ in bounds[1:]] + [len(sql.rstrip().rstrip(";"))]
    return {name: sql[end:stop] for (name, _, end), stop in zip(bounds, stops, strict=True)}


_REFUSED = {"JOIN", "GROUP BY", "HAVING", "QUALIFY", "UNION", "WITH", "WINDOW", "INTERSECT"}
_REFUSED |= {"EXCEPT", "DISTINCT", "CROSS", "INNER", "LEFT", "RIGHT", "FULL", "OFFSET", "PIVOT"}
_REFUSED |= {"UNPIVOT", "TABLESAMPLE", "FOR", "OVER", "UNNEST"}


def _tokens(sql: str) -> list[tuple[str, int, int]]:
    """The text, the start and the end of each token."""
    from sqlglot import errors
    from sqlglot.dialects.bigquery import BigQuery

    try:
        tokens = BigQuery().tokenize(sql)
    except errors.SqlglotError as error:
        raise LeftAloneError("the query cannot be parsed") from error
    if any(token.comments for token in tokens) or not sql.isascii():
        raise LeftAloneError("the query has comments, or characters that are not ASCII")
    return [(sql[token.start : token.end + 1], token.start, token.end + 1) for token in tokens]


def _columns(text: str) -> tuple[dict[str, str] | None, dict[str, str]]:
    """The columns of a projection, and with `*` those that are replaced."""
    if text == "*":
        return None, {}
    starred = re.match(r"^\*\s*REPLACE\s*\((.*)\)$", text, re.IGNORECASE | re.DOTALL)
    found: dict[str, str] = {}
    for part in _split(starred[1] if starred else text):
        plain, named = _COLUMN.match(part), _NAMED.match(part)
        if plain and not starred:
            found[plain[1]] = quoted(plain[1])
        elif named:
            _check_of_rows(named[1])
            source = _COLUMN.match(named[1].strip())
            found[named[2]] = quoted(source[1]) if source else named[1].strip()
        else:
            raise LeftAloneError(f"`{part}` in the query has no name, or is more than a column")
    return (None, found) if starred else (found, {})


def _split(text: str) -> list[str]:
    """The parts between the commas that stand in no parentheses."""
    parts, depth, last = [], 0, 0
    for token, start, end in _tokens(text):
        depth += (token == "(") - (token == ")")
        if token == "," and depth == 0:
            parts.append(text[last:start].strip())
            last = end
    return [*parts, text[last:].strip()]


def _check_of_rows(expression: str) -> None:
    tokens = _tokens(expression)
    for (word, _, _), (following, _, _) in pairwise(tokens):
        if following == "(" and _WORD.match(word) and word.upper() not in _OF_ROWS:
            raise LeftAloneError(f"the query has {word.upper()}, which may need more than one row")
    if any(word.upper() in ("OVER", "SELECT") for word, _, _ in tokens):
        raise LeftAloneError("the query computes more than single rows")
