"""The JSON Schemas of a converted project, from its interface."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ml_api_kit.project.work_folder import Interface
from ml_api_kit.research.check import GoldenCase
from ml_api_kit.schemas import ColumnSpec, page_schema, row_schema, rows_schema

MOST_ROWS = 1000

_EXAMPLE_ROWS = 2


def write_schemas(
    folder: Path, interface: Interface, golden: Sequence[GoldenCase], *, with_ranges: bool = False
) -> None:
    """Write the schemas of what the endpoint takes and gives into the folder.

    `row.json` and `rows.json` are what a request holds; the files of the noun and of its rows
    what is answered; `page.json` the query string. With ranges, numbers must lie between the
    smallest and the largest of the data source.
    """
    _write(folder, {"page": page_schema("row"), **_answers(interface, golden)})
    if interface.has_row_path:
        write_request_schemas(folder, interface, golden, with_ranges=with_ranges)


def write_request_schemas(
    folder: Path, interface: Interface, golden: Sequence[GoldenCase], *, with_ranges: bool
) -> None:
    """Write the schemas of what a request holds into the folder: `row.json` and `rows.json`."""
    _write(folder, _requests(interface, golden, with_ranges=with_ranges))


def _write(folder: Path, documents: Mapping[str, Any]) -> None:
    for name, document in documents.items():
        text = json.dumps(document, indent=2, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", "utf-8")


def _requests(
    interface: Interface, golden: Sequence[GoldenCase], *, with_ranges: bool
) -> dict[str, Any]:
    columns = _widened(interface.columns, [case.row for case in golden])
    if not with_ranges:
        columns = [replace(column, minimum=None, maximum=None) for column in columns]
    row = row_schema(
        columns,
        title="Row",
        description="The columns of one row, raw as in the data source; null where missing.",
    )
    rows = rows_schema(
        "rows",
        "row.json",
        title="Rows",
        description=f"The rows to compute {_words(interface.noun)} for.{_left_out(interface)}",
        examples=[{"rows": [dict(case.row) for case in golden[:_EXAMPLE_ROWS]]}],
        largest=MOST_ROWS,
    )
    return {"row": row, "rows": rows}


def _left_out(interface: Interface) -> str:
    """What is said of rows that the research code left out; nothing where it left none."""
    places = list(dict.fromkeys(f"cell {one['cell']}" for one in interface.filters))
    if not places:
        return ""
    return (
        f" The research code left some rows of its data out ({', '.join(places)}); such rows are "
        "answered too."
    )


def _answers(interface: Interface, golden: Sequence[GoldenCase]) -> dict[str, Any]:
    row_id = ColumnSpec("row_id", "integer", description="The stored row; only where GET asked.")
    known = _widened(interface.answers, [case.answer for case in golden])
    columns = [row_id, *(replace(column, nullable=True) for column in known)]
    answer = row_schema(
        columns,
        title=_words(interface.name).capitalize(),
        description="The answer for one row; null where a stored row cannot be answered.",
        optional=["row_id"],
    )
    name = f"{interface.noun}_row"
    answers = rows_schema(
        interface.noun,
        f"{name}.json",
        title=_words(interface.noun).capitalize(),
        description="The answers, in the order of the rows.",
    )
    return {name: answer, interface.noun: answers}


def _words(name: str) -> str:
    return name.replace("_", " ")


def _widened(columns: Sequence[ColumnSpec], rows: Sequence[Mapping[str, Any]]) -> list[ColumnSpec]:
    """The columns, accepting every value that the rows have of them."""
    return [_widened_by(column, [row.get(column.name) for row in rows]) for column in columns]


def _widened_by(column: ColumnSpec, values: Sequence[Any]) -> ColumnSpec:
    accepted = {column.type, *(["integer"] if column.type == "number" else [])}
    found = {_JSON_TYPES[type(value)] for value in values}
    if column.type == "integer" and "number" in found:
        # Whole numbers, though some are written with a point, are still integers in JSON.
        floats = (value for value in values if isinstance(value, float))
        accepted |= {"number"} if all(value.is_integer() for value in floats) else set()
    others = tuple(sorted(found - accepted - {"null"}))
    return replace(column, nullable=column.nullable or "null" in found, other_types=others)


_JSON_TYPES = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}
