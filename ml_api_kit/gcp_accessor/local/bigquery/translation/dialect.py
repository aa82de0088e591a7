"""BigQuery's SQL as a tree that keeps function calls as they are written.

sqlglot's own BigQuery dialect turns `FORMAT_DATE('%Y', d)` into the node of a general function, of
which other dialects have their forms. Here what a function means is looked up by its BigQuery name,
so that a call stays `Anonymous(FORMAT_DATE, …)`; only what has a syntax of its own is parsed on.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.bigquery import BigQuery
from sqlglot.tokenizer_core import Token, TokenType

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import RAW_BYTES
from ml_api_kit.gcp_accessor.local.bigquery.translation.pipe_syntax import PipeParser

# A number with its exponent before an operator, which sqlglot takes for the exponent's sign.
_RUN_ON = re.compile(r"(\d+\.?\d*|\.\d+)[eE]\d+(?=[+-])")

_OF_OTHER_DIALECTS = (
    "GLOB", "ILIKE", "LOCK", "NOTNULL", "PARTITIONED_BY", "REGEXP", "RETURNING", "RLIKE", "UNCACHE",
    "XOR",
)  # fmt: skip
_NAMES = (TokenType.VAR, TokenType.IDENTIFIER)
_WITH_SYNTAX = ("CAST", "SAFE_CAST", "EXTRACT", "ARRAY")


class BigQueryCalls(BigQuery):
    """BigQuery's dialect with each call of a function under the name it was written with."""

    class Tokenizer(BigQuery.Tokenizer):
        """BigQuery's tokens, of which `1e2+1` are three; words of other dialects are names."""

        KEYWORDS: ClassVar[dict[str, TokenType]] = {
            word: kind
            for word, kind in BigQuery.Tokenizer.KEYWORDS.items()
            if word not in _OF_OTHER_DIALECTS
        }
        NATIONAL_RAW_STRINGS = RAW_BYTES

        def tokenize(self, sql: str) -> list[Token]:
            """The tokens of the text."""
            found: list[Token] = []
            rest = super().tokenize(sql)
            while (place := _first_run_on(rest)) is not None:
                number = rest[place]
                spelled = _RUN_ON.match(number.text)
                assert spelled is not None
                length = len(number.text) - spelled.end()
                number.text, number.end = spelled.group(), number.end - length
                found += rest[: place + 1]
                # What is read already becomes white space, so that places are kept.
                sql = re.sub(r"[^\r\n]", " ", sql[: number.end + 1]) + sql[number.end + 1 :]
                rest = super().tokenize(sql)
            return _with_columns([*found, *rest])

    class Parser(PipeParser):
        """The parser of BigQuery's dialect without its table of functions."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            name: parse
            for name, parse in BigQuery.Parser.FUNCTION_PARSERS.items()
            if name in _WITH_SYNTAX
        }
        PRIMARY_PARSERS: ClassVar[dict[TokenType, Any]] = {
            **BigQuery.Parser.PRIMARY_PARSERS,
            TokenType.NATIONAL_RAW_STRING: lambda _, token: _raw_bytes(token),
        }

        def _parse_cast(self, strict: bool, safe: bool | None = None) -> exp.Expr:
            # sqlglot would make another function of a cast to a date with FORMAT.
            value = self._parse_assignment()
            if not self._match(TokenType.ALIAS):
                self.raise_error("Expected AS after CAST")
            to = self._parse_types(with_collation=True)
            if to is None:
                self.raise_error("Expected TYPE after CAST")
            if isinstance(to, exp.Identifier):
                to = exp.DataType.from_str(to.name, dialect=self.dialect, udt=True)
            form = self._parse_bitwise() if self._match(TokenType.FORMAT) else None
            kind = exp.Cast if strict else exp.TryCast
            cast: exp.Expr = self.expression(kind(this=value, to=to, format=form, safe=safe))
            return cast

        def _parse_value(self, values: bool = True) -> exp.Tuple | None:
            # `INSERT (a, b) ROW` of a MERGE has columns before its ROW.
            found: exp.Tuple | None = super()._parse_value(values=values)
            if not values and found is not None and self._match_text_seq("ROW"):
                found.meta["is_row"] = True
            return found

        def _parse_types(self, *arguments: Any, **options: Any) -> exp.Expr | None:
            # `ARRAY<INT64>[…]` and `STRUCT<INT64>(…)` take fewer values than a CAST would.
            found: exp.Expr | None = super()._parse_types(*arguments, **options)
            if isinstance(found, exp.Cast):
                found.meta["is_constructor"] = True
            return found

        def _parse_cube_or_rollup(self, with_prefix: bool = False) -> exp.Cube | exp.Rollup | None:
            # sqlglot's own takes no conditions, such as `ROLLUP(a > 1)`.
            if not self._match_set((TokenType.CUBE, TokenType.ROLLUP)):
                return None
            kind = exp.Cube if self._prev.token_type == TokenType.CUBE else exp.Rollup
            return kind(expressions=self._parse_wrapped_csv(self._parse_disjunction))

        def _parse_lambda(self, *arguments: Any, **options: Any) -> exp.Expr | None:
            # `f(TABLE d.t)`: an argument that is a table is the query of its rows.
            is_table = self._curr is not None and self._curr.token_type == TokenType.TABLE
            if is_table and self._next is not None and self._next.token_type in _NAMES:
                self._advance()
                source = exp.From(this=self._parse_table_parts())
                return exp.Subquery(this=exp.Select(expressions=[exp.Star()], from_=source))
            parsed: exp.Expr | None = super()._parse_lambda(*arguments, **options)
            return parsed

        def _parse_wrapped_select(self, table: bool = False) -> exp.Expr | None:
            # sqlglot joins nothing to an array that comes first within parentheses.
            parsed: exp.Expr | None = super()._parse_wrapped_select(table=table)
            joins = list(self._parse_joins()) if isinstance(parsed, exp.Unnest) else []
            return exp.Table(this=parsed, joins=joins) if joins else parsed

        def _parse_query_modifiers(self, this: exp.Expr | None) -> exp.Expr | None:
            parsed: exp.Expr | None = super()._parse_query_modifiers(this)
            if isinstance(parsed, exp.Select):
                _join_in_place(parsed)
            return parsed

        def _parse_column_ops(self, this: exp.Expr | None) -> exp.Expr | None:
            # BigQuery's own parser knows SAFE.F() and NET.F(), but not both.
            words = [token.text.upper() for token in self._tokens[self._index : self._index + 3]]
            if this is not None and this.name.upper() == "SAFE" and words == [".", "NET", "."]:
                self._advance(3)
                function = self._parse_function(any_token=True)
                return exp.SafeFunc(this=exp.NetFunc(this=function))
            parsed: exp.Expr | None = super()._parse_column_ops(this)
            return parsed


def _join_in_place(select: exp.Select) -> None:
    """Take the parentheses off `FROM (UNNEST(…) JOIN …)`, which come first and so mean nothing."""
    for join in select.args.get("joins") or []:
        if _joined_array(join.this) is not None:
            raise unsupported(
                "tables that are joined to an array within parentheses, behind others"
            )
    source = select.args.get("from_")
    joined = None if source is None else _joined_array(source.this)
    if source is not None and joined is not None:
        select.set("joins", [*joined.args["joins"], *(select.args.get("joins") or [])])
        source.set("this", joined.this)


def _joined_array(source: exp.Expr | None) -> exp.Table | None:
    inner = source.this if isinstance(source, exp.Subquery) else None
    is_joined = isinstance(inner, exp.Table) and isinstance(inner.this, exp.Unnest)
    return inner if is_joined else None


def _raw_bytes(token: Token) -> exp.ByteString:
    # Each character stands for the byte of its number, as in the parser's other bytes.
    return exp.ByteString(this=token.text.encode().decode("latin-1"), is_bytes=True)


def _with_columns(tokens: list[Token]) -> list[Token]:
    """The tokens with `offset` as a name where GROUP BY or a comma is before it."""
    for before, token in pairwise(tokens):
        is_listed = before.token_type in (TokenType.GROUP_BY, TokenType.COMMA)
        if token.token_type == TokenType.OFFSET and is_listed:
            token.token_type = TokenType.VAR
    return tokens


def _first_run_on(tokens: list[Token]) -> int | None:
    return next(
        (
            place
            for place, token in enumerate(tokens)
            if token.token_type == TokenType.NUMBER and _RUN_ON.match(token.text)
        ),
        None,
    )
