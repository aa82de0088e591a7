from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas import SchemaFolder, to_components
from ml_api_kit.schemas.openapi import inline_schema


def test_components_refer_to_each_other(tmp_path: Path) -> None:
    rows = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "rows.json",
        "items": {"$ref": "row.json#/$defs/a~1b"},
        "examples": [{"$ref": "stays"}],
        "properties": {"self": {"$ref": "#/items"}, "all": {"$ref": "row.json"}},
    }
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    (tmp_path / "row.json").write_text(json.dumps({"$defs": {"a/b": {"type": "object"}}}))
    assert to_components(SchemaFolder(tmp_path))["rows"] == {
        "items": {"$ref": "#/components/schemas/row/$defs/a~1b"},
        "examples": [{"$ref": "stays"}],
        "properties": {
            "self": {"$ref": "#/components/schemas/rows/items"},
            "all": {"$ref": "#/components/schemas/row"},
        },
    }


def test_older_draft_stays_named(tmp_path: Path) -> None:
    seventh = {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}
    (tmp_path / "old.json").write_text(json.dumps(seventh))
    assert to_components(SchemaFolder(tmp_path)) == {"old": seventh}


D7 = "http://json-schema.org/draft-07/schema#"
D2019 = "https://json-schema.org/draft/2019-09/schema"
X = "#/components/schemas/x"


@pytest.mark.parametrize(
    ("schema", "component"),
    [
        ({"$defs": {"a": {"$anchor": "foo", "type": "null"}}, "items": {"$ref": "#foo"}},
         {"$defs": {"a": {"type": "null"}}, "items": {"$ref": f"{X}/$defs/a"}}),
        ({"$id": "https://example.org/a.json", "items": {"$ref": "#/$defs/a"},
          "$defs": {"a": {"$ref": "a.json"}}},
         {"items": {"$ref": f"{X}/$defs/a"}, "$defs": {"a": {"$ref": X}}}),
        ({"$defs": {"a": {"$id": "in.json", "$defs": {"b": {}}, "items": {"$ref": "#/$defs/b"}}},
          "items": {"$ref": "in.json"}},
         {"$defs": {"a": {"$defs": {"b": {}}, "items": {"$ref": f"{X}/$defs/a/$defs/b"}}},
          "items": {"$ref": f"{X}/$defs/a"}}),
        ({"$schema": D7, "definitions": {"a": {"$id": "#a"}}, "items": {"$ref": "#a"}},
         {"$schema": D7, "definitions": {"a": {}}, "items": {"$ref": f"{X}/definitions/a"}}),
        ({"$dynamicAnchor": "node", "items": {"$dynamicRef": "#node"}}, {"items": {"$ref": X}}),
        ({"$schema": D2019, "$recursiveAnchor": True, "items": {"$recursiveRef": "#"}},
         {"$schema": D2019, "items": {"$ref": X}}),
        ({"shapes": {"round": {"items": {"$ref": "#"}}}, "items": {"$ref": "#/shapes/round"}},
         {"shapes": {"round": {"items": {"$ref": X}}}, "items": {"$ref": f"{X}/shapes/round"}}),
        ({"properties": {"default": {"$ref": "#"}, "$ref": {}, "$id": {}}},
         {"properties": {"default": {"$ref": X}, "$ref": {}, "$id": {}}}),
        ({"items": {"$ref": "https://json-schema.org/draft/2020-12/schema"}},
         {"items": {"$ref": "https://json-schema.org/draft/2020-12/schema"}}),
    ],
)  # fmt: skip
def test_names_of_places_become_paths(schema: object, component: object) -> None:
    assert inline_schema(schema, name="x") == component


def test_anchor_in_another_file_becomes_a_path(tmp_path: Path) -> None:
    row = {"$id": "https://example.org/row", "$defs": {"a": {"$anchor": "a", "type": "null"}}}
    (tmp_path / "row.json").write_text(json.dumps(row))
    (tmp_path / "rows.json").write_text('{"items": {"$ref": "row.json#/$defs/a"}}')
    rows = to_components(SchemaFolder(tmp_path))["rows"]
    assert rows == {"items": {"$ref": "#/components/schemas/row/$defs/a"}}


SEVERAL_PLACES = {
    "$dynamicAnchor": "node",
    "items": {"$dynamicRef": "#node"},
    "$defs": {"a": {"$id": "a", "$dynamicAnchor": "node", "type": "array"}},
}


@pytest.mark.parametrize(
    ("file", "document", "said"),
    [
        ("with space.json", {}, "letters, digits"),
        ("several.json", SEVERAL_PLACES, "one of several"),
    ],
)
def test_what_a_description_cannot_hold_is_refused(
    tmp_path: Path, file: str, document: object, said: str
) -> None:
    (tmp_path / file).write_text(json.dumps(document))
    with pytest.raises(SchemaError, match=said):
        to_components(SchemaFolder(tmp_path))
