from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_api_kit.errors import SchemaError, SchemaViolationError, Violation
from ml_api_kit.schemas import CompiledSchema

STUDENT = {
    "type": "object",
    "required": ["name", "grade"],
    "properties": {
        "name": {"type": "string", "minLength": 2},
        "grade": {"type": "integer", "minimum": 1, "maximum": 120},
        "born": {"format": "date"},
        "a/b": {"enum": [1, 2]},
    },
    "additionalProperties": False,
}


def test_valid_value_has_no_violations() -> None:
    schema = CompiledSchema(STUDENT)
    assert schema.is_valid({"name": "Ada", "grade": 3})
    assert schema.violations({"name": "Ada", "grade": 3}) == ()


def test_five_faults_are_named_at_once_each_with_its_place() -> None:
    value = {"name": "A", "grade": 121, "born": "yesterday", "a/b": 3, "extra": 1}
    assert set(CompiledSchema(STUDENT).violations(value)) == {
        Violation("/name", "minLength", "must have at least 2 characters"),
        Violation("/grade", "maximum", "must be 120 or less"),
        Violation("/born", "format", "must be a date such as 2024-02-29"),
        Violation("/a~1b", "enum", "must be one of 1, 2"),
        Violation("", "additionalProperties", 'has the property "extra", which is not known here'),
    }


def test_missing_properties_are_named_one_by_one() -> None:
    assert CompiledSchema(STUDENT).violations({}) == (
        Violation("", "required", 'must have the property "name"'),
        Violation("", "required", 'must have the property "grade"'),
    )


@pytest.mark.parametrize(
    ("schema", "value", "rule", "detail"),
    [
        ({"type": ["integer", "null"]}, "x", "type", "must be a whole number or null"),
        ({"const": "a"}, "x", "const", 'must be "a"'),
        ({"enum": list(range(20))}, "x", "enum", "12 more"),
        ({"exclusiveMinimum": 1}, 1, "exclusiveMinimum", "must be more than 1"),
        ({"exclusiveMaximum": 1}, 1, "exclusiveMaximum", "must be less than 1"),
        ({"multipleOf": 2}, 3, "multipleOf", "must be a multiple of 2"),
        ({"pattern": "^a"}, "secret", "pattern", 'must match the pattern "^a"'),
        ({"maxLength": 1}, "secret", "maxLength", "must have at most 1 character"),
        ({"minItems": 1}, [], "minItems", "must have at least 1 item"),
        ({"maxProperties": 0}, {"secret": 1}, "maxProperties", "must have at most 0 properties"),
        ({"uniqueItems": True}, [1, 1], "uniqueItems", "must not hold the same item twice"),
        ({"contains": {"const": 1}}, [2], "contains", "must contain an item"),
        ({"not": {"type": "string"}}, "secret", "not", "must not match"),
        ({"properties": {"a": False}}, {"a": 1}, "falseSchema", "must not be given"),
        ({"prefixItems": [{}], "items": False}, [1, 2], "items", "has more items"),
        ({"additionalProperties": False}, {"a": 1}, "additionalProperties", "none is known"),
        ({"unevaluatedProperties": False}, {"a": 1}, "unevaluatedProperties", '"a"'),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "dependentRequired", '"b"'),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, "propertyNames", "at most 1 character"),
        ({"oneOf": [{"type": "integer"}, {"minimum": 1}]}, 2, "oneOf", "several alternatives"),
        (
            {"anyOf": [{"type": "null"}, {"properties": {"z": {"type": "integer"}}}]},
            {"z": "x"},
            "anyOf",
            "must be null; or /z must be a whole number",
        ),
    ],
)
def test_violation_says_what_would_be_right(
    schema: dict[str, Any], value: object, rule: str, detail: str
) -> None:
    [violation] = CompiledSchema(schema).violations(value)
    assert violation.rule == rule
    assert detail in violation.detail
    assert "secret" not in violation.detail


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-200, 200) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["name", "grade", "born", "rows", "x"]), inner)
        ),
        max_leaves=12,
    )
)
def test_violations_agree_with_jsonschema_about_places(value: object) -> None:
    schema = {"anyOf": [STUDENT, {"type": "array", "items": STUDENT}]}
    for each in (STUDENT, {"type": "array", "items": STUDENT}, schema):
        reference = jsonschema.Draft202012Validator(
            each, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )
        expected = {
            "".join(f"/{step}" for step in error.absolute_path)
            for error in reference.iter_errors(value)
        }
        assert {v.pointer for v in CompiledSchema(each).violations(value)} == expected


def test_long_names_are_not_sent_back_in_full() -> None:
    value = {"x" * 10_000: 1}
    unknown = CompiledSchema({"additionalProperties": False}).violations(value)
    wrong = CompiledSchema({"additionalProperties": {"type": "null"}}).violations(value)
    assert all(len(str(violation)) < 500 for violation in (*unknown, *wrong))


def test_check_lists_a_hundred_and_says_that_there_are_more() -> None:
    schema = CompiledSchema({"items": {"type": "integer"}})
    with pytest.raises(SchemaViolationError, match="more than 100 places") as caught:
        schema.check(["x"] * 101)
    assert len(caught.value.violations) == 100
    with pytest.raises(SchemaViolationError, match="in 100 places, listed"):
        schema.check(["x"] * 100)


def test_huge_value_lists_no_more_than_the_limit() -> None:
    schema = CompiledSchema({"items": {"required": ["a", "b"]}})
    value: list[Any] = [{}] * 300_000
    found = schema.violations(value)
    assert len(found) == 100


def test_huge_object_of_unknown_properties_names_no_more_than_the_limit() -> None:
    value = {str(number): 1 for number in range(50_000)}
    for schema in ({"additionalProperties": False}, {"unevaluatedProperties": False}):
        found = CompiledSchema({"properties": {"a": {}}, **schema}).violations(value)
        assert 1 <= len(found) <= 100


def test_one_fault_deep_in_a_huge_value_is_found() -> None:
    schema = CompiledSchema({"items": {"type": "integer"}, "minItems": 20_000})
    value: list[Any] = [1] * 30_000
    value[29_999] = "x"
    assert schema.violations(value) == (Violation("/29999", "type", "must be a whole number"),)


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "strin"}, "place /type"),
        ({"required": "name"}, "place /required: must be an array"),
        ({"properties": {"a": {"minimum": "x"}}}, "place /properties/a/minimum: must be a number"),
        ({"pattern": "("}, "place /pattern: must be a regular expression"),
        ({"$ref": "https://example.org/a.json"}, "never to the network"),
        ({"$ref": "file:///etc/passwd"}, "'file:///etc/passwd' that leads nowhere"),
        ({"$ref": "#/$defs/none"}, "'/\\$defs/none' that leads nowhere"),
        ({"$schema": "https://example.org/draft"}, "Name a draft from 4 to 2020-12"),
    ],
)
def test_schema_that_the_metaschema_refuses_is_refused(schema: dict[str, Any], said: str) -> None:
    with pytest.raises(SchemaError, match=said):
        CompiledSchema(schema)


def test_schema_names_its_draft() -> None:
    fourth = {"$schema": "http://json-schema.org/draft-04/schema#", "exclusiveMinimum": True}
    schema = CompiledSchema({**fourth, "minimum": 1})
    assert not schema.is_valid(1)
    with pytest.raises(SchemaError, match="/exclusiveMinimum"):
        CompiledSchema({"exclusiveMinimum": True})
