from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from ml_api_kit.errors import SchemaError, SchemaViolationError
from ml_api_kit.schemas import CompiledSchema, HeaderSchema, PathSchema

PATH = {
    "required": ["student_id"],
    "properties": {
        "student_id": {"type": "integer", "minimum": 1},
        "term": {"type": "string", "pattern": "^[0-9]{4}$"},
        "token": {"type": "string", "format": "uuid"},
    },
}
HEADERS = {
    "required": ["X-Tenant"],
    "properties": {
        "X-Tenant": {"type": "string", "maxLength": 8},
        "x-depth": {"type": "integer"},
        "X-Tags": {"type": "array", "items": {"type": "integer"}},
        "Content-Length": {"type": "integer", "maximum": 9},
    },
}


@pytest.mark.parametrize(
    ("values", "read"),
    [
        ({"student_id": "17"}, {"student_id": 17}),
        ({"student_id": 17, "term": "2024"}, {"student_id": 17, "term": "2024"}),
        ({"student_id": 1, "token": UUID(int=1)}, {"student_id": 1, "token": str(UUID(int=1))}),
    ],
)
def test_path_is_read_in_declared_types(values: dict[str, Any], read: dict[str, Any]) -> None:
    assert PathSchema(CompiledSchema(PATH)).read(values) == read


def test_path_names_every_violation() -> None:
    with pytest.raises(SchemaViolationError, match="The path does not match") as caught:
        PathSchema(CompiledSchema(PATH)).read({"student_id": "0", "term": "x" * 500, "z": "1"})
    told = [(one.pointer, one.rule) for one in caught.value.violations]
    assert sorted(told) == [
        ("", "additionalProperties"),
        ("/student_id", "minimum"),
        ("/term", "pattern"),
    ]
    assert "xxx" not in str(caught.value.violations)


def test_headers_are_read_in_declared_types_whatever_their_case() -> None:
    environ = {
        "HTTP_X_TENANT": " blue ",
        "HTTP_X_DEPTH": "3",
        "HTTP_X_TAGS": "1, 2,3",
        "HTTP_ACCEPT": "*/*",
        "CONTENT_LENGTH": "7",
    }
    read = HeaderSchema(CompiledSchema(HEADERS)).read(environ)
    assert read == {"X-Tenant": "blue", "x-depth": 3, "X-Tags": [1, 2, 3], "Content-Length": 7}


def test_headers_name_every_violation() -> None:
    environ = {"HTTP_X_DEPTH": "deep", "HTTP_X_TAGS": "1,b", "CONTENT_LENGTH": "99"}
    with pytest.raises(SchemaViolationError, match="The headers do") as caught:
        HeaderSchema(CompiledSchema(HEADERS)).read(environ)
    assert sorted((one.pointer, one.rule) for one in caught.value.violations) == [
        ("", "required"),
        ("/Content-Length", "maximum"),
        ("/X-Tags/1", "type"),
        ("/x-depth", "type"),
    ]


def test_schema_that_describes_neither_is_refused() -> None:
    for make, what in ((PathSchema, "a path"), (HeaderSchema, "headers")):
        with pytest.raises(SchemaError, match=f"cannot describe {what}; give it properties"):
            make(CompiledSchema({"type": "object"}))
    with pytest.raises(SchemaError, match="names a header twice"):
        HeaderSchema(CompiledSchema({"properties": {"X-A": {}, "x-a": {}}}))
