"""DuckDB's errors in BigQuery's words."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from ml_api_kit.gcp_accessor.local.bigquery.csv_faults import csv_fault
from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    JobCancelledError,
    disk_full,
    invalid_query,
    not_found,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.ingestion import broken_boundary
from ml_api_kit.gcp_accessor.local.bigquery.query_faults import query_fault
from ml_api_kit.gcp_accessor.local.bigquery.type_parameters import broken_constraint
from ml_api_kit.gcp_accessor.local.full_disk import is_full

_NAME = re.compile(
    r'Referenced (?:column|table) "([^"]+)" (?:was )?not found'
    r'|Column "([^"]+)" referenced that exists in the SELECT clause'
)
_COLUMN = re.compile(
    r'(?:Table|column|Values list) .*does not have a column (?:with name|named) "([^"]+)"'
)
_NO_TABLE = re.compile(r"Table with name (\S+) does not exist")
_FUNCTION = re.compile(r"Function with name \"?([^\s\"]+)\"? does not exist")
# Where an upload is kept says nothing to who sent it.
_FILE = re.compile(r"""(?:\b(?:in|of) file |: )?["']?/\S*/uploads/[\w/.-]+["']?""")
_NOT_NULL = re.compile(r"NOT NULL constraint failed: \S*?([^.\s]+)$")
_SCALAR = re.compile(
    r"Python exception occurred while executing the UDF: (?:[\w.]+): (.*)", re.DOTALL
)
_MACRO = re.compile(r"Macro \"?(?:safe_)?bq_(\w+)\"?\(\) (?:does not support|has multiple)")
_MALFORMED = re.compile(r"Malformed JSON.* in line (\d+): (.*)")
_OVERFLOW = re.compile(r"Overflow in \w+ of INT64 \((.+)\)!")
# What DuckDB says where it cannot plan a subquery within another that reads a row of the outermost.
_CORRELATED = ("Failed to bind column reference", "unordered_map::at", "table index mismatch")
_OUT_OF_RANGE = re.compile(r"^Type INT128 with value (\S+) can't be cast.* type INT64")
_DIVISION = re.compile(r"Division by zero in expression \((.+?)\)")


def to_bigquery_error(error: duckdb.Error, folder: Path | None = None) -> BigQueryError:
    """The BigQuery error that says what DuckDB's says, of a database in `folder`."""
    if isinstance(error, duckdb.InterruptException):
        return JobCancelledError("User requested cancellation")
    if match := _SCALAR.search(str(error)):
        return invalid_query(match[1].partition("\n\nAt:")[0].strip())
    if match := _MACRO.search(str(error)):
        # DuckDB looks at the types first, and has none for a name that it does not find.
        return unsupported(
            f"these types of arguments of {match[1].upper()}, or a name in them that is not there"
        )
    if fault := csv_fault(str(error)):
        return BigQueryError(f"Error while reading data, error message: {fault}")
    message = str(error).splitlines()[0]
    if match := _MALFORMED.search(message):
        # DuckDB counts the records that it has begun, and passes over empty lines.
        return BigQueryError(
            "Error while reading data, error message: JSON parsing error in record "
            f"{int(match[1]) - 1}: {match[2].strip()}"
        )
    text = _FILE.sub("", re.sub(r"^[A-Z][\w ]* Error: ", "", message)).strip()
    if folder is not None and isinstance(error, duckdb.Error) and is_full(error):
        return disk_full(folder)
    if (broken := broken_boundary(message) or broken_constraint(str(error))) is not None:
        return broken
    if match := _NAME.search(message):
        return invalid_query(f"Unrecognized name: {match[1] or match[2]}")
    if match := _COLUMN.search(message):
        return invalid_query(f"Name {match[1]} not found inside the table")
    if match := _NO_TABLE.search(message):
        # A view outlives the tables that it reads.
        return not_found(f"Table {match[1]}")
    if match := _FUNCTION.search(message):
        return invalid_query(f"Function not found: {match[1]}")
    if "BIGNUM" in message and re.search(r"Cannot (mix|combine|compare|deduce)|for cast", message):
        return unsupported("a BIGNUMERIC beside a number of another type here; cast them to one")
    if (fault := query_fault(text)) is not None:
        return invalid_query(fault)
    if match := _NOT_NULL.search(message):
        return invalid_query(f"Required field {match[1]} cannot be null")
    if match := _DIVISION.search(message):
        return invalid_query(f"division by zero: {match[1]}")
    if "cannot be volatile" in message:
        # A macro that may refuse a value counts as volatile.
        return unsupported(
            "a CAST, division or date function in PARTITION BY or ORDER BY of a window; compute "
            "it in a subquery"
        )
    if "transaction is aborted" in message:
        return unsupported(
            "a transaction that goes on after an error, and has changes whose values differ each "
            "time, such as those of RAND(), or is one of a session beside which others wrote"
        )
    if any(known in message for known in _CORRELATED):
        return unsupported("a subquery of this form that reads columns of the queries around it")
    if match := _OUT_OF_RANGE.search(text):
        return invalid_query(f"int64 overflow: {match[1]}")
    if "Overflow in SUM of DECIMAL" in message:
        return invalid_query("numeric overflow: SUM")
    if "Overflow in HUGEINT" in message:
        return unsupported("a sum beyond the range of NUMERIC on the way to an average")
    if match := _OVERFLOW.search(message):
        return invalid_query(f"int64 overflow: {match[1]}")
    if isinstance(error, duckdb.OutOfRangeException) and "verflow" in text:
        return invalid_query(f"int64 overflow: {text}")
    if isinstance(error, duckdb.TransactionException):
        return BigQueryError(text, status=503, reason="backendError")
    return invalid_query(text)


def unforeseen(error: Exception, folder: Path) -> BigQueryError:
    """What is answered where nothing was foreseen; the caller logs the error itself."""
    if isinstance(error, OSError | duckdb.Error) and is_full(error):
        return disk_full(folder)
    # What was not foreseen is not supported. Clients repeat an internalError for ten minutes.
    return BigQueryError(
        "not supported by the local BigQuery: this request made it fail; its log has the traceback",
        status=501,
        reason="notImplemented",
    )
