"""DuckDB's errors of queries that are wrong as a whole, in BigQuery's words."""

from __future__ import annotations

import re

_UNGROUPED = "expression references column {} which is neither grouped nor aggregated"
_WORDS = [
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


def query_fault(message: str) -> str | None:
    """What BigQuery says where DuckDB says this; None where it is something else.

    >>> query_fault("Subquery returns 2 columns - expected 1").split(" unless")[0]
    'Scalar subquery cannot have more than one column'
    """
    for pattern, words in _WORDS:
        if match := re.search(pattern, message):
            return words.format(*match.groups())
    return None
