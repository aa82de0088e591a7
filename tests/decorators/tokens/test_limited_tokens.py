"""How often a client may ask is counted by whose token it is, not by the token."""

from __future__ import annotations

from flask import Flask

from ml_api_kit.decorators import ApiGuards, rate_limit, token_required
from tests.decorators.tokens.issuer import AUDIENCE, SECRET, claims, sign


def statuses(app: Flask, *tokens: str) -> list[int]:
    client = app.test_client()
    headers = [{"Authorization": f"Bearer {token}"} for token in tokens]
    return [client.get("/", headers=one).status_code for one in headers]


def make_app() -> Flask:
    app = Flask("limited")
    app.config.update(MLAPI_JWT_SECRET=SECRET, MLAPI_JWT_AUDIENCE=AUDIENCE)
    view = rate_limit("2 per hour")(token_required(scopes=("read",))(lambda: {}))
    app.add_url_rule("/", "view", view)
    ApiGuards(app)
    return app


def token(subject: str, number: int, scope: str = "read") -> str:
    said = claims(sub=subject, jti=str(number), scope=scope)
    return sign(said, SECRET.encode(), algorithm="HS256")


def test_another_token_of_the_same_client_does_not_lift_its_limit() -> None:
    anns = [token("ann", number) for number in range(3)]
    assert statuses(make_app(), *anns, token("bob", 3)) == [200, 200, 429, 200]


def test_request_without_a_scope_counts_for_its_client() -> None:
    short = [token("ann", number, scope="write") for number in range(3)]
    assert statuses(make_app(), *short) == [403, 403, 429]


def test_refused_tokens_count_for_their_address() -> None:
    wrong = [token("ann", number) + "x" for number in range(3)]
    assert statuses(make_app(), *wrong, token("ann", 4)) == [401, 401, 429, 200]
