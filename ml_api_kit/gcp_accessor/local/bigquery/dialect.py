"""BigQuery's SQL as a tree that keeps function calls as they are written.

sqlglot's own BigQuery dialect turns `FORMAT_DATE('%Y', d)` into the node of a general function, of
which other dialects have their forms. Here what a function means is looked up by its BigQuery name,
so that a call stays `Anonymous(FORMAT_DATE, …)`; only what has a syntax of its own is parsed on.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.bigquery import BigQuery

from ml_api_kit.gcp_accessor.local.bigquery.pipe_syntax import PipeParser

_WITH_SYNTAX = ("CAST", "SAFE_CAST", "EXTRACT", "ARRAY")


class BigQueryCalls(BigQuery):
    """BigQuery's dialect with each call of a function under the name it was written with."""

    class Parser(PipeParser):
        """The parser of BigQuery's dialect without its table of functions."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            name: parse
            for name, parse in BigQuery.Parser.FUNCTION_PARSERS.items()
            if name in _WITH_SYNTAX
        }

        def _parse_column_ops(self, this: exp.Expr | None) -> exp.Expr | None:
            # BigQuery's own parser knows SAFE.F() and NET.F(), but not both.
            words = [token.text.upper() for token in self._tokens[self._index : self._index + 3]]
            if this is not None and this.name.upper() == "SAFE" and words == [".", "NET", "."]:
                self._advance(3)
                function = self._parse_function(any_token=True)
                return exp.SafeFunc(this=exp.NetFunc(this=function))
            parsed: exp.Expr | None = super()._parse_column_ops(this)
            return parsed
