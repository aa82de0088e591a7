"""The API answers as the notebook did: its own answers, recorded while it ran, over HTTP.

`golden/sample.jsonl` holds a sample of them; `mlapi check` tries all.
"""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from ml_api_kit.research.check import GoldenCase, compare_answers, read_golden

ENDPOINT = "/v1/{{ cookiecutter._api.noun }}"
CASES = read_golden(Path(__file__).parent / "golden" / "sample.jsonl")


{% if cookiecutter._api.has_rows %}
def answers_to(
    client: FlaskClient, authorized: dict[str, str], cases: list[GoldenCase]
) -> list[dict[str, Any]]:
    body = {"rows": [case.row for case in cases]}
    response = client.post(ENDPOINT, json=body, headers=authorized)
    assert response.status_code == 200, response.get_data(as_text=True)
    answers: list[dict[str, Any]] = response.get_json()["{{ cookiecutter._api.noun }}"]
    return answers


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"row-{case.raw_index}")
def test_a_row_alone_is_answered_as_in_the_notebook(
    client: FlaskClient, authorized: dict[str, str], case: GoldenCase
) -> None:
    found = answers_to(client, authorized, [case])
    assert compare_answers([case.answer], found).first_difference is None


def test_all_rows_together_are_answered_as_in_the_notebook(
    client: FlaskClient, authorized: dict[str, str]
) -> None:
    found = answers_to(client, authorized, CASES)
    assert compare_answers([case.answer for case in CASES], found).first_difference is None


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.raw_index is not None][:5],
    ids=lambda case: f"row-{case.raw_index}",
)
def test_a_stored_row_is_answered_as_in_the_notebook(
    client: FlaskClient, authorized: dict[str, str], case: GoldenCase
) -> None:
    response = client.get(f"{ENDPOINT}?limit=1&after={case.raw_index}", headers=authorized)
    assert response.status_code == 200, response.get_data(as_text=True)
    found = response.get_json()["{{ cookiecutter._api.noun }}"]
    assert found[0]["row_id"] == case.raw_index + 1
    assert compare_answers([case.answer], found).first_difference is None
{% else %}
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"row-{case.raw_index}")
def test_a_result_is_the_one_of_the_notebook(
    client: FlaskClient, authorized: dict[str, str], case: GoldenCase
) -> None:
    response = client.get(f"{ENDPOINT}?limit=1&after={case.raw_index}", headers=authorized)
    assert response.status_code == 200, response.get_data(as_text=True)
    found: list[dict[str, Any]] = response.get_json()["{{ cookiecutter._api.noun }}"]
    assert compare_answers([case.answer], found).first_difference is None
{% endif %}
