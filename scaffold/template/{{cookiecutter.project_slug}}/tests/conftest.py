"""What the tests share: a BigQuery in a temporary folder, holding the real {% if cookiecutter._api.is_converted %}rows{% else %}answers{% endif %}, and the API."""

import hashlib
from collections.abc import Iterator
{% if not cookiecutter._api.is_converted %}
from pathlib import Path
{% endif %}

import pytest
from flask.testing import FlaskClient
from ml_api_kit.gcp_accessor import BigQueryAccessor
{% if cookiecutter._api.is_converted and cookiecutter._api.has_rows %}
from ml_api_kit.gcp_accessor.bigquery.files import read_table_schema
{% endif %}
from ml_api_kit.gcp_accessor.local.process import stop_local_server
from ml_api_kit.settings import Settings as AccessSettings

from {{ cookiecutter.package_name }}.app import create_app
from {{ cookiecutter.package_name }}.config import Settings
{% if cookiecutter._api.has_rows %}
from {{ cookiecutter.package_name }}.config.settings import PROJECT_FOLDER
{% endif %}
from {{ cookiecutter.package_name }}.prediction import {{ cookiecutter._api.model_class }}

TOKEN = "a-token-of-the-tests"


@pytest.fixture(scope="session")
def accessor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BigQueryAccessor]:
    folder = tmp_path_factory.mktemp("gcp")
    accessor = BigQueryAccessor(settings=AccessSettings(gcp_backend="local", local_folder=folder))
{% if cookiecutter._api.is_converted %}
{% if cookiecutter._api.has_rows %}
    data = PROJECT_FOLDER / "data"
    accessor.load_file(
        Settings.{{ cookiecutter._api.table_setting }},
        data / "{{ cookiecutter._api.source }}.csv",
        schema=read_table_schema(data / "{{ cookiecutter._api.source }}.schema.json"),
    )
{% endif %}
{% else %}
    answers: Path = PROJECT_FOLDER / "data" / "student_answers.csv"
    accessor.load_file(Settings.answers_table, answers)
{% endif %}
    yield accessor
    stop_local_server(folder)


@pytest.fixture(scope="session")
def model() -> {{ cookiecutter._api.model_class }}:
    return {{ cookiecutter._api.model_class }}(Settings.artifacts_folder)


@pytest.fixture(scope="session")
def client(accessor: BigQueryAccessor) -> FlaskClient:
    hashed = hashlib.sha256(TOKEN.encode()).hexdigest()
    app = create_app(Settings(tokens={"MLAPI_TOKEN_HASHES": hashed}), accessor=accessor)
    app.testing = True
    return app.test_client()


@pytest.fixture(scope="session")
def authorized() -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKEN}"}
