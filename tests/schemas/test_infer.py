from typing import Any

import pytest

from ml_api_kit.schemas import (
    ColumnSpec,
    CompiledSchema,
    column_schema,
    page_schema,
    row_schema,
    rows_schema,
)


@pytest.mark.parametrize(
    ("column", "accepted", "refused"),
    [
        (ColumnSpec("a", "number"), [1, 1.5, -0.0], ["1", None, True]),
        (ColumnSpec("a", "integer", nullable=True), [1, 1.0, None], [1.5, "1"]),
        (ColumnSpec("a", "string", enum=("x", "y")), ["x"], ["z", None]),
        (ColumnSpec("a", "string", nullable=True, enum=("x",)), ["x", None], ["z", 1]),
        (ColumnSpec("a", "number", minimum=0, maximum=2.5), [0, 2.5], [-0.1, 2.6]),
        (ColumnSpec("a", "string", other_types=("number",)), ["x", 1.5], [True, None]),
        (ColumnSpec("a", "boolean"), [True, False], [0, 1, "true"]),
    ],
)
def test_column_schema_accepts_the_columns_values(
    column: ColumnSpec, accepted: list[Any], refused: list[Any]
) -> None:
    schema = CompiledSchema(column_schema(column))
    assert [value for value in accepted if schema.violations(value)] == []
    assert [value for value in refused if not schema.violations(value)] == []


def test_column_schema_says_what_it_is_told() -> None:
    column = ColumnSpec("a", "number", examples=(1.5,), description="The size, in m.")
    schema = column_schema(column)
    assert schema == {"description": "The size, in m.", "type": "number", "examples": [1.5]}


def test_row_schema_asks_for_every_column_but_the_optional_ones() -> None:
    columns = [ColumnSpec("a", "integer"), ColumnSpec("b", "integer")]
    document = row_schema(columns, title="Row", description="A row.", optional=["b"])
    schema = CompiledSchema(document)
    assert schema.violations({"a": 1}) == ()
    assert schema.violations({"a": 1, "b": 2}) == ()
    assert schema.violations({"b": 2})
    assert schema.violations({"a": 1, "c": 2})


def test_rows_schema_limits_how_many_there_are_where_it_is_told_to() -> None:
    limited = rows_schema("rows", "row.json", title="R", description="D.", largest=2)
    assert limited["properties"]["rows"]["maxItems"] == 2
    assert limited["properties"]["rows"]["minItems"] == 1
    free = rows_schema("rows", "row.json", title="R", description="D.", examples=[{"rows": []}])
    assert "maxItems" not in free["properties"]["rows"]
    assert free["examples"] == [{"rows": []}]


@pytest.mark.parametrize("query", [{}, {"limit": 1}, {"limit": 1000, "after": 0}])
def test_page_schema_accepts_pages(query: dict[str, int]) -> None:
    assert CompiledSchema(page_schema("row")).violations(query) == ()


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 1001}, {"after": -1}, {"page": 1}])
def test_page_schema_refuses_what_is_no_page(query: dict[str, int]) -> None:
    assert CompiledSchema(page_schema("row")).violations(query)
