"""The paths of the local Cloud Storage."""

from __future__ import annotations

from ml_api_kit.gcp_accessor.local.storage.routes import routes


def test_routes_are_compiled_by_the_first_two_requests_at_once() -> None:
    compiled = [routes.__wrapped__() for _ in range(2)]
    found = [one.bind("").match("/storage/v1/b/exams/o/a%2Fb") for one in compiled]
    assert found == [("objects.get", {"bucket": "exams", "name": "a/b"})] * 2
