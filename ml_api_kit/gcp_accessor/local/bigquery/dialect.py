"""BigQuery's SQL as a tree that keeps function calls as they are written.

sqlglot's own BigQuery dialect turns `FORMAT_DATE('%Y', d)` into the node of a general function, of
which other dialects have their forms. Here what a function means is looked up by its BigQuery name,
so that a call stays `Anonymous(FORMAT_DATE, …)`; only what has a syntax of its own is parsed on.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.bigquery import BigQuery
from sqlglot.tokenizer_core import Token, TokenType

from ml_api_kit.gcp_accessor.local.bigquery.pipe_syntax import PipeParser

# A number with its exponent before an operator, which sqlglot takes for the exponent's sign.
_RUN_ON = re.compile(r"(\d+\.?\d*|\.\d+)[eE]\d+(?=[+-])")

_NAMES = (TokenType.VAR, TokenType.IDENTIFIER)
_WITH_SYNTAX = ("CAST", "SAFE_CAST", "EXTRACT", "ARRAY")


class BigQueryCalls(BigQuery):
    """BigQuery's dialect with each call of a function under the name it was written with."""

    class Tokenizer(BigQuery.Tokenizer):
        """BigQuery's tokens, of which `1e2+1` are three."""

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
            return found + rest

    class Parser(PipeParser):
        """The parser of BigQuery's dialect without its table of functions."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            name: parse
            for name, parse in BigQuery.Parser.FUNCTION_PARSERS.items()
            if name in _WITH_SYNTAX
        }

        def _parse_lambda(self, *arguments: Any, **options: Any) -> exp.Expr | None:
            # `f(TABLE d.t)`: an argument that is a table is the query of its rows.
            is_table = self._curr is not None and self._curr.token_type == TokenType.TABLE
            if is_table and self._next is not None and self._next.token_type in _NAMES:
                self._advance()
                source = exp.From(this=self._parse_table_parts())
                return exp.Subquery(this=exp.Select(expressions=[exp.Star()], from_=source))
            parsed: exp.Expr | None = super()._parse_lambda(*arguments, **options)
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


def _first_run_on(tokens: list[Token]) -> int | None:
    return next(
        (
            place
            for place, token in enumerate(tokens)
            if token.token_type == TokenType.NUMBER and _RUN_ON.match(token.text)
        ),
        None,
    )
