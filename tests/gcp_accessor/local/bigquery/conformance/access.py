"""Projects and access."""

import pytest
from google.api_core import exceptions
from google.cloud.bigquery import SchemaField

from tests.gcp_accessor.local.bigquery.conformance.registry import Place


def projects(place: Place) -> None:
    """list_projects"""
    [project] = place.client.list_projects()
    assert (project.project_id, project.friendly_name) == ("local", "local")


def service_account(place: Place) -> None:
    """get_service_account_email"""
    assert "@" in place.client.get_service_account_email()


def policies(place: Place) -> None:
    """policies of tables are kept, without effect; every permission is held"""
    table = place.make("t", SchemaField("a", "INT64"))
    policy = place.client.get_iam_policy(table)
    binding = {"role": "roles/bigquery.dataViewer", "members": {"user:a@example.com"}}
    policy.bindings.append(binding)
    place.client.set_iam_policy(table, policy)
    assert place.client.get_iam_policy(table).bindings == [binding]
    asked = ["bigquery.tables.get", "bigquery.tables.update"]
    assert place.client.test_iam_permissions(table, asked)["permissions"] == asked
    with pytest.raises(exceptions.NotFound, match="Not found: Table"):
        place.client.get_iam_policy(place.name("none"))


def policy_of_a_view(place: Place) -> None:
    """policies of views"""
    place.ask("CREATE VIEW seen AS SELECT 1 AS a")
    assert place.client.get_iam_policy(place.name("seen")).bindings == []


def row_access_policies(place: Place) -> None:
    """no row access policies: an empty list"""
    place.make("t", SchemaField("a", "INT64"))
    path = f"/projects/local/datasets/{place.dataset}/tables/t/rowAccessPolicies"
    answer = place.client._connection.api_request("GET", path)
    assert answer.get("rowAccessPolicies", []) == []
