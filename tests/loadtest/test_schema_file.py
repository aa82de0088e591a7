import json

import jsonschema
import pytest

from ml_api_kit.errors import SchemaError
from ml_api_kit.loadtest.schema_file import load_schema


@pytest.fixture
def write(tmp_path):
    def write_schema(name, schema):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(schema))
        return path

    return write_schema


def accepts(schema, value):
    return jsonschema.Draft202012Validator(schema).is_valid(value)


def test_load_schema_without_references_stays_as_it_is(write):
    schema = {"type": "object", "properties": {"$ref": {"type": "string"}}}
    assert load_schema(write("a.json", schema)) == schema


@pytest.mark.parametrize("reference", ["b.json", "https://example.org/b.json", "./b.json#"])
def test_load_schema_finds_a_file_by_name_or_id(write, reference):
    write("b.json", {"$id": "https://example.org/b.json", "type": "integer"})
    root = write("a.json", {"$id": "https://example.org/a.json", "items": {"$ref": reference}})
    schema = load_schema(root)
    assert accepts(schema, [1])
    assert not accepts(schema, ["1"])


def test_load_schema_follows_references_from_file_to_file(write):
    write("parts/c.json", {"$defs": {"c": {"$ref": "#/$defs/d"}, "d": {"const": 3}}})
    write("b.json", {"properties": {"c": {"$ref": "parts/c.json#/$defs/c"}}})
    root = write("a.json", {"items": {"$ref": "b.json"}, "$defs": {"own": True}})
    schema = load_schema(root)
    assert accepts(schema, [{"c": 3}])
    assert not accepts(schema, [{"c": 4}])


def test_load_schema_ends_on_files_that_refer_to_each_other(write):
    write("b.json", {"properties": {"a": {"$ref": "a.json"}}})
    schema = load_schema(
        write("a.json", {"type": "object", "properties": {"b": {"$ref": "b.json"}}})
    )
    assert accepts(schema, {"b": {"a": {}}})
    assert not accepts(schema, {"b": {"a": 1}})


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("none.json", "leads to no schema"),
        ("../outside.json", "leads to no schema"),
        ("https://example.org/none.json", "never fetched"),
        ("#name", "goes to an \\$anchor"),
    ],
)
def test_load_schema_names_a_reference_that_leads_nowhere(write, tmp_path, reference, said):
    (tmp_path.parent / "outside.json").write_text("{}")
    with pytest.raises(SchemaError, match=said):
        load_schema(write("a.json", {"$ref": reference}))


@pytest.mark.parametrize(("text", "said"), [("{", "is not JSON"), ("[]", "not an object")])
def test_load_schema_names_a_file_that_is_none(tmp_path, text, said):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(SchemaError, match=said):
        load_schema(path)
    with pytest.raises(SchemaError, match="There is no schema file"):
        load_schema(tmp_path / "b.json")
