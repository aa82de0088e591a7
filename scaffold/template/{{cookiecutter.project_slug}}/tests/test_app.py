import pytest
from flask.testing import FlaskClient

from {{ cookiecutter.package_name }}.prediction import ProbabilityModel

ENDPOINT = "/v1/probabilities"
RIGHT = {f"item_{number}": 1 for number in range(1, 6)}
WRONG = {f"item_{number}": 0 for number in range(1, 6)}


def test_post_answers_for_each_student(client: FlaskClient, authorized: dict[str, str]) -> None:
    students = [{"student_id": "ada", **RIGHT}, {"student_id": "bob", **WRONG}]
    response = client.post(ENDPOINT, json={"students": students}, headers=authorized)
    assert response.status_code == 200
    ada, bob = response.get_json()["probabilities"]
    assert (ada["student_id"], bob["student_id"]) == ("ada", "bob")
    assert ada["ability"] > 0 > bob["ability"]
    assert all(ada[item] > bob[item] for item in RIGHT)


def test_post_answers_one_by_one_as_all_together(
    client: FlaskClient, authorized: dict[str, str]
) -> None:
    students = [{"student_id": "ada", **RIGHT}, {"student_id": "new"}, {"student_id": "b", **WRONG}]
    together = client.post(ENDPOINT, json={"students": students}, headers=authorized).get_json()
    for student, expected in zip(students, together["probabilities"], strict=True):
        alone = client.post(ENDPOINT, json={"students": [student]}, headers=authorized).get_json()
        assert alone["probabilities"] == [expected]


def test_get_answers_for_the_stored_students(
    client: FlaskClient, authorized: dict[str, str]
) -> None:
    response = client.get(ENDPOINT + "?limit=1000", headers=authorized)
    assert response.status_code == 200
    answers = response.get_json()["probabilities"]
    assert len(answers) == 1000
    assert answers[0]["student_id"] == "s0001"


def test_get_answers_as_post_does(
    client: FlaskClient, authorized: dict[str, str], model: ProbabilityModel
) -> None:
    response = client.get(ENDPOINT + "?limit=1&after=s0999", headers=authorized)
    assert response.get_json()["probabilities"] == model.predict([{"student_id": "s1000", **RIGHT}])


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 400),
        (b"no json", "application/json", 400),
        (b'{"students": [NaN]}', "application/json", 400),
        (b"student_id=ada", "application/x-www-form-urlencoded", 415),
        (b'{"students": []}', "application/json", 422),
        (b" " * 1_000_001, "application/json", 413),
    ],
)
def test_post_refuses_bodies_it_cannot_use(
    client: FlaskClient, authorized: dict[str, str], body: bytes, content_type: str, status: int
) -> None:
    response = client.post(ENDPOINT, data=body, content_type=content_type, headers=authorized)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert client.get("/healthz").status_code == 200


def test_post_says_all_that_is_wrong_at_once(
    client: FlaskClient, authorized: dict[str, str]
) -> None:
    student = {"student_id": "", "item_1": 2, "item_2": "1", "item_3": True, "item_9": 1}
    response = client.post(ENDPOINT, json={"students": [student]}, headers=authorized)
    assert response.status_code == 422
    pointers = {error["pointer"] for error in response.get_json()["errors"]}
    expected = {f"/students/0/{name}" for name in ("student_id", "item_1", "item_2", "item_3")}
    assert expected <= pointers


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=ten", "page=2"])
def test_get_refuses_queries_it_cannot_use(
    client: FlaskClient, authorized: dict[str, str], query: str
) -> None:
    response = client.get(f"{ENDPOINT}?{query}", headers=authorized)
    assert response.status_code == 422


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_gets_in_without_a_known_token(
    client: FlaskClient, headers: dict[str, str], method: str
) -> None:
    response = client.open(ENDPOINT, method=method, json={"students": []}, headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_metrics_count_what_was_answered(
    client: FlaskClient, authorized: dict[str, str]
) -> None:
    counted = 'mlapi_rows_answered_total{route="/v1/probabilities"} '

    def rows() -> float:
        text = client.get("/metrics", headers=authorized).get_data(as_text=True)
        found = [line for line in text.splitlines() if line.startswith(counted)]
        return float(found[0].removeprefix(counted)) if found else 0

    before = rows()
    students = [{"student_id": name, **RIGHT} for name in ("ada", "bob")]
    client.post(ENDPOINT, json={"students": students}, headers=authorized)
    assert rows() == before + 2
    assert client.get("/metrics").status_code == 401


def test_the_description_names_the_endpoints(client: FlaskClient) -> None:
    description = client.get("/openapi.json").get_json()
    assert description["openapi"].startswith("3.1")
    assert set(description["paths"][ENDPOINT]) >= {"get", "post"}
    assert client.get("/docs").status_code == 200
    assert client.get("/readyz").status_code == 200
