"""DuckDB's errors in BigQuery's words."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    JobCancelledError,
    disk_full,
    invalid_query,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.files.csv_faults import csv_fault
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import BIGNUMERIC
from ml_api_kit.gcp_accessor.local.bigquery.query_faults import query_fault
from ml_api_kit.gcp_accessor.local.bigquery.tables.ingestion import broken_boundary
from ml_api_kit.gcp_accessor.local.bigquery.type_parameters import broken_constraint
from ml_api_kit.gcp_accessor.local.full_disk import is_full

# Where an upload is kept says nothing to who sent it.
_FILE = re.compile(r"""(?:\b(?:in|of) file |: )?["']?/\S*/uploads/[\w/.-]+["']?""")
_KIND = re.compile(r"^[A-Z][\w ]* Error: ")
_SCALAR = re.compile(
    r"Python exception occurred while executing the UDF: (?:[\w.]+): (.*)", re.DOTALL
)
_MACRO = re.compile(r"Macro \"?(?:safe_)?bq_(\w+)\"?\(\) (?:does not support|has multiple)")
_UNLIKE = re.compile(r"Cannot (?:mix|combine|compare|deduce|concatenate)|for cast")
_MALFORMED = re.compile(r"Malformed JSON.* in line (\d+): (.*)")


def to_bigquery_error(error: duckdb.Error, folder: Path | None = None) -> BigQueryError:
    """The BigQuery error that says what DuckDB's says, of a database in `folder`."""
    if isinstance(error, duckdb.InterruptException):
        return JobCancelledError("User requested cancellation")
    whole = str(error)
    if fault := _function_fault(whole) or _file_fault(whole):
        return fault
    if folder is not None and is_full(error):
        return disk_full(folder)
    text = _KIND.sub("", whole.splitlines()[0]).replace(BIGNUMERIC, "BIGNUMERIC")
    text = _FILE.sub("", text).strip()
    if is_beside_bignumeric(error):
        return unsupported("a BIGNUMERIC beside a number of another type here; cast them to one")
    if fault := broken_boundary(text) or broken_constraint(whole) or query_fault(text):
        return fault
    if isinstance(error, duckdb.OutOfRangeException) and "verflow" in text:
        return invalid_query(f"int64 overflow: {text}")
    if text.startswith("Max expression depth"):
        return unsupported("expressions so deep within each other")
    if isinstance(error, duckdb.ParserException):
        return unsupported("a statement of this form")
    if isinstance(error, duckdb.TransactionException):
        return BigQueryError(text, status=503, reason="backendError")
    return invalid_query(text)


def is_beside_bignumeric(error: duckdb.Error) -> bool:
    """Whether DuckDB has no type for a BIGNUMERIC and what is beside it."""
    said = str(error).partition("LINE ")[0]
    return "@bignumeric" in said and _UNLIKE.search(said.splitlines()[0]) is not None


def _function_fault(whole: str) -> BigQueryError | None:
    """The error that a function or a macro of the library gave, or one of its arguments."""
    if match := _SCALAR.search(whole):
        return invalid_query(match[1].partition("\n\nAt:")[0].strip())
    if match := _MACRO.search(whole):
        # DuckDB looks at the types first, and has none for a name that it does not find.
        return unsupported(
            f"these types of arguments of {match[1].upper()}, or a name in them that is not there"
        )
    return None


def _file_fault(whole: str) -> BigQueryError | None:
    """The error of a file of CSV or JSON that cannot be read."""
    fault = csv_fault(whole)
    if match := _MALFORMED.search(whole):
        # DuckDB counts the records that it has begun, and passes over empty lines.
        fault = f"JSON parsing error in record {int(match[1]) - 1}: {match[2].strip()}"
    if fault is None:
        return None
    return BigQueryError(f"Error while reading data, error message: {fault}")


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
