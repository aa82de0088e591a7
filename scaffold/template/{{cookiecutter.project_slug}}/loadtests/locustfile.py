"""What the load test asks: `make load-test`; sizes and thresholds are in `pyproject.toml`."""

from pathlib import Path

from locust import constant, task
from ml_api_kit.loadtest.user import ApiUser, load_payloads

SCHEMAS = Path(__file__).parents[1] / "{{ cookiecutter.package_name }}" / "config" / "schemas"
STUDENTS = load_payloads(SCHEMAS / "students.json")


class StudentApiUser(ApiUser):
    """Posts students drawn from the request's schema, some wrong, and reads stored ones."""

    wait_time = constant(0.01)

    @task(9)
    def compute_probabilities(self) -> None:
        """Ask for students in the request."""
        self.post("/v1/probabilities", STUDENTS)

    @task(1)
    def list_probabilities(self) -> None:
        """Ask for stored students."""
        self.get("/v1/probabilities?limit=10")
