"""A query before Google's evaluator and the local BigQuery: is it valid, and do they agree?"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_api_kit.gcp_accessor.googlesql.evaluator import Evaluator, GoogleSqlError, SqlAnswer

_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
_INVALID = "INVALID_ARGUMENT"
_NO_TABLE = re.compile(r"Table not found: (\S+)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What both say of a query.

    `error` is what is wrong with the query, where it is; `unknown` why the evaluator cannot tell.
    `local_error` is what the local BigQuery says against it, `is_equal` whether both agree.
    """

    answer: SqlAnswer | None = None
    error: str | None = None
    is_valid: bool = True
    unknown: str | None = None
    local_rows: list[Any] | None = None
    local_error: str | None = None
    is_equal: bool = False


def compare(sql: str, evaluator: Evaluator) -> Verdict:
    """The verdict on a query; the local BigQuery is an empty one, made for it."""
    try:
        answer = evaluator.evaluate(sql)
    except GoogleSqlError as error:
        if error.code in ("UNIMPLEMENTED", "INTERNAL"):
            return Verdict(unknown=error.message)
        if match := _NO_TABLE.search(error.message):
            return Verdict(unknown=f"the query reads the table {match[1]}")
        _, local_error = _run_locally(sql)
        return Verdict(
            error=error.message,
            is_valid=error.code != _INVALID,
            local_error=local_error,
            is_equal=local_error is not None,
        )
    rows, local_error = _run_locally(sql)
    is_equal = rows is not None and _comparable(rows) == _comparable(answer.rows)
    return Verdict(answer, local_rows=rows, local_error=local_error, is_equal=is_equal)


def _run_locally(sql: str) -> tuple[list[Any] | None, str | None]:
    from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest
    from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError

    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder), project="local")
        try:
            result = engine.run(QueryRequest(sql))
            if result.table_sql is None:
                return [], None
            count = result.row_count
            texts = engine.rows_json(result.table_sql, result.fields, start=0, count=count)
            return [[_plain(cell) for cell in json.loads(text)["f"]] for text in texts], None
        except BigQueryError as error:
            return None, error.message
        finally:
            engine.close()


def _plain(cell: dict[str, Any]) -> Any:
    value = cell["v"]
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return [_plain(item) for item in value["f"]] if isinstance(value, dict) else value


def _comparable(value: Any) -> Any:
    """The value with lists for tuples, None for an empty list, numbers to thirteen digits."""
    if isinstance(value, (list, tuple)):
        return [_comparable(item) for item in value] or None
    if isinstance(value, str) and "." in value and _NUMBER.fullmatch(value):
        return f"{float(value):.13g}"
    return value
