from __future__ import annotations

from typing import Any

import pytest

from ml_api_kit.errors import RequestError, SchemaError, SchemaViolationError
from ml_api_kit.schemas import CompiledSchema, QuerySchema

SCHEMA = {
    "type": "object",
    "required": ["limit"],
    "properties": {
        "limit": {"$ref": "#/$defs/limit"},
        "share": {"type": "number"},
        "passed": {"type": "boolean"},
        "name": {"type": "string"},
        "code": {"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 3}]},
        "level": {"enum": [1, 2]},
        "item": {"type": "array", "items": {"type": "integer"}},
    },
    "$defs": {"limit": {"type": "integer", "minimum": 1}},
}


@pytest.fixture
def query() -> QuerySchema:
    return QuerySchema(CompiledSchema(SCHEMA))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("limit=5", {"limit": 5}),
        ("limit=5&share=1e-3&passed=true", {"limit": 5, "share": 0.001, "passed": True}),
        ("limit=5&share=2", {"limit": 5, "share": 2}),
        ("limit=5&name=5", {"limit": 5, "name": "5"}),
        ("limit=5&name=", {"limit": 5, "name": ""}),
        ("limit=5&code=7", {"limit": 5, "code": 7}),
        ("limit=5&code=a7", {"limit": 5, "code": "a7"}),
        ("limit=5&level=2", {"limit": 5, "level": 2}),
        ("limit=5&item=1", {"limit": 5, "item": [1]}),
        ("item=1&limit=5&item=2", {"limit": 5, "item": [1, 2]}),
        ("limit=5&name=%C3%A9+%26", {"limit": 5, "name": "é &"}),
    ],
)
def test_query_reads_declared_types(query: QuerySchema, text: str, values: dict[str, Any]) -> None:
    assert query.read(text) == values


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", [("", "required")]),
        ("limit=0", [("/limit", "minimum")]),
        ("limit=05", [("/limit", "type")]),
        ("limit=" + "9" * 5_000, [("/limit", "type")]),
        ("limit=1&limit=2", [("/limit", "type")]),
        ("limit=1&other=2", [("", "additionalProperties")]),
        ("limit=1&share=nan&passed=yes", [("/passed", "type"), ("/share", "type")]),
        ("limit=1&share=1e999", [("/share", "type")]),
        ("limit=1&item=1&item=x", [("/item/1", "type")]),
        ("limit", [("/limit", "type")]),
    ],
)
def test_query_names_every_violation(
    query: QuerySchema, text: str, places: list[tuple[str, str]]
) -> None:
    with pytest.raises(SchemaViolationError, match="query string") as caught:
        query.read(text)
    assert sorted((v.pointer, v.rule) for v in caught.value.violations) == places


@pytest.mark.parametrize("text", ["limit=%ff", "&".join(["limit=1"] * 1_001)])
def test_query_that_cannot_be_read_is_no_violation(query: QuerySchema, text: str) -> None:
    with pytest.raises(RequestError, match="cannot be read") as caught:
        query.read(text)
    assert caught.value.http_status == 400


def test_schema_without_properties_describes_no_query() -> None:
    with pytest.raises(SchemaError, match="give it properties"):
        QuerySchema(CompiledSchema({"type": "object"}))
    with pytest.raises(SchemaError, match="give it properties"):
        QuerySchema(CompiledSchema(True))  # type: ignore[arg-type]
