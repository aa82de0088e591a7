"""DuckDB's errors of queries, in BigQuery's words: a line for each that DuckDB has."""

from __future__ import annotations

import re

from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    invalid_query,
    not_found,
    unsupported,
)

_UNSUPPORTED = [
    (
        # A macro that may refuse a value counts as volatile.
        r"cannot be volatile",
        "a CAST, division or date function in PARTITION BY or ORDER BY of a window; compute it in "
        "a subquery",
    ),
    (
        r"transaction is aborted",
        "a transaction that goes on after an error, and has changes whose values differ each time, "
        "such as those of RAND(), or is one of a session beside which others wrote",
    ),
    (
        # What DuckDB says where it cannot plan a subquery within another that reads a row of the
        # outermost.
        r"Failed to bind column reference|unordered_map::at|table index mismatch",
        "a subquery of this form that reads columns of the queries around it",
    ),
    (r"^Having clause cannot reference alias", "a subquery in HAVING that reads a group"),
    (r"^STAR expression is only allowed", "a star in this place"),
    (r"Overflow in HUGEINT", "a sum beyond the range of NUMERIC on the way to an average"),
]
# A view outlives the tables that it reads.
_NOT_FOUND = [(r"Table with name (\S+) does not exist", "Table {}")]
_UNGROUPED = "expression references column {} which is neither grouped nor aggregated"
_INVALID = [
    (r'Referenced (?:column|table) "([^"]+)" (?:was )?not found', "Unrecognized name: {}"),
    (r'Column "([^"]+)" referenced that exists in the SELECT clause', "Unrecognized name: {}"),
    (
        r'(?:Table|column|Values list) .*does not have a column (?:with name|named) "([^"]+)"',
        "Name {} not found inside the table",
    ),
    (r"Function with name \"?([^\s\"]+)\"? does not exist", "Function not found: {}"),
    (r"NOT NULL constraint failed: \S*?([^.\s]+)$", "Required field {} cannot be null"),
    (r"Division by zero in expression \((.+?)\)", "division by zero: {}"),
    (r"^Type INT128 with value (\S+) can't be cast.* type INT64", "int64 overflow: {}"),
    (r"Overflow in SUM of DECIMAL", "numeric overflow: SUM"),
    (r"Overflow in \w+ of INT64 \((.+)\)!", "int64 overflow: {}"),
    (
        r'column "([^"]+)" must appear in the GROUP BY clause or be used in',
        f"HAVING clause {_UNGROUPED}",
    ),
    (r'column "([^"]+)" must appear in the GROUP BY clause', f"SELECT list {_UNGROUPED}"),
    (r"^WHERE clause cannot contain aggregates", "Aggregate function not allowed in WHERE clause"),
    (
        r"^WHERE clause cannot contain window functions",
        "Analytic function not allowed in WHERE clause",
    ),
    (r"^GROUP BY clause cannot contain aggregates", "Aggregate function not allowed in GROUP BY"),
    (
        r"^aggregate function calls cannot be nested",
        "Aggregations of aggregations are not allowed",
    ),
    (
        r"^GROUP BY term out of range - should be between 1 and (\d+)",
        "GROUP BY is out of SELECT column number range: the SELECT list has {} columns",
    ),
    (
        r"^ORDER term out of range - should be between 1 and (\d+)",
        "ORDER BY is out of SELECT column number range: the SELECT list has {} columns",
    ),
    (
        r"^Subquery returns \d+ columns - expected 1",
        "Scalar subquery cannot have more than one column unless using SELECT AS STRUCT to build "
        "STRUCT values",
    ),
    (
        r"^More than one row returned by a subquery",
        "Scalar subquery produced more than one element",
    ),
    (r"^LIMIT/OFFSET cannot be negative", "Limit requires non-negative count and offset"),
    (
        r"^at least one window function must appear",
        "The QUALIFY clause requires analytic function to be present",
    ),
    (
        r"^SELECT list is empty after resolving",
        "SELECT * expands to zero columns after applying EXCEPT",
    ),
    (
        r'^Column "([^"]+)" in REPLACE list not found',
        "Column {} in SELECT * REPLACE list does not exist",
    ),
    (r"^\* expression without FROM clause", "SELECT * must have a FROM clause"),
    (r"^Argument for ntile must be greater than zero", "The argument to NTILE must be at least 1"),
    (
        r"^Cannot mix values of type .* in CASE expression",
        "No matching signature for operator CASE; all THEN/ELSE arguments must be coercible to a "
        "common type",
    ),
    (
        r"^Cannot (?:mix values of type .* in COALESCE|combine types of)",
        "No matching signature for a function whose arguments must have a common type",
    ),
    (
        r"^Cannot compare values of type .* in IN/ANY/ALL",
        "Cannot execute IN subquery with uncomparable types",
    ),
    (r"argument types 'list_concat\(", "No matching signature for operator ||"),
    (
        r"^Frame starting from following row cannot have preceding rows",
        "Ending window framing expression cannot be OFFSET PRECEDING when the starting window "
        "framing expression is OFFSET FOLLOWING",
    ),
    (
        r"^RANGE frames must have only one ORDER BY expression",
        "A RANGE-based window with OFFSET PRECEDING or OFFSET FOLLOWING boundaries must have "
        "exactly one ORDER BY key",
    ),
]

_WORDS = ((unsupported, _UNSUPPORTED), (not_found, _NOT_FOUND), (invalid_query, _INVALID))


def query_fault(message: str) -> BigQueryError | None:
    """The error that BigQuery gives where DuckDB says this; None where it is something else.

    >>> query_fault("Subquery returns 2 columns - expected 1").message.split(" unless")[0]
    'Scalar subquery cannot have more than one column'
    """
    for kind, table in _WORDS:
        for pattern, words in table:
            if match := re.search(pattern, message):
                return kind(words.format(*match.groups()))
    return None
