"""What each rule finds beside its own example, and what it must leave alone."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas.drafts import Draft, draft_of
from ml_api_kit.schemas.lint import lint_schema, refuse_faults

D4, D6, D7, D2019 = (draft.uri for draft in list(Draft)[:4])


def found(schema: Any, **others: Any) -> list[tuple[str, str]]:
    name = "own" if others else None
    return [(one.id, one.pointer) for one in lint_schema(schema, name=name, others=others)]


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {"$schema": D7, "type": "object", "properties": {"type": {"type": "string"}}},
        {"properties": {"required": {"type": "boolean"}, "properties": {"type": "object"}}},
        {"properties": {"age": {"requierd": 1, "type": "integer"}}, "x-note": {"type": "string"}},
        {"type": ["integer", "string"], "maximum": 3, "maxLength": 2},
        {"type": "integer", "format": "int32", "multipleOf": 5},
        {"type": "object", "required": ["a"], "anyOf": [{"properties": {"a": {}}}, {"minimum": 1}]},
        {"additionalProperties": False, "patternProperties": {"^a": {}}, "required": ["ab"]},
        {"required": ["\\d"], "additionalProperties": False, "patternProperties": {"\\p{L}": {}}},
        {"$schema": D7, "items": [{}], "additionalItems": False},
        {"$schema": D7, "items": {"type": "string"}, "additionalItems": True},
        {"$schema": D4, "minimum": 0, "exclusiveMinimum": True, "maximum": 1},
        {"$schema": D6, "properties": {"a": {"$ref": "#/definitions/a", "title": "A"}},
         "definitions": {"a": {"type": "null"}}},
        {"$ref": "#/$defs/a", "minimum": 3, "$defs": {"a": {"type": "integer"}}},
        {"type": "object", "properties": {"children": {"items": {"$ref": "#"}}}},
        {"$id": "https://example.org/a.json", "items": {"$ref": "https://example.org/a.json"},
         "type": "array"},
        {"$schema": "http://json-schema.org/draft-07/schema", "type": "object"},
        {"shapes": {"round": {"type": "string"}}, "items": {"$ref": "#/shapes/round"}},
        {"$defs": {"a": {"anyOf": [{"items": {"$ref": "#/$defs/a"}}, {"type": "null"}]}},
         "$ref": "#/$defs/a"},
        {"$dynamicAnchor": "n", "type": "array", "items": {"$dynamicRef": "#n"}},
        {"allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}], "$defs": {"a": {"minimum": 1}}},
        {"allOf": [{"minimum": 3}, {"maximum": 3}], "multipleOf": 3},
        {"multipleOf": 5, "type": "integer", "minimum": 1, "maximum": float("inf")},
        {"multipleOf": 0.1, "minimum": 0.3, "maximum": 0.35},
        {"anyOf": [{"minimum": 5}, {"maximum": 3}]},
        {"minItems": 3, "uniqueItems": True, "prefixItems": [{}], "items": {"enum": [1, 2]}},
        {"minItems": 3, "items": {"enum": [1, 2]}},
        {"propertyNames": {"pattern": "^x"}, "required": ["x1"]},
        {"type": "string", "anyOf": [{"type": "integer"}, {"minLength": 3}]},
        {"if": {"properties": {"a": {}}}, "unevaluatedProperties": False},
        {"type": "object", "properties": {"a": {"not": {}}}},
        {"$defs": {"group": {"a": {"type": "string"}, "b": {"type": "null"}}},
         "items": {"$ref": "#/$defs/group/a"}},
        {"allOf": [{"shapes": {"a": {"type": "string"}}}], "items": {"$ref": "#/allOf/0/shapes/a"}},
        {"_enum": [1], "_old": {"type": "null"}, "_type": "string", "_minimum": 3,
         "type": "integer"},
        {"$defs": {"a": {"$anchor": "here", "type": "string"}}, "items": {"$ref": "#here"}},
        {"type": "number", "enum": [1, 2.5], "default": 1, "examples": [2.5]},
        {"type": "integer", "minimum": 1, "maximum": 1},
        {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5},
        {"pattern": "^(a|b)$"}, {"pattern": "\\$\\^x"}, {"pattern": "[^a]$"}, {"pattern": "a$|^b"},
        {"pattern": "^[0-9]{1,100000}$"}, {"pattern": "^\\p{L}+$"}, {"pattern": "(?<=a)b"},
        {"note": "to whom it may concern", "x-more": 1, "type": "string", "example": "x"},
    ],
)  # fmt: skip
def test_sound_schema_has_no_errors(schema: Any) -> None:
    assert [one for one in lint_schema(schema) if one.level == "error"] == []
    refuse_faults(schema, label="it")


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"properties": {"a": {"properties": {"required": ["a"]}}}},
         [("S003", "/properties/a/properties/required")]),
        ({"type": "string", "items": {"type": "string"}, "minItems": 1},
         [("S004", "/items"), ("S004", "/minItems")]),
        ({"type": ["number", "null"], "format": "date", "minLength": 1},
         [("S004", "/format"), ("S004", "/minLength")]),
        ({"type": "object", "properties": {}, "additionalProperties": False},
         [("S005", "/additionalProperties")]),
        ({"properties": {"a": False}, "required": ["a"]}, [("S006", "/required/0")]),
        ({"type": "string", "maxLength": 2, "enum": ["ab", "abc"], "const": "abcd"},
         [("S008", "/enum/0"), ("S008", "/enum/1"), ("S008", "/const")]),
        ({"format": "date", "const": "2024-02-30"}, [("S008", "/const")]),
        ({"minLength": 3, "maxLength": 2}, [("S010", "/minLength")]),
        ({"minItems": 3, "maxItems": 2}, [("S010", "/minItems")]),
        ({"exclusiveMinimum": 1, "maximum": 1}, [("S010", "/exclusiveMinimum")]),
        ({"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2},
         [("S010", "/exclusiveMinimum")]),
        ({"$schema": D4, "minimum": 1, "maximum": 1, "exclusiveMaximum": True},
         [("S010", "/minimum")]),
        ({"required": ["a", "b"], "maxProperties": 1}, [("S010", "/required")]),
        ({"pattern": "(?P<n>a)(?(n)b)"}, [("S011", "/pattern")]),
        ({"patternProperties": {"a(": {}}}, [("S011", "/patternProperties/a(")]),
        ({"pattern": ""}, [("S012", "/pattern")]),
        ({"pattern": ".*"}, [("S012", "/pattern")]),
        ({"pattern": "a$b"}, [("S013", "/pattern")]),
        ({"typ": "string", "minLenght": 2, "ENUM": [1]},
         [("S014", "/ENUM"), ("S014", "/minLenght"), ("S014", "/typ")]),
        ({"anyOf": [{"$ref": "#"}, {"type": "integer"}]}, [("S022", "/anyOf/0/$ref")]),
        ({"oneOf": [{"type": "integer"}, {"$ref": "#"}]}, [("S022", "/oneOf/1/$ref")]),
        ({"$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}, "$ref": "#/$defs/a"},
         [("S022", "/$defs/a/allOf/0/$ref")]),
        ({"$dynamicAnchor": "n", "allOf": [{"$dynamicRef": "#n"}]},
         [("S022", "/allOf/0/$dynamicRef")]),
        ({"$dynamicRef": "#"}, [("S022", "/$dynamicRef")]),
        ({"$schema": D2019, "allOf": [{"$recursiveRef": "#"}]},
         [("S022", "/allOf/0/$recursiveRef")]),
        ({"not": {"$ref": "#"}}, [("S022", "/not/$ref")]),
        ({"if": {"$ref": "#"}, "then": {"minimum": 1}}, [("S022", "/if/$ref")]),
        ({"$defs": {"a": {"$anchor": "a", "anyOf": [{"$ref": "#a"}]}}, "items": {"$ref": "#a"}},
         [("S022", "/$defs/a/anyOf/0/$ref")]),
        ({"dependentSchemas": {"a": {"$ref": "#"}}}, [("S022", "/dependentSchemas/a/$ref")]),
        ({"allOf": [{"minimum": 5}, {"maximum": 3}]}, [("S010", "/allOf")]),
        ({"minLength": 5, "$ref": "#/$defs/a", "$defs": {"a": {"maxLength": 3}}},
         [("S010", "/$ref")]),
        ({"multipleOf": 5, "minimum": 1, "maximum": 4}, [("S010", "/multipleOf")]),
        ({"uniqueItems": True, "minItems": 3, "items": {"enum": [1, 1.0, 2]}},
         [("S035", "/minItems")]),
        ({"prefixItems": [{}], "items": False, "minItems": 2}, [("S035", "/minItems")]),
        ({"$schema": D7, "items": [{}], "additionalItems": False, "minItems": 2},
         [("S035", "/minItems")]),
        ({"propertyNames": {"pattern": "^x"}, "required": ["a"]}, [("S006", "/required/0")]),
        ({"propertyNames": False, "required": ["a"]}, [("S006", "/required/0")]),
        ({"properties": {"a": {"not": {}}}, "required": ["a"]}, [("S006", "/required/0")]),
        ({"type": "string", "anyOf": [{"type": "integer"}, {"type": "null"}]},
         [("S029", "/anyOf")]),
        ({"if": {"minimum": 1}}, [("S028", "/if")]),
        ({"allOf": [{"not": True}]}, [("S036", "/allOf/0/not")]),
        ({"propertys": {"a": {"type": "string"}}, "additionalPropertys": False},
         [("S014", "/additionalPropertys"), ("S014", "/propertys")]),
        ({"$defs": {"group": {"a": {"type": "string"}}, "c": {"b": {"type": "string"}}},
          "items": {"$ref": "#/$defs/group/a"}},
         [("S001", "/$defs/c/b"), ("S031", "/$defs/c")]),
        ({"x": {"type": "null"}, "y": {"type": "null"}, "items": {"$ref": "#/x"}},
         [("S001", "/y")]),
        ({"shapes": {"a": {"typ": "string"}}, "items": {"$ref": "#/shapes/a"}},
         [("S014", "/shapes/a/typ")]),
        ({"propertes": {"a": {"type": "string"}}}, [("S014", "/propertes")]),
        ({"prefixItems": [{}], "additionalItems": False}, [("S016", "/additionalItems")]),
        ({"$schema": D7, "prefixItems": [{}]}, [("S016", "/prefixItems")]),
        ({"$schema": D4, "const": 1}, [("S016", "/const")]),
        ({"$schema": D6, "if": {"minimum": 1}, "then": {"maximum": 2}},
         [("S016", "/if"), ("S016", "/then")]),
        ({"definitions": {"a": {"type": "null"}}, "items": {"$ref": "#/definitions/a"}},
         [("S017", "/definitions")]),
        ({"$schema": D4, "exclusiveMinimum": 1}, [("S018", "/exclusiveMinimum")]),
        ({"items": {"$ref": "#/nowhere"}}, [("S020", "/items/$ref")]),
        ({"items": {"$ref": "//example.org/x"}}, [("S021", "/items/$ref")]),
        ({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}},
          "items": {"$ref": "#/$defs/a"}},
         [("S022", "/$defs/a/$ref"), ("S022", "/$defs/b/$ref")]),
        ({"enum": []}, [("S023", "/enum")]),
        ({"type": ["string", "date"]}, [("S024", "/type/1")]),
        ({"properties": {"a": "string"}}, [("S025", "/properties")]),
        ({"additionalProperties": "false"}, [("S025", "/additionalProperties")]),
        ({"maxItems": 1.5}, [("S025", "/maxItems")]),
        ({"uniqueItems": "true"}, [("S025", "/uniqueItems")]),
        ({"items": [{}]}, [("S025", "/items")]),
        ({"$schema": 7}, [("S026", "/$schema")]),
        ({"$schema": D7, "if": {"minimum": 1}}, [("S028", "/if")]),
        ({"$schema": D4, "exclusiveMaximum": True}, [("S028", "/exclusiveMaximum")]),
        ({"maxContains": 2}, [("S028", "/maxContains")]),
        ({"allOf": [{"type": "string"}, {"type": "null"}]}, [("S029", "/allOf/1")]),
        ({"type": "integer", "$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}},
         [("S029", "/$ref")]),
        ({"properties": {"a": {"type": "integer", "nullable": True}}},
         [("S033", "/properties/a/nullable")]),
    ],
)  # fmt: skip
def test_fault_is_found_at_its_place(schema: Any, expected: list[tuple[str, str]]) -> None:
    told = [one for one in found(schema) if one[0] != "S034"]
    assert sorted(told) == sorted(expected)


def test_references_between_files() -> None:
    rows = {"items": {"$ref": "row.json#/$defs/row"}}
    row = {"$defs": {"row": {"type": "object"}}, "type": "object"}
    assert found(rows, own=rows, row=row) == []
    assert found(rows, own=rows, other=row) == [("S020", "/items/$ref")]
    assert found(row, own=row, rows={"$ref": "own.json#/$defs/row"}) == []
    assert found(
        {"$ref": "b.json"}, own={"$ref": "b.json"}, b={"anyOf": [{"$ref": "own.json"}]}
    ) == [("S022", "/$ref")]
    group = {"$defs": {"group": {"a": {"type": "null"}, "b": {"type": "null"}}}}
    assert found(group, own=group, rows={"$ref": "own.json#/$defs/group/a"}) == []
    assert [one for one, _ in found(group, own=group)] == ["S001", "S001"]
    assert found(row, own=row, rows=rows) == [("S031", "/$defs/row")]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": 3},
        {"type": {}},
        {"required": [1]},
        {"required": ["a", "a"]},
        {"required": {"a": True}},
        {"properties": ["a"]},
        {"properties": {"a": None}},
        {"patternProperties": {"a": 1}},
        {"anyOf": {"type": "string"}},
        {"anyOf": ["string"]},
        {"oneOf": []},
        {"not": "string"},
        {"minimum": "1"},
        {"multipleOf": 0},
        {"minLength": -1},
        {"pattern": 3},
        {"dependentRequired": {"a": "b"}},
        {"dependentSchemas": {"a": ["b"]}},
        {"prefixItems": {}},
        {"prefixItems": []},
        {"items": ["string"]},
        {"contains": [{}]},
        {"propertyNames": "a"},
        {"format": 1},
        {"title": 1},
        {"$ref": 1},
        {"$defs": {"a": 1}},
        {"if": 1, "then": {}},
        {"examples": 1},
        {"deprecated": "yes"},
        {"$schema": D4, "required": []},
        {"$schema": D4, "items": True},
        {"$schema": D7, "items": [1]},
    ],
)
def test_what_a_metaschema_refuses_is_an_error_here(schema: dict[str, Any]) -> None:
    reference = jsonschema.validators.validator_for(schema, jsonschema.Draft202012Validator)
    with pytest.raises(jsonschema.SchemaError):
        reference.check_schema(schema)
    assert "error" in {one.level for one in lint_schema(schema)}


def test_refusal_names_every_fault_with_its_mend() -> None:
    classic = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "student_name": {"type": "string", "required": "True"},
        "student_grade": {"type": "string", "required": "True", "maximum": 120, "minimum": 1},
    }
    with pytest.raises(SchemaError) as caught:
        refuse_faults(classic, label="student.json")
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("student.json cannot mean what it says")
    assert [line.split()[0] for line in lines[1:]] == ["S001", "S001", "S002", "S002"] + 2 * [
        "S004"
    ]
    assert 'Write `"required": ["student_grade"]` in the object around it.' in lines[4]


def test_refusal_of_many_faults_is_short() -> None:
    with pytest.raises(SchemaError, match="and 180 more"):
        refuse_faults({f"p{number}": {"type": "string"} for number in range(200)}, label="it")


def test_drafts_by_their_addresses() -> None:
    assert [draft_of({"$schema": draft.uri}) for draft in Draft] == list(Draft)
    assert draft_of({"$schema": "https://json-schema.org/draft-07/schema"}) == Draft.DRAFT_7
    assert draft_of({}) == draft_of(True) == Draft.DRAFT_2020
    assert draft_of({"$schema": "http://json-schema.org/draft-03/schema#"}) is None
