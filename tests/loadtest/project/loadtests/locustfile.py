"""What the load test asks of the small project."""

from pathlib import Path

from locust import constant, task

from ml_api_kit.loadtest.user import ApiUser, load_payloads

SCHEMA = Path(__file__).parents[1] / "schemas" / "probabilities.request.json"
PAYLOADS = load_payloads(SCHEMA, count=8)


class SmallProjectUser(ApiUser):
    """Posts students' answers, now and then wrong ones, and reads all probabilities."""

    wait_time = constant(0.01)

    @task(9)
    def post_probabilities(self):
        self.post("/v1/probabilities", PAYLOADS)

    @task(1)
    def get_probabilities(self):
        self.get("/v1/probabilities")
