from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas import SchemaFolder, to_components


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


@pytest.mark.parametrize(
    ("file", "document", "said"),
    [
        ("with space.json", {}, "letters, digits"),
        ("anchored.json", {"$ref": "#a", "$defs": {"a": {"$anchor": "a"}}}, "not by anchor"),
    ],
)
def test_what_a_description_cannot_hold_is_refused(
    tmp_path: Path, file: str, document: object, said: str
) -> None:
    (tmp_path / file).write_text(json.dumps(document))
    with pytest.raises(SchemaError, match=said):
        to_components(SchemaFolder(tmp_path))
