"""The data source of a converted project as a table: a CSV file, and the names of its columns.

Columns of research data have any name; those of a BigQuery table have letters, digits and
underscores, and capitals make no difference. A column `row_id` counts the rows, for paging.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ml_api_kit.project.work_folder import WorkFolder
from ml_api_kit.research.check import GoldenCase
from ml_api_kit.schemas import ColumnSpec

ROW_ID = "row_id"

_LONGEST_NAME = 120
_MISSING = frozenset({"nan", "none", "<na>", "nat"})
_TYPES = {"number": "FLOAT64", "integer": "INT64", "boolean": "BOOL", "string": "STRING"}


def source_file(source: Mapping[str, Any]) -> str | None:
    """The name of the file that the data came from, where the research code names one.

    >>> source_file({"text": "df = pd.read_csv('data/car data.csv')"})
    'car data.csv'
    """
    named = source.get("file")
    if not named:
        found = re.search(r"""["']([^"'\n]+\.[A-Za-z][A-Za-z0-9.]{1,9})["']""", source["text"])
        named = found.group(1) if found else None
    return re.split(r"[/\\]", str(named))[-1] if named else None


def source_name(work: WorkFolder) -> str:
    """The name of the data source, as a part of a file's and of a table's name."""
    table = work.interface.source.get("table")
    stem = table.rpartition(".")[2] if table else _stem(work.interface.source)
    plain = re.sub(r"\W+", "_", stem, flags=re.ASCII).strip("_").lower()
    return plain[:_LONGEST_NAME] or "rows"


def _stem(source: Mapping[str, Any]) -> str:
    return (source_file(source) or "rows").partition(".")[0]


def known_rows(golden: Iterable[GoldenCase]) -> dict[int, Mapping[str, Any]]:
    """The rows of golden cases by their place in the data source, where that is known."""
    return {case.raw_index: case.row for case in golden if case.raw_index is not None}


def table_columns(names: Iterable[str]) -> dict[str, str]:
    """For each column the name it has in a BigQuery table; no two are the same.

    >>> table_columns(["Present Price", "present_price", "2nd", "row_id"])
    {'Present Price': 'Present_Price', 'present_price': 'present_price_2', '2nd': 'c_2nd', \
'row_id': 'row_id_2'}
    """
    taken = {ROW_ID}
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")[:_LONGEST_NAME] or "column"
        plain = plain if re.match(r"[A-Za-z]", plain) else f"c_{plain}"
        chosen, count = plain, 1
        while chosen.lower() in taken:
            count += 1
            chosen = f"{plain}_{count}"
        taken.add(chosen.lower())
        found[name] = chosen
    return found


def write_source_table(
    file: Path,
    rows: Iterable[Mapping[str, str]],
    columns: Sequence[ColumnSpec],
    *,
    known: Mapping[int, Mapping[str, Any]],
) -> None:
    """Write rows as a CSV file that BigQuery loads, and its schema beside it.

    The `rows` are texts, empty where missing; `known` holds the values of some of them, by their
    place from 0. The schema's file is named as the CSV file, with `.schema.json`.
    """
    names = table_columns(column.name for column in columns)
    with file.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join([ROW_ID, *names.values()]) + "\n")
        for place, row in enumerate(rows):
            values = (
                _known_values(known[place], columns) if place in known else _texts(row, columns)
            )
            out.write(",".join([str(place + 1), *values]) + "\n")
    fields = [{"name": ROW_ID, "type": "INT64", "mode": "REQUIRED"}]
    fields += [
        {"name": names[column.name], "type": _TYPES[column.type], "mode": "NULLABLE"}
        for column in columns
    ]
    schema = file.with_name(f"{file.stem}.schema.json")
    schema.write_text(json.dumps(fields, indent=1) + "\n", "utf-8")


def _known_values(row: Mapping[str, Any], columns: Sequence[ColumnSpec]) -> list[str]:
    """The values as CSV has them; an empty text that is not quoted is a missing value."""
    return [_known_value(row[column.name], column.type) for column in columns]


def _known_value(value: Any, json_type: str) -> str:
    if value is None:
        return ""
    if json_type == "string":
        return _quoted(value if isinstance(value, str) else json.dumps(value))
    return json.dumps(value)


def _texts(row: Mapping[str, str], columns: Sequence[ColumnSpec]) -> list[str]:
    return [_text(row[column.name], column.type) for column in columns]


def _text(text: str, json_type: str) -> str:
    if json_type == "string":
        return _quoted(text) if text else ""
    plain = text.strip()
    if plain.lower() in _MISSING:
        return ""
    # pandas writes whole numbers with a point where the column has missing values.
    return plain.removesuffix(".0") if json_type == "integer" else plain


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
