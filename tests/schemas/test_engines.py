"""Which engine checks, and that both tell the same."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_api_kit.errors import RequestError, SchemaError, Violation
from ml_api_kit.schemas import CompiledSchema, SchemaFolder
from ml_api_kit.schemas.compiled import _worded
from ml_api_kit.schemas.drafts import Draft
from ml_api_kit.schemas.engines.reference import compile_reference
from tests.schemas.test_folder import write

LONG = "^[0-9]{1,100000}$"  # more than the fast engine can read

D4, D7 = Draft.DRAFT_4.uri, Draft.DRAFT_7.uri


def nothing(uri: str) -> Any:
    raise LookupError(uri)


def told_by_reference(schema: Any, value: object) -> set[Violation]:
    engine = compile_reference(
        schema, name="it", retrieve=nothing, base_uri=None, checks_formats=True
    )
    assert engine.is_valid(value) == (engine.first_broken(value) is None)
    return {told for error in engine.broken(value) for told in _worded(error)}


SCHEMAS: list[tuple[Any, Any]] = [
    ({"type": ["integer", "null"]}, "x"),
    ({"const": "a"}, "x"),
    ({"enum": list(range(20))}, "x"),
    ({"exclusiveMinimum": 1, "exclusiveMaximum": 1}, 1),
    ({"minimum": 3, "maximum": 0, "multipleOf": 2}, 1),
    ({"$schema": D4, "minimum": 1, "exclusiveMinimum": True}, 1),
    ({"$schema": D4, "maximum": 1, "exclusiveMaximum": True}, 1),
    ({"pattern": "^a", "minLength": 9, "maxLength": 1, "format": "date"}, "2024-02-30"),
    ({"minItems": 3, "maxItems": 1, "uniqueItems": True}, [1, 1]),
    ({"contains": {"const": 1}}, [2]),
    ({"minProperties": 3, "maxProperties": 1}, {"a": 1, "b": 2}),
    ({"not": {"type": "string"}}, "x"),
    ({"$schema": D7, "items": [{}], "additionalItems": False}, [1, 2]),
    ({"properties": {"a": {}}, "patternProperties": {"^b": {}}, "additionalProperties": False},
     {"a": 1, "b": 1, "c": 1, "d": 1}),
    ({"required": ["a", "ab"]}, {}),
    ({"dependentRequired": {"a": ["b", "c"]}}, {"a": 1}),
    ({"$schema": D7, "dependencies": {"a": ["b"], "c": {"required": ["d"]}}}, {"a": 1, "c": 1}),
    ({"propertyNames": {"maxLength": 1}}, {"ab": 1}),
    ({"oneOf": [{"type": "integer"}, {"minimum": 1}]}, 2),
    ({"oneOf": [{"type": "null"}, {"type": "array"}]}, 2),
    ({"anyOf": [{"type": "null"}, {"properties": {"z": {"type": "integer"}}}]}, {"z": "x"}),
    ({"if": {"type": "integer"}, "then": {"minimum": 3}}, 1),
    ({"items": {"$ref": "#/$defs/a"}, "$defs": {"a": {"type": "integer"}}}, [1, "x"]),
    ({"$schema": D7, "definitions": {"a": {"format": "ipv4"}},
      "items": {"$ref": "#/definitions/a"}}, ["1.2.3.4", "1.2.3"]),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "value"), SCHEMAS)
def test_reference_says_what_the_fast_engine_says(schema: Any, value: object) -> None:
    fast = CompiledSchema(schema)
    assert fast.engine == "jsonschema-rs"
    told = set(fast.violations(value))
    assert told
    assert told_by_reference(schema, value) == told


def test_reference_names_the_place_around_what_must_not_be() -> None:
    """As jsonschema does: it gives no path to what the schema `false` refuses."""
    [told] = told_by_reference({"properties": {"a": False}}, {"a": 1})
    assert told == Violation("", "falseSchema", "must not be given")
    [told] = told_by_reference({"prefixItems": [{}], "items": False}, [1, 2, 3])
    assert told == Violation("", "items", "has more items than are known here")


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab1", max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_engines_agree_on_any_value(value: object) -> None:
    for schema, _ in SCHEMAS:
        told = set(CompiledSchema(schema).violations(value))
        assert {v.pointer for v in told_by_reference(schema, value)} == {v.pointer for v in told}


def test_pattern_beyond_the_fast_engine_is_checked_by_the_reference() -> None:
    schema = CompiledSchema(
        {"properties": {"code": {"pattern": LONG}, "name": {"pattern": "^\\p{Lu}"}}}
    )
    assert schema.engine == "jsonschema"
    assert schema.is_valid({"code": "1" * 99_999, "name": "Ä"})
    assert schema.violations({"code": "x", "name": "ä"}) == (
        Violation("/code", "pattern", f'must match the pattern "{LONG}"'.replace("\\", "")),
        Violation("/name", "pattern", 'must match the pattern "^\\\\p{Lu}"'),
    )


def test_reference_is_held_to_the_draft_and_to_its_references_at_start_up() -> None:
    with pytest.raises(SchemaError, match="place /minimum"):
        CompiledSchema({"pattern": LONG, "minimum": "x"})
    with pytest.raises(SchemaError, match="leads nowhere"):
        CompiledSchema({"pattern": LONG, "$ref": "https://example.org/a.json"})
    with pytest.raises(SchemaError, match="must be a regular expression"):
        CompiledSchema({"pattern": LONG, "items": {"pattern": "a\\Z"}})


def test_patterns_that_no_engine_can_read_together_are_refused() -> None:
    with pytest.raises(SchemaError, match="write one of them simpler"):
        CompiledSchema({"pattern": LONG, "items": {"patternProperties": {"^\\p{Lu}": {}}}})


def test_reference_follows_files_of_the_folder(tmp_path: Path) -> None:
    folder = SchemaFolder(
        write(tmp_path, rows={"items": {"$ref": "row.json#/$defs/code"}, "type": "array"},
              row={"$defs": {"code": {"pattern": LONG, "type": "string"}}})
    )  # fmt: skip
    assert folder["rows"].engine == "jsonschema"
    assert [v.pointer for v in folder["rows"].violations(["12", "x", 3])] == ["/1", "/2"]


def test_value_too_deep_for_the_reference_is_a_bad_request() -> None:
    schema = CompiledSchema(
        {"items": {"$ref": "#"}, "anyOf": [{"type": "array"}, {"pattern": LONG}]}
    )
    value: list[Any] = []
    for _ in range(1_000):
        value = [value]
    with pytest.raises(RequestError, match="deeper than it can be checked"):
        schema.is_valid(value)


def test_reference_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    with pytest.raises(SchemaError, match=r"install ml-api-kit\[jsonschema\]"):
        CompiledSchema({"pattern": LONG})


def test_formats_are_checked_unless_that_is_off() -> None:
    schema = {"format": "date"}
    assert not CompiledSchema(schema).is_valid("x")
    assert CompiledSchema(schema, checks_formats=False).is_valid("x")
