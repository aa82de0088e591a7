"""What is wrong with a text that is no SQL, and where, in the words of GoogleSQL."""

from __future__ import annotations

import re

from sqlglot.errors import ParseError

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import SqlReader

# What sqlglot says where a statement has ended and words are left.
_LEFT_OVER = "Invalid expression / Unexpected token"
_EXPECTED = re.compile(r"^(?:Expecting|Expected) ([^\s\w]|[A-Z]{2,}\b)")


def syntax_fault(sql: str, error: Exception) -> BigQueryError:
    """The error of a text that the parser refuses with `error`.

    >>> import sqlglot
    >>> try:
    ...     sqlglot.parse("SELECT (1", read="bigquery")
    ... except ParseError as error:
    ...     syntax_fault("SELECT (1", error).message
    'Syntax error: Expected ")" but got end of script at [1:10]'

    Raises BigQueryError: when not even its words can be told apart.
    """
    reader = SqlReader(sql)
    if not isinstance(error, ParseError) or not error.errors:
        return invalid_query("Syntax error: too deeply nested")
    if reader.is_identifier() and not reader.is_next(":", skip=1):
        # No statement begins with a name, which the parser takes for an expression.
        return reader.error(f"Unexpected {reader.found()}")
    fault = error.errors[0]
    description = str(fault["description"]).replace("Expected TYPE", "Unexpected")
    reader.move_to(int(fault["line"]), int(fault["col"]))
    if reader.is_last and not _is_unexpected(reader, description):
        # The parser shows the last word where one is missing behind it.
        reader.skip()
    return reader.error(_words(reader, description))


def check_first_word(sql: str) -> None:
    """Nothing, where the text begins as a statement may.

    Raises BigQueryError: where it begins with a name.
    """
    reader = SqlReader(sql)
    if reader.is_identifier():
        raise reader.error(f"Unexpected {reader.found()}")


def _is_unexpected(reader: SqlReader, description: str) -> bool:
    is_closing = reader.is_next(")") and reader.has_closed_all()
    return is_closing or description.startswith(_LEFT_OVER)


def _words(reader: SqlReader, description: str) -> str:
    if description.startswith(_LEFT_OVER):
        return f"Expected end of input but got {reader.found()}"
    if match := _EXPECTED.match(description):
        spelled = f"keyword {match[1]}" if match[1].isalpha() else f'"{match[1]}"'
        return f"Expected {spelled} but got {reader.found()}"
    return f"Unexpected {reader.found()}"
