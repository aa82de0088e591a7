"""What the load test asks: `make load-test`; sizes and thresholds are in `pyproject.toml`."""

{% if cookiecutter._api.has_rows %}
import json
from pathlib import Path

{% endif %}
from locust import constant, task
from ml_api_kit.loadtest.user import ApiUser{% if cookiecutter._api.has_rows %}, load_payloads

SCHEMAS = Path(__file__).parents[1] / "{{ cookiecutter.package_name }}" / "config" / "schemas"
GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "sample.jsonl"
KNOWN = [json.loads(line)["row"] for line in GOLDEN.read_text("utf-8").splitlines()]
ROWS = load_payloads(
    SCHEMAS / "rows.json",
    known=[
        {"rows": KNOWN[place : place + size]}
        for size in (1, 10)
        for place in range(0, len(KNOWN), size)
    ],
){% endif %}



class ProjectUser(ApiUser):
{% if cookiecutter._api.has_rows %}
    """Posts rows of the notebook's data, some spoiled, and reads answers of stored ones."""

    wait_time = constant(0.01)

    @task(9)
    def compute_{{ cookiecutter._api.noun }}(self) -> None:
        """Ask for rows in the request."""
        self.post("/v1/{{ cookiecutter._api.noun }}", ROWS)

{% else %}
    """Reads the results."""

    wait_time = constant(0.01)

{% endif %}
    @task(1)
    def list_{{ cookiecutter._api.noun }}(self) -> None:
        """Ask for stored rows."""
        self.get("/v1/{{ cookiecutter._api.noun }}?limit=10")
