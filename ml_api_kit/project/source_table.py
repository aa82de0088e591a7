"""The data source of a converted project as a table: a CSV file, and the names of its columns.

Columns of research data have any name; those of a BigQuery table have letters, digits and
underscores, and capitals make no difference. A column `row_id` counts the rows, for paging.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath

from ml_api_kit.project.work_folder import WorkFolder
from ml_api_kit.schemas import ColumnSpec

ROW_ID = "row_id"

_LONGEST_NAME = 120
_TYPES = {"number": "FLOAT64", "integer": "INT64", "boolean": "BOOL", "string": "STRING"}


def source_name(work: WorkFolder) -> str:
    """The name of the data source, as a part of a file's and of a table's name."""
    named = work.interface.source.get("file") or work.interface.source.get("kind") or ""
    stem = re.sub(r"\W+", "_", PurePath(str(named)).name.partition(".")[0], flags=re.ASCII).strip(
        "_"
    )
    return stem.lower() or "rows"


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
    file: Path, rows: Iterable[Mapping[str, str]], columns: Sequence[ColumnSpec]
) -> None:
    """Write rows of texts as a CSV file that BigQuery loads, and its schema beside it.

    An empty text in a column of numbers is missing; in a column of texts too, unless no value of
    it may be missing. The schema's file is named as the CSV file, with `.schema.json`.
    """
    names = table_columns(column.name for column in columns)
    with file.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join([ROW_ID, *names.values()]) + "\n")
        for number, row in enumerate(rows, 1):
            values = (_value(row[column.name], column) for column in columns)
            out.write(",".join([str(number), *values]) + "\n")
    fields = [{"name": ROW_ID, "type": "INT64", "mode": "REQUIRED"}]
    fields += [
        {"name": names[column.name], "type": _TYPES[column.type], "mode": "NULLABLE"}
        for column in columns
    ]
    schema = file.with_name(f"{file.stem}.schema.json")
    schema.write_text(json.dumps(fields, indent=1) + "\n", "utf-8")


def _value(text: str, column: ColumnSpec) -> str:
    if column.type != "string":
        return _number(text, column.type)
    if not text and column.nullable:
        return ""
    # Quoted always: an empty text that is not quoted is a missing value.
    return '"' + text.replace('"', '""') + '"'


def _number(text: str, json_type: str) -> str:
    plain = text.strip()
    if plain.lower() in ("nan", "none", "<na>", "nat"):
        return ""
    # pandas writes whole numbers with a point where the column has missing values.
    return plain.removesuffix(".0") if json_type == "integer" else plain
