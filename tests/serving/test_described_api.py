"""The description never lies: schemathesis asks for everything that it says, and more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from tests.serving.sample_app import TOKEN, create_app

Change = Callable[[dict[str, Any]], None]

PATHS = "rare|slow|broken|half|unclean"
KNOWN = {"Authorization": f"Bearer {TOKEN}"}
app = create_app()
described = schemathesis.openapi.from_wsgi("/openapi.json", app).exclude(path_regex=PATHS)


@described.hook
def filter_case(context: schemathesis.HookContext, case: schemathesis.Case) -> bool:
    """Not those that are wrong by a header that nobody knows: HTTP lets it pass."""
    return "x-schemathesis-unknown-property" not in case.headers


@described.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_described(case: schemathesis.Case) -> None:
    answered = case.call_and_validate(headers=KNOWN)  # which raises for what is not described
    assert answered.status_code < 500


def test_every_view_is_described_and_asked() -> None:
    operations = {each.ok().label for each in described.get_all_operations()}
    assert operations >= {"GET /v1/means", "POST /v1/means", "GET /v1/reports/{year}"}


def forget_token(description: dict[str, Any]) -> None:
    del description["paths"]["/v1/students/{number}"]["get"]["responses"]["401"]


def promise_text(description: dict[str, Any]) -> None:
    answer = description["paths"]["/v1/students/{number}"]["get"]["responses"]["200"]
    answer["content"]["application/json"]["schema"] = {"type": "string"}


@pytest.mark.parametrize(("lie", "headers"), [(forget_token, {}), (promise_text, KNOWN)])
def test_description_that_lies_is_noticed(lie: Change, headers: dict[str, str]) -> None:
    """What the test above asserts can fail."""
    description = app.test_client().get("/openapi.json").json
    lie(description)
    lying = schemathesis.openapi.from_dict(description)
    lying.app = app
    case = lying["/v1/students/{number}"]["get"].Case(path_parameters={"number": 3})
    with pytest.raises(schemathesis.errors.FailureGroup):
        case.call_and_validate(headers=headers)
