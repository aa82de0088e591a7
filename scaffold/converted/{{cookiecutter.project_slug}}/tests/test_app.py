"""The guards of the endpoints, and what the API says of itself."""

{% if cookiecutter._api.has_rows %}
import json
from pathlib import Path

{% endif %}
import pytest
from flask.testing import FlaskClient
{% if cookiecutter._api.has_rows %}
from ml_api_kit.research.check import read_golden

from {{ cookiecutter.package_name }}.config import Settings
{% endif %}

ENDPOINT = "/v1/{{ cookiecutter._api.noun }}"
{% if cookiecutter._api.has_rows %}
ROW = dict(read_golden(Path(__file__).parent / "golden" / "sample.jsonl")[0].row)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 400),
        (b"no json", "application/json", 400),
        (b'{"rows": [NaN]}', "application/json", 400),
        (b"rows=1", "application/x-www-form-urlencoded", 415),
        (b'{"rows": []}', "application/json", 422),
        (b" " * (Settings.max_body_bytes + 1), "application/json", 413),
    ],
)
def test_post_refuses_bodies_it_cannot_use(
    client: FlaskClient, authorized: dict[str, str], body: bytes, content_type: str, status: int
) -> None:
    response = client.post(ENDPOINT, data=body, content_type=content_type, headers=authorized)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert client.get("/healthz").status_code == 200


def test_post_says_of_every_column_that_it_is_wrong(
    client: FlaskClient, authorized: dict[str, str]
) -> None:
    row = {column: {} for column in ROW}
    response = client.post(ENDPOINT, json={"rows": [row]}, headers=authorized)
    assert response.status_code == 422
    places = {error["pointer"] for error in response.get_json()["errors"]}
    expected = {"/rows/0/" + column.replace("~", "~0").replace("/", "~1") for column in ROW}
    # At most 100 places are listed.
    assert len(places & expected) >= min(len(expected), 50)


def test_post_refuses_a_row_that_lacks_a_column(
    client: FlaskClient, authorized: dict[str, str]
) -> None:
    less = json.loads(json.dumps(ROW))
    less.popitem()
    response = client.post(ENDPOINT, json={"rows": [ROW, less]}, headers=authorized)
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["pointer"].startswith("/rows/1")
{% endif %}


def test_get_gives_a_page(client: FlaskClient, authorized: dict[str, str]) -> None:
    response = client.get(f"{ENDPOINT}?limit=3&after=1", headers=authorized)
    assert response.status_code == 200
    found = response.get_json()["{{ cookiecutter._api.noun }}"]
    assert [row["row_id"] for row in found] == [2, 3, 4][: len(found)]


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=ten", "page=2"])
def test_get_refuses_queries_it_cannot_use(
    client: FlaskClient, authorized: dict[str, str], query: str
) -> None:
    response = client.get(f"{ENDPOINT}?{query}", headers=authorized)
    assert response.status_code == 422


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
@pytest.mark.parametrize("method", [{{ '"GET", "POST"' if cookiecutter._api.has_rows else '"GET"' }}])
def test_nobody_gets_in_without_a_known_token(
    client: FlaskClient, headers: dict[str, str], method: str
) -> None:
    response = client.open(ENDPOINT, method=method, json={"rows": []}, headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_metrics_count_what_was_answered(
    client: FlaskClient, authorized: dict[str, str]
) -> None:
    answered = client.get(f"{ENDPOINT}?limit=1", headers=authorized).get_json()
    text = client.get("/metrics", headers=authorized).get_data(as_text=True)
    assert f'route="{ENDPOINT}",status="200"' in text
    assert len(answered["{{ cookiecutter._api.noun }}"]) == 1
    assert "mlapi_rows_answered_total" in text
    assert client.get("/metrics").status_code == 401


def test_the_description_names_the_endpoints(client: FlaskClient) -> None:
    description = client.get("/openapi.json").get_json()
    assert description["openapi"].startswith("3.1")
    assert set(description["paths"][ENDPOINT]) >= { {{- '"get", "post"' if cookiecutter._api.has_rows else '"get"' -}} }
    assert client.get("/docs").status_code == 200
    assert client.get("/readyz").status_code == 200
