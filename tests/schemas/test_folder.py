from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas import SchemaFolder


def write(folder: Path, **documents: Any) -> Path:
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document))
    return folder


def test_folder_compiles_every_file_and_follows_references(tmp_path: Path) -> None:
    folder = SchemaFolder(
        write(
            tmp_path,
            rows={"items": {"$ref": "row.json#/$defs/row"}},
            row={"$defs": {"row": {"required": ["id"], "properties": {"next": {"$ref": "#"}}}}},
        )
    )
    assert sorted(folder) == ["row", "rows"]
    assert "row" in folder
    assert [v.pointer for v in folder["rows"].violations([{}])] == ["/0"]


def test_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="MLAPI_SCHEMA_FOLDER"):
        SchemaFolder(tmp_path / "nowhere")


def test_unknown_name_is_refused_with_the_nearest(tmp_path: Path) -> None:
    folder = SchemaFolder(write(tmp_path, answers={}))
    with pytest.raises(SchemaError, match="did you mean 'answers'"):
        folder["answer"]
    with pytest.raises(SchemaError, match=r"write .*other\.json"):
        folder["other"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", r"broken\.json is not JSON: .*line 1 column 2"),
        ("[]", r"broken\.json is no JSON Schema"),
        (
            '{"properties": {"a": {"type": "int"}}}',
            r"broken\.json .*\n  S024 at /properties/a/type, line 1: .* Did you mean",
        ),
        ('{"$ref": "../../secret.json"}', r"broken\.json .*\n  S020 at /\$ref, line 1"),
        (
            '{"$ref": "missing.json"}',
            r'broken\.json .*\n.* leads to "missing\.json", where nothing is',
        ),
        ('{"$ref": "https://example.org/a.json"}', r"S021 at /\$ref.* to the network"),
        ('{"a": 1, "type": "object", "type": "array"}', "S030 at /type"),
        ('{"minimum": NaN}', r"broken\.json is not JSON: NaN"),
        ("[" * 100_000, r"broken\.json is not JSON"),
        ("\udcff", r"broken\.json is not JSON"),
    ],
)
def test_broken_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, sound={"$ref": "broken.json"})
    (tmp_path / "broken.json").write_bytes(text.encode(errors="surrogateescape"))
    (tmp_path / "sound.json").unlink()
    with pytest.raises(SchemaError, match=said):
        SchemaFolder(tmp_path)
