import jsonschema
import pytest

from ml_api_kit.loadtest.draft7 import to_draft7


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        (
            {"prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
            [[], ["a"], ["a", 1], ["a", "b"], [1]],
        ),
        ({"prefixItems": [{"type": "string"}]}, [["a", 1], [1]]),
        ({"items": {"type": "integer"}}, [[1, 2], ["a"]]),
        ({"dependentRequired": {"a": ["b"]}}, [{"a": 1}, {"a": 1, "b": 2}, {"b": 1}]),
        ({"dependentSchemas": {"a": {"required": ["b"]}}}, [{"a": 1}, {"a": 1, "b": 2}]),
        ({"properties": {"items": {"const": {"prefixItems": [1]}}}}, [{"items": 1}]),
        (
            {"$ref": "#/$defs/a", "$defs": {"a": {"prefixItems": [{"const": 1}]}}},
            [[1], [2]],
        ),
    ],
)
def test_draft7_says_the_same(schema, values):
    new, old = (
        jsonschema.Draft202012Validator(schema),
        jsonschema.Draft7Validator(to_draft7(schema)),
    )
    assert [new.is_valid(each) for each in values] == [old.is_valid(each) for each in values]
