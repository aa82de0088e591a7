"""Asks a running project for answers, over one connection that is kept open."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from ml_api_kit.research.check.project_environment import TOKEN

_ANSWER_LIMIT_S = 120.0
_SAID_CHARACTERS = 300

Row = dict[str, Any]


class RefusedError(Exception):
    """The API answered with something else than answers: its status, and what it said."""


class ProjectClient:
    """A client of the endpoint of a converted project, such as `/v1/prices`."""

    def __init__(self, url: str, endpoint: str) -> None:
        """Prepare to ask the server at `url`; the connection opens with the first question."""
        self._line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_ANSWER_LIMIT_S)
        self._endpoint = endpoint
        self._noun = endpoint.rpartition("/")[2]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._line.close()

    def post_rows(self, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
        """The answers for the rows.

        Raises RefusedError: when the API gives none.
        """
        return self._ask("POST", self._endpoint, json.dumps({"rows": list(rows)}))

    def get_page(self, *, limit: int, after: int) -> list[Row]:
        """The answers for stored rows, or the stored results.

        Raises RefusedError: when the API gives none.
        """
        return self._ask("GET", f"{self._endpoint}?limit={limit}&after={after}", None)

    def _ask(self, method: str, path: str, body: str | None) -> list[Row]:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        try:
            self._line.request(method, path, body, headers)
            response = self._line.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            # The next question opens a connection of its own.
            self._line.close()
            raise RefusedError(f"{method} {self._endpoint} got no answer: {error!r}") from error
        if response.status != 200:
            said = content[:_SAID_CHARACTERS].decode(errors="replace")
            raise RefusedError(f"{method} {self._endpoint} was answered {response.status}: {said}")
        answers: list[Row] = json.loads(content)[self._noun]
        return answers
