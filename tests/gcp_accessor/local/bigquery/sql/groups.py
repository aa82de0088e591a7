"""The queries of each group and their recorded answers; what the local engine makes of them.

A group `array` has its queries in `array.sql`, one in a line; what is no SELECT is one expression.
Answers are in `answers/array.json`: those of Google's evaluator, or of BigQuery's documentation
where the evaluator lacks the function or is built without a part of its library. Distances on the
sphere are those of s2geography, which is built on the library that BigQuery measures with.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName

FOLDER = Path(__file__).parent
RIGHT, REFUSED, WRONG, FAILED = "right", "refused", "wrong", "failed"
_REFUSAL = "not supported by the local BigQuery"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A query and the answer that BigQuery gives: types and rows, or the message of its error."""

    query: str
    source: str
    types: list[str] | None = None
    rows: list[Any] | None = None
    error: str | None = None

    @property
    def sql(self) -> str:
        """The query as a statement."""
        is_statement = self.query.split()[0] in ("SELECT", "WITH", "FROM")
        return self.query if is_statement else f"SELECT {self.query}"


def group_names() -> list[str]:
    """The names of all groups."""
    return sorted(path.stem for path in FOLDER.glob("*.sql"))


@cache
def read_group(name: str) -> list[Recorded]:
    """The queries of a group, in the order of its file, with their answers."""
    text = (FOLDER / "answers" / f"{name}.json").read_text(encoding="utf-8")
    answers = {item["query"]: Recorded(**item) for item in json.loads(text)}
    queries = (FOLDER / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    return [answers[query] for query in queries if query in answers]


def outcome(engine: Engine, recorded: Recorded) -> tuple[str, str]:
    """What the engine makes of a query: right, refused, failed or wrong; and what it said."""
    try:
        types, rows = run(engine, recorded.sql)
    except BigQueryError as error:
        if _REFUSAL in error.message:
            return REFUSED, error.message
        return (RIGHT if recorded.error is not None else FAILED), error.message
    if recorded.error is not None:
        return WRONG, f"{rows} instead of the error {recorded.error}"
    assert recorded.rows is not None
    assert recorded.types is not None
    wanted = [comparable(row, recorded.types) for row in recorded.rows]
    found = [comparable(row, recorded.types) for row in rows]
    if wanted != found:
        return WRONG, f"{found} instead of {wanted}"
    if not any("STRUCT" in kind for kind in types) and types != recorded.types:
        return WRONG, f"{types} instead of {recorded.types}"
    return RIGHT, ""


def run(
    engine: Engine, sql: str, default_dataset: DatasetName | None = None
) -> tuple[list[str], list[list[Any]]]:
    """The types and the rows of a query's answer, as the REST answers spell them."""
    result = engine.run(QueryRequest(sql, default_dataset=default_dataset))
    assert result.table_sql is not None
    rows = engine.rows_json(result.table_sql, result.fields, start=0, count=1000)
    types = [_kind(field) for field in result.fields]
    return types, [[_plain(cell) for cell in json.loads(row)["f"]] for row in rows]


def _plain(cell: dict[str, Any]) -> Any:
    value = cell["v"]
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return [_plain(item) for item in value["f"]] if isinstance(value, dict) else value


def _kind(field: dict[str, Any]) -> str:
    kind = str(field["type"])
    if kind == "RECORD":
        kind = f"STRUCT<{', '.join(_kind(item) for item in field['fields'])}>"
    if kind == "RANGE":
        kind = f"RANGE<{field['rangeElementType']['type']}>"
    return f"ARRAY<{kind}>" if field["mode"] == "REPEATED" else kind


def comparable(row: list[Any], types: list[str]) -> list[Any]:
    """The row with numbers to thirteen digits, JSON read, and NULL arrays as empty ones."""
    return [
        _comparable([] if value is None and kind.startswith("ARRAY") else value, kind)
        for value, kind in zip(row, types, strict=True)
    ]


def _comparable(value: Any, kind: str) -> Any:
    if isinstance(value, (list, tuple)):
        return [_comparable(item, kind) for item in value]
    if value is None:
        return None
    if "JSON" in kind:
        return json.loads(value)
    if "FLOAT" in kind and re.fullmatch(r"-?[\d.]+(e[+-]?\d+)?|NaN|-?Infinity", value):
        return f"{float(value):.13g}"
    if re.fullmatch(r"(\d{4}-\d\d-\d\dT)?\d\d:\d\d:\d\d\.\d+", value):
        return value.rstrip("0")
    return value
