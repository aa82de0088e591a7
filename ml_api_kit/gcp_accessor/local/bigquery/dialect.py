"""BigQuery's SQL as a tree that keeps function calls as they are written.

sqlglot's own BigQuery dialect turns `FORMAT_DATE('%Y', d)` into the node of a general function, of
which other dialects have their forms. Here what a function means is looked up by its BigQuery name,
so that a call stays `Anonymous(FORMAT_DATE, …)`; only what has a syntax of its own is parsed on.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlglot.dialects.bigquery import BigQuery

_WITH_SYNTAX = ("CAST", "SAFE_CAST", "EXTRACT", "ARRAY")


class BigQueryCalls(BigQuery):
    """BigQuery's dialect with each call of a function under the name it was written with."""

    class Parser(BigQuery.Parser):  # type: ignore[valid-type, misc]
        """The parser of BigQuery's dialect without its table of functions."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            name: parse
            for name, parse in BigQuery.Parser.FUNCTION_PARSERS.items()
            if name in _WITH_SYNTAX
        }
