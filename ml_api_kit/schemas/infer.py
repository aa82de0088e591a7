"""JSON Schemas made from what is known of the columns of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LARGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """What is known of one column of a table.

    Attributes:
        name: the column's name.
        type: the JSON type of its values: `number`, `integer`, `string` or `boolean`.
        nullable: whether a value may be missing, which is null.
        enum: the only values there are, where they are few; null is not among them.
        minimum: the smallest value that is accepted, or None for any.
        maximum: the largest value that is accepted, or None for any.
        examples: some of its values.
        description: what it holds, in a sentence.
        other_types: further JSON types that its values have.
    """

    name: str
    type: str
    nullable: bool = False
    enum: tuple[Any, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None
    examples: tuple[Any, ...] = ()
    description: str | None = None
    other_types: tuple[str, ...] = ()


def column_schema(column: ColumnSpec) -> dict[str, Any]:
    """The schema of one value of a column.

    >>> column_schema(ColumnSpec("sex", "string", nullable=True, enum=("female", "male")))
    {'type': ['string', 'null'], 'enum': ['female', 'male', None]}
    """
    schema: dict[str, Any] = {}
    if column.description:
        schema["description"] = column.description
    types = [column.type, *column.other_types, *(["null"] if column.nullable else [])]
    schema["type"] = types if len(types) > 1 else column.type
    if column.enum is not None:
        schema["enum"] = [*column.enum, None] if column.nullable else list(column.enum)
    if column.minimum is not None:
        schema["minimum"] = column.minimum
    if column.maximum is not None:
        schema["maximum"] = column.maximum
    if column.examples:
        schema["examples"] = list(column.examples)
    return schema


def row_schema(
    columns: Sequence[ColumnSpec], *, title: str, description: str, optional: Iterable[str] = ()
) -> dict[str, Any]:
    """The schema of a row: an object with these columns and no others.

    All columns but the `optional` ones must be there; what is missing is null.

    >>> schema = row_schema([ColumnSpec("age", "integer")], title="Person", description="One.")
    >>> schema["required"], schema["properties"]
    (['age'], {'age': {'type': 'integer'}})
    """
    left_out = set(optional)
    return {
        "$schema": DIALECT,
        "title": title,
        "description": description,
        "type": "object",
        "required": [column.name for column in columns if column.name not in left_out],
        "additionalProperties": False,
        "properties": {column.name: column_schema(column) for column in columns},
    }


def rows_schema(
    key: str,
    row_file: str,
    *,
    title: str,
    description: str,
    examples: Sequence[Any] = (),
    largest: int | None = None,
) -> dict[str, Any]:
    """The schema of an object that holds rows under `key`, each as the schema `row_file` says.

    With `largest` there must be one row, and may be that many.

    >>> rows_schema("rows", "row.json", title="Rows", description="Some.")["required"]
    ['rows']
    """
    rows: dict[str, Any] = {"type": "array", "items": {"$ref": row_file}}
    if largest is not None:
        rows = {"type": "array", "minItems": 1, "maxItems": largest, "items": {"$ref": row_file}}
    schema: dict[str, Any] = {
        "$schema": DIALECT,
        "title": title,
        "description": description,
        "type": "object",
        "required": [key],
        "additionalProperties": False,
        "properties": {key: rows},
    }
    return schema | ({"examples": list(examples)} if examples else {})


def page_schema(row_name: str, *, largest: int = LARGEST_PAGE) -> dict[str, Any]:
    """The schema of the query string that chooses a page of stored rows, by their `row_id`.

    >>> sorted(page_schema("row")["properties"])
    ['after', 'limit']
    """
    return {
        "$schema": DIALECT,
        "title": "Page",
        "description": f"Which of the stored {row_name}s to answer for.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "limit": {
                "description": f"The most {row_name}s to answer for.",
                "type": "integer",
                "minimum": 1,
                "maximum": largest,
            },
            "after": {
                "description": f"Answer for the {row_name}s that follow this row_id.",
                "type": "integer",
                "minimum": 0,
                "maximum": 9007199254740991,
            },
        },
    }
