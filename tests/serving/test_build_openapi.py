from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.views import MethodView

from ml_api_kit.decorators import (
    ApiGuards,
    hash_token,
    token_required,
    validate_json,
    validate_query,
    validate_schema,
)
from ml_api_kit.errors import SchemaError
from ml_api_kit.serving import api_docs, build_openapi
from tests.serving.sample_app import create_app


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return build_openapi(create_app(), title="Sample", version="1.0")


def test_description_holds_the_routes_and_not_itself(description: dict[str, Any]) -> None:
    assert description["openapi"] == "3.1.0"
    assert {path: sorted(item) for path, item in description["paths"].items()} == {
        "/healthz": ["get"],
        "/readyz": ["get"],
        "/v1/broken": ["get"],
        "/v1/means": ["get", "post"],
        "/v1/half": ["get"],
        "/v1/rare": ["get"],
        "/v1/reports/{year}": ["get"],
        "/v1/slow": ["get"],
        "/v1/students/{number}": ["get"],
        "/v1/unclean": ["get"],
    }


def test_operation_says_what_its_guards_do(description: dict[str, Any]) -> None:
    post = description["paths"]["/v1/means"]["post"]
    assert post["summary"] == "The mean grade of the students in the request."
    assert post["description"] == "Every student counts once."
    assert post["security"] == [{"bearer": []}]
    body = post["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/answers"}
    assert sorted(post["responses"]) == ["200", "400", "401", "413", "415", "422", "5XX"]
    get = description["paths"]["/v1/means"]["get"]
    assert "security" not in get
    assert [(each["name"], each["required"]) for each in get["parameters"]] == [
        ("limit", True),
        ("order", False),
        ("passed", False),
        ("grade", False),
    ]


def test_inline_schema_becomes_a_component(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    assert schemas["get_student_200"] == {"type": "object", "required": ["number"]}


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for each in part.values() for found in references(each)]
    return [found for each in part for found in references(each)] if isinstance(part, list) else []


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    found = references(description)
    assert "#/components/schemas/student/$defs/grade" in found
    for reference in found:
        place: Any = description
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


class Items(MethodView):
    decorators = (token_required,)

    @validate_json
    def post(self, kind: str) -> dict[str, Any]:
        """One item more."""
        return {}

    def get(self, kind: str) -> dict[str, Any]:
        """The items of a kind."""
        return {}


def test_class_based_view_is_described_by_method() -> None:
    app = Flask("classes")
    app.config["MLAPI_TOKEN_HASHES"] = hash_token("t")
    app.add_url_rule("/<any(a, b):kind>/items", view_func=Items.as_view("items"))
    item = build_openapi(app, title="t", version="1")["paths"]["/{kind}/items"]
    assert item["post"]["summary"] == "One item more."
    assert item["post"]["security"] == item["get"]["security"] == [{"bearer": []}]
    assert item["post"]["operationId"] == "post_items"
    assert "requestBody" not in item["get"]
    assert item["get"]["parameters"][0]["schema"] == {"type": "string", "enum": ["a", "b"]}


def test_same_inline_schema_is_one_component() -> None:
    app = Flask("inline")
    for name, kind in (("a", "null"), ("b", "null"), ("c", "string")):
        view = validate_schema({"$defs": {"k": {"type": kind}}, "$ref": "#/$defs/k"})(dict)
        app.add_url_rule(f"/{name}", "same.view"[: 4 + len(name)] + name, view, methods=["PUT"])
    schemas = build_openapi(app, title="t", version="1")["components"]["schemas"]
    assert len(schemas) == 4
    assert all(
        schema["$ref"] == f"#/components/schemas/{name}/$defs/k"
        for name, schema in schemas.items()
        if name != "Problem"
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("/<x>", {"type": "string", "pattern": "^(?:[^/]{1,})$"}),
        ("/<path:x>", {"type": "string", "pattern": "^(?:[^/].*?)$"}),
        ("/<string(length=2):x>", {"type": "string", "pattern": "^(?:[^/]{2})$"}),
        ("/<int:x>", {"type": "integer", "minimum": 0}),
        ("/<int(signed=True, max=9):x>", {"type": "integer", "maximum": 9}),
        ("/<float:x>", {"type": "string", "pattern": r"^(?:\d+\.\d+)$"}),
        ("/<uuid:x>", {"type": "string", "format": "uuid"}),
    ],
)
def test_path_parameter_says_what_its_converter_accepts(
    rule: str, expected: dict[str, Any]
) -> None:
    app = Flask("paths")
    app.add_url_rule(rule, "view", lambda x: "")
    operation = build_openapi(app, title="t", version="1")["paths"]["/{x}"]["get"]
    assert operation["parameters"][0]["schema"] == expected
    assert "404" in operation["responses"]


UNDESCRIBABLE = {
    "type": "array",
    "$dynamicAnchor": "node",
    "items": {"$dynamicRef": "#node"},
    "$defs": {"a": {"$id": "a", "$dynamicAnchor": "node", "type": "array"}},
}


def guarded_app(schema: dict[str, Any]) -> Flask:
    app = Flask("start")
    app.add_url_rule("/a", "things", validate_schema(schema)(dict), methods=["PUT"])
    return app


@pytest.mark.parametrize("guards_first", [True, False])
def test_what_cannot_be_described_is_said_at_start_up_with_its_view(guards_first: bool) -> None:
    app = guarded_app(UNDESCRIBABLE)
    first, last = (guard, describe) if guards_first else (describe, guard)
    first(app)
    with pytest.raises(SchemaError, match=r"PUT /a \(the view 'things'\) cannot be described"):
        last(app)


def describe(app: Flask) -> None:
    app.register_blueprint(api_docs(title="t", version="1"))


def guard(app: Flask) -> None:
    ApiGuards(app)


def test_what_no_description_is_asked_of_starts() -> None:
    app = guarded_app(UNDESCRIBABLE)
    ApiGuards(app)
    assert app.test_client().put("/a", json=[[]]).status_code == 200


def test_schema_with_anchors_is_described_over_http() -> None:
    defs = {"a": {"$anchor": "foo", "type": "integer"}}
    app = guarded_app({"$defs": defs, "type": "object", "properties": {"x": {"$ref": "#foo"}}})
    app.register_blueprint(api_docs(title="t", version="1"))
    ApiGuards(app)
    answer = app.test_client().get("/openapi.json")
    assert answer.status_code == 200
    part = answer.json["components"]["schemas"]["things_body"]["properties"]["x"]
    assert part == {"$ref": "#/components/schemas/things_body/$defs/a"}


def test_query_schema_that_refers_to_another_file_is_described(tmp_path: Path) -> None:
    (tmp_path / "grade.json").write_text('{"type": "integer"}')
    (tmp_path / "query.json").write_text(
        '{"properties": {"grades": {"type": "array", "items": {"type": "integer",'
        ' "not": {"$ref": "grade.json"}}}}}'
    )
    app = Flask("query")
    app.config["MLAPI_SCHEMA_FOLDER"] = tmp_path
    app.add_url_rule("/a", "things", validate_query("query")(dict))
    operation = build_openapi(app, title="t", version="1")["paths"]["/a"]["get"]
    items = operation["parameters"][0]["schema"]["items"]
    assert items["not"] == {"$ref": "#/components/schemas/grade"}
