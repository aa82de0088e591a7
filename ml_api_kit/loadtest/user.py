"""What a project's `loadtests/locustfile.py` builds on: a locust user that knows what to expect.

    PAYLOADS = load_payloads(Path("student_api/config/schemas/probabilities.request.json"))

    class StudentApiUser(ApiUser):
        @task
        def post_probabilities(self):
            self.post("/v1/probabilities", PAYLOADS)

Importing this module imports locust, which replaces parts of the standard library (gevent): only
the process that locust runs in may import it.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import gevent
import locust
from locust.contrib.fasthttp import FastHttpUser

from ml_api_kit.loadtest.config import LoadTestSettings, override_settings
from ml_api_kit.loadtest.locust_command import INVALID_SHARE_VARIABLE
from ml_api_kit.loadtest.payloads import Payloads, read_payloads

_events: Any = locust.events  # without types


def _refresh_clock(**_: Any) -> None:
    # gevent counts a timer from when its loop last looked at the clock. Drawing payloads keeps the
    # loop from that for seconds, by which the load test would be too short, or over at once.
    gevent.get_hub().loop.update_now()


_events.init.add_listener(_refresh_clock)


def load_payloads(
    schema: Path, *, count: int = 100, seed: int = 0, known: Sequence[Any] | None = None
) -> Payloads:
    """Bodies for the request schema in the file `schema`, `count` valid ones drawn from it.

    Where bodies are `known`, they are sent in place of drawn ones: a model may refuse values that a
    schema allows. As many that break the schema are made too, unless the load test's
    `invalid_share` is 0. The same `seed` gives the same bodies.

    Raises SchemaError: when the schema cannot be read or drawn from.
    """
    invalid_count = count if _invalid_share() > 0 else 0
    return read_payloads(schema, count=count, invalid_count=invalid_count, seed=seed, known=known)


class ApiUser(FastHttpUser):  # type: ignore[misc, unused-ignore]
    """A user of an API that sends its token and counts every unexpected status as a failure.

    Attributes:
        token_variable: the environment variable that holds the token; where it is unset or empty,
            no token is sent.
    """

    abstract = True
    token_variable: ClassVar[str] = "API_TOKEN"
    network_timeout = 30.0
    connection_timeout = 10.0
    _numbers = itertools.count()

    def on_start(self) -> None:
        """Give the user its own order of payloads, the same in every load test, and its token."""
        self._random = Random(next(self._numbers))
        self._invalid_share = _invalid_share()
        token = os.environ.get(self.token_variable)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, *, expected_status: int = 200) -> None:
        """Request `path`; any status but `expected_status` is a failure."""
        self._request("GET", path, name=path, expected_status=expected_status)

    def post(self, path: str, payloads: Payloads) -> None:
        """Post one of `payloads` to `path`: a valid one must give 200, an invalid one 422.

        The two are counted apart: `POST /path` and `POST /path (invalid)`.
        """
        is_invalid = bool(payloads.invalid) and self._random.random() < self._invalid_share
        self._request(
            "POST",
            path,
            name=f"{path} (invalid)" if is_invalid else path,
            expected_status=422 if is_invalid else 200,
            body=self._random.choice(payloads.invalid if is_invalid else payloads.valid),
        )

    def _request(
        self, method: str, path: str, *, name: str, expected_status: int, body: bytes | None = None
    ) -> None:
        options: dict[str, Any] = {"headers": self._headers, "name": name, "catch_response": True}
        if body is not None:
            options["data"] = body
            options["headers"] = self._headers | {"Content-Type": "application/json"}
        with self.client.request(method, path, **options) as response:
            if response.status_code == expected_status:
                response.success()
            elif response.status_code:
                response.failure(f"status {response.status_code} where {expected_status} is right")
            else:
                response.failure(f"no answer: {response.error}")


def _invalid_share() -> float:
    text = os.environ.get(INVALID_SHARE_VARIABLE)
    if text is None:
        return LoadTestSettings().invalid_share
    values = {"invalid_share": float(text)}
    return override_settings(LoadTestSettings(), values, where=INVALID_SHARE_VARIABLE).invalid_share
