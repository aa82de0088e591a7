from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from ml_api_kit.decorators import (
    ApiGuards,
    guards_of,
    hash_token,
    request_token,
    token_required,
)
from ml_api_kit.decorators.tokens.hashed_tokens import parse_hashes
from ml_api_kit.errors import SettingsError
from ml_api_kit.serving import build_openapi


def whose() -> dict[str, Any]:
    token = request_token()
    return {"kind": token.kind, "subject": token.subject, "scopes": sorted(token.scopes)}


def make_app(view: Any) -> Flask:
    app = Flask("scoped")
    app.config["MLAPI_TOKEN_HASHES"] = [
        hash_token("reader") + ":read",
        hash_token("writer") + ":read+write",
        hash_token("nothing"),
    ]
    app.add_url_rule("/", "view", view)
    ApiGuards(app)
    return app


def get(app: Flask, token: str) -> Any:
    return app.test_client().get("/", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize(
    ("scopes", "statuses"),
    [
        ((), {"reader": 200, "writer": 200, "nothing": 200, "nobody": 401}),
        (("read",), {"reader": 200, "writer": 200, "nothing": 403, "nobody": 401}),
        (["read", "write"], {"reader": 403, "writer": 200, "nothing": 403, "nobody": 401}),
    ],
)
def test_token_needs_every_scope(scopes: Any, statuses: dict[str, int]) -> None:
    app = make_app(token_required(scopes=scopes)(whose))
    assert {token: get(app, token).status_code for token in statuses} == statuses


def test_missing_scope_is_named_in_the_challenge() -> None:
    answered = get(make_app(token_required(scopes=("write",))(whose)), "reader")
    assert 'error="insufficient_scope"' in answered.headers["WWW-Authenticate"]
    assert 'scope="write"' in answered.headers["WWW-Authenticate"]
    assert answered.json["title"] == "Forbidden"


def test_view_learns_whose_token_it_was_and_not_the_token() -> None:
    answered = get(make_app(token_required(whose)), "writer").json
    assert answered == {
        "kind": "hash",
        "subject": f"sha256:{hash_token('writer')[:16]}",
        "scopes": ["read", "write"],
    }


def test_scopes_of_stacked_decorators_add_up() -> None:
    view = token_required(scopes=("write",))(token_required(token_required(scopes=["read"])(whose)))
    assert guards_of(view).scopes == ("read", "write")
    assert get(make_app(view), "reader").status_code == 403
    assert get(make_app(view), "writer").status_code == 200


def test_token_is_refused_where_no_guard_checked_it(caplog: pytest.LogCaptureFixture) -> None:
    assert get(make_app(whose), "reader").status_code == 500
    assert "decorate the view with token_required" in caplog.text


@pytest.mark.parametrize("scopes", ["read", b"read", ("re ad",), ("",), (1,), {"read": 1}, 7])
def test_scopes_that_are_none_are_refused(scopes: Any) -> None:
    with pytest.raises(SettingsError, match="several scopes"):
        token_required(scopes=scopes)


@pytest.mark.parametrize("behind", [":", ":read+", ":re\\ad", ":a++b"])
def test_hash_with_scopes_that_are_none_is_refused_and_not_shown(behind: str) -> None:
    with pytest.raises(SettingsError, match="behind a colon") as caught:
        parse_hashes([hash_token("a") + behind])
    assert hash_token("a") not in str(caught.value)


def test_description_names_scopes() -> None:
    app = make_app(token_required(scopes=("read", "write"))(whose))
    operation = build_openapi(app, title="A", version="1")["paths"]["/"]["get"]
    assert operation["security"] == [{"bearer": ["read", "write"]}]
    assert {"401", "403"} <= set(operation["responses"])


def test_description_names_the_tokens_that_are_known() -> None:
    app = make_app(token_required(whose))
    described = build_openapi(app, title="A", version="1")["components"]["securitySchemes"]
    assert described == {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "Send a token that the operator gave out.",
        }
    }
    app = Flask("signed")
    app.config.update(
        MLAPI_JWT_KEY_SET_URL="https://issuer.example/keys",
        MLAPI_JWT_AUDIENCE="shop",
        MLAPI_JWT_ISSUER="https://issuer.example",
        MLAPI_GOOGLE_AUDIENCE="shop",
        MLAPI_GOOGLE_ACCOUNTS="ann@example.com",
    )
    scheme = build_openapi(app, title="A", version="1")["components"]["securitySchemes"]["bearer"]
    assert scheme["bearerFormat"] == "JWT"
    assert scheme["description"] == (
        "Send a JWT of https://issuer.example for the audience shop, or an identity token of Google"
        " for the audience shop."
    )
