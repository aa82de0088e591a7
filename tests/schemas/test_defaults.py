from __future__ import annotations

from typing import Any

import pytest

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas import CompiledSchema, DefaultFiller


def filled(schema: Any, value: Any, **documents: Any) -> Any:
    return DefaultFiller(CompiledSchema(schema), documents).filled(value)


PAGE = {
    "type": "object",
    "properties": {
        "limit": {"type": "integer", "default": 10},
        "tags": {"type": "array", "default": []},
        "sort": {
            "type": "object",
            "default": {},
            "properties": {"by": {"type": "string", "default": "id"}},
        },
    },
}


def test_missing_properties_get_their_defaults_and_others_stay() -> None:
    value = {"limit": 3, "extra": 1}
    assert filled(PAGE, value) == {"limit": 3, "extra": 1, "tags": [], "sort": {"by": "id"}}
    assert filled(PAGE, {"sort": {"by": "age"}, "limit": None})["sort"] == {"by": "age"}
    assert filled(PAGE, {"limit": None})["limit"] is None


def test_default_is_a_copy_for_every_value() -> None:
    filler = DefaultFiller(CompiledSchema(PAGE), {})
    filler.filled({})["tags"].append(1)
    assert filler.filled({})["tags"] == []


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"items": PAGE}, [{"tags": [1], "sort": {"by": "x"}}],
         [{"tags": [1], "sort": {"by": "x"}, "limit": 10}]),
        ({"prefixItems": [True, {"properties": {"a": {"default": 1}}}],
          "items": {"properties": {"b": {"default": 2}}}}, [{}, {}, {}], [{}, {"a": 1}, {"b": 2}]),
        ({"allOf": [{"properties": {"a": {"default": 1}}}], "properties": {"b": {"default": 2}}},
         {}, {"a": 1, "b": 2}),
        ({"items": {"$ref": "#/$defs/a~1b"},
          "$defs": {"a/b": {"properties": {"a": {"default": 1}}}}},
         [{}], [{"a": 1}]),
        ({"properties": {"next": {"$ref": "#"}, "n": {"default": 0}}}, {"next": {"next": {}}},
         {"next": {"next": {"n": 0}, "n": 0}, "n": 0}),
        ({"properties": {"a": {"default": 1}}}, [1, "x"], [1, "x"]),
        ({"anyOf": [{"properties": {"a": {"default": 1}}}], "properties": {"b": {"default": 2}}},
         {}, {"b": 2}),
    ],
)  # fmt: skip
def test_schemas_that_surely_hold_are_followed(schema: Any, value: Any, expected: Any) -> None:
    assert filled(schema, value) == expected


def test_defaults_of_another_file_are_filled_in() -> None:
    row = {"properties": {"kind": {"$ref": "#/$defs/kind", "default": "a"}}, "$defs": {"kind": {}}}
    compiled = CompiledSchema(
        {"items": {"$ref": "row.json"}},
        folder_name="rows",
        base_uri="file:///schemas/rows.json",
        retrieve={"file:///schemas/row.json": row}.__getitem__,
    )
    filler = DefaultFiller(compiled, {"rows": compiled.schema, "row": row})
    assert filler.filled([{}]) == [{"kind": "a"}]


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"properties": {"a": {}}}, "has no default to fill in"),
        ({"properties": {"a": {"type": "integer", "default": "x"}}}, "default of 'a' breaks"),
        ({"items": {"$ref": "#here"}, "$defs": {"a": {"$anchor": "here"}}}, "not followed to"),
    ],
)
def test_defaults_that_cannot_be_filled_in_are_refused(schema: Any, said: str) -> None:
    with pytest.raises(SchemaError, match=said):
        filled(schema, {})
