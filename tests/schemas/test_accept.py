"""The quick test accepts nothing that the engine refuses, and most of what is plainly right."""

from __future__ import annotations

import math
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_api_kit.schemas import CompiledSchema
from ml_api_kit.schemas.drafts import Draft
from ml_api_kit.schemas.engines.accept import make_accept


def nothing(uri: str) -> Any:
    raise LookupError(uri)


def accept_of(schema: Any) -> Any:
    return make_accept(schema, retrieve=nothing, base_uri=None, checks_formats=True)


ROW = {
    "type": "object",
    "required": ["a", "b"],
    "additionalProperties": False,
    "properties": {
        "a": {"type": "integer", "minimum": -1, "maximum": 3},
        "b": {"type": ["number", "null"], "exclusiveMinimum": 0, "exclusiveMaximum": 2.5},
        "c": {"type": "string", "minLength": 1, "maxLength": 2},
        "d": {"enum": ["x", "it's \"\\", None]},
        "e": {"type": "boolean"},
    },
}
SCHEMAS: list[Any] = [
    ROW,
    {"type": "array", "items": ROW, "minItems": 1, "maxItems": 2},
    {"items": {"$ref": "#/$defs/a~1b"}, "$defs": {"a/b": ROW}, "type": "array"},
    {"$ref": "#/$defs/a", "minimum": 2, "$defs": {"a": {"type": "integer"}}},
    {"minimum": 1, "maxLength": 1, "required": ["a"], "maxItems": 1},
    {"properties": {"a": {"pattern": "^x"}, "b": {"multipleOf": 2}, "c": {"format": "date"}}},
    {"type": ["array", "object", "null"], "items": {"type": "null"}, "required": ["c"]},
    {"$schema": Draft.DRAFT_7.uri, "type": "array", "items": {"$ref": "#/definitions/n"},
     "definitions": {"n": {"type": "number"}}},
    {"additionalProperties": False, "properties": {"id": {}, "a": {"not": {"type": "null"}}}},
]  # fmt: skip

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 4),
    st.sampled_from([0.5, 1.0, 2.5, math.nan, math.inf, 2**70, -(10**400), 1e308]),
    st.sampled_from(["", "x", "xy", "xyz", "it's \"\\", "2024-02-29", "é\U0001f600"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e", "id"]), inner, max_size=5)
    ),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_nothing_is_accepted_that_the_engine_refuses(value: Any) -> None:
    for schema in SCHEMAS:
        accept = accept_of(schema)
        is_valid = jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(value)
        assert is_valid or not accept(value)
        assert CompiledSchema(schema).is_valid(value) == is_valid


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (ROW, {"a": 1, "b": None, "c": "xy", "d": "it's \"\\", "e": True}),
        (SCHEMAS[1], [{"a": 1, "b": 0.5}]),
        (SCHEMAS[2], [{"a": 1, "b": 0.5, "d": None}]),
        (SCHEMAS[3], 3),
        (SCHEMAS[4], 1),
        (SCHEMAS[5], {"a": "xy", "b": 4, "c": "2024-02-29"}),
        (SCHEMAS[7], [1, 2.5]),
        (SCHEMAS[8], {"id": 3, "a": 1}),
    ],
)
def test_what_is_plainly_right_is_accepted(schema: Any, value: Any) -> None:
    assert accept_of(schema)(value) is True


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {"$ref": "#"},
        {"items": {"$ref": "#"}},
        {"$id": "https://example.org/a", "type": "integer"},
        {"$defs": {"a": {"$anchor": "b"}}, "items": {"$ref": "#b"}},
        {"$schema": Draft.DRAFT_4.uri, "type": "integer"},
        {"enum": [1, True]},
        {"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {}}},
        {"properties": {"a": False}},
        {"pattern": "^[0-9]{1,100000}$"},
    ],
)
def test_schema_that_only_an_engine_can_check_has_no_quick_test(schema: Any) -> None:
    assert accept_of(schema) is None


def test_names_in_a_schema_cannot_become_code() -> None:
    name = '"]; raise SystemExit #\n'
    schema = {"required": [name], "properties": {name: {"enum": [name], "type": "string"}}}
    assert accept_of({"type": "object", **schema})({name: name}) is True


def test_file_that_is_referred_to_is_read_as_well() -> None:
    accept = make_accept(
        {"items": {"$ref": "row.json"}, "type": "array"},
        retrieve={"file:///schemas/row.json": ROW}.__getitem__,
        base_uri="file:///schemas/rows.json",
        checks_formats=True,
    )
    assert accept is not None
    assert accept([{"a": 1, "b": 1}])
    assert not accept([{"a": 1}])
