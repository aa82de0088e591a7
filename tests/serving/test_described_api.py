"""The description never lies: schemathesis asks for everything that it says, and more."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, settings

from tests.serving.sample_app import TOKEN, create_app

app = create_app()
described = schemathesis.openapi.from_wsgi("/openapi.json", app)


@described.exclude(path_regex="rare|slow|broken|half|unclean").parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_described(case: schemathesis.Case) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"})
