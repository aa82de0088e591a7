"""The connection that every access to BigQuery goes through."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from ml_api_kit.errors import DataAccessError, QueryError
from ml_api_kit.gcp_accessor.bigquery.faults import explained
from ml_api_kit.settings import Settings, load_settings

if TYPE_CHECKING:
    from google.cloud import bigquery


class Connection:
    """A client, opened when it is first needed, and how its errors and tables are named."""

    def __init__(
        self,
        project: str | None = None,
        location: str | None = None,
        *,
        settings: Settings | None = None,
        client: bigquery.Client | None = None,
        timeout_s: float | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        """Keep what is needed to talk to BigQuery; nothing is sent yet.

        `project` and `location` go before the settings, which default to the environment's;
        `client` goes before all. `timeout_s` is about how long a query is waited for, in seconds;
        left out, the client waits until it ends, and for a server that does not answer for ten
        minutes or longer. `labels` are given to every job, for the bill.
        """
        found = settings if settings is not None else load_settings(os.environ)
        self._settings = replace(
            found,
            gcp_project=project or found.gcp_project,
            gcp_location=location or found.gcp_location,
        )
        self._given_client = client
        self._timeout_s = timeout_s
        self._labels = dict(labels or {})

    @cached_property
    def client(self) -> bigquery.Client:
        """The google-cloud client that everything goes through."""
        if self._given_client is not None:
            return self._given_client
        from ml_api_kit.gcp_accessor.backend import resolve_backend
        from ml_api_kit.gcp_accessor.bigquery.client import bigquery_client

        backend = resolve_backend(self._settings)
        with explained(project=backend.project, what="opening the client"):
            return bigquery_client(backend, self._settings.gcp_location)

    def _explained(self, what: str) -> AbstractContextManager[None]:
        return explained(project=self.client.project, what=what)

    @contextmanager
    def _reopened(self) -> Iterator[None]:
        # A local server that ended is started by opening the client, so the next query opens one.
        try:
            yield
        except DataAccessError as error:
            if type(error) is DataAccessError:
                self.__dict__.pop("client", None)
                self.__dict__.pop("_queries", None)
            raise

    @property
    def _location(self) -> str | None:
        return self._settings.gcp_location

    def _full_name(self, table: str) -> str:
        parts = table.replace(":", ".").split(".")
        if len(parts) not in (2, 3) or not all(parts):
            raise QueryError(f"{table!r} names no table; write dataset.table.")
        return table if len(parts) == 3 else f"{self.client.project}.{table}"

    def _dataset(self, table: str) -> str:
        return self._full_name(table).rpartition(".")[0]
