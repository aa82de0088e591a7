"""The connection that every access to BigQuery goes through."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ml_api_kit.errors import DataAccessError, QueryError
from ml_api_kit.gcp_accessor.bigquery.arguments import check_timeout, checked_labels
from ml_api_kit.gcp_accessor.bigquery.faults import explained
from ml_api_kit.gcp_accessor.client_library import check_client_library
from ml_api_kit.gcp_accessor.given_settings import given_settings
from ml_api_kit.settings import Settings

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

        Raises MissingExtraError: when Google's client is not installed.
        Raises SettingsError: when `settings` or a variable cannot be used.
        Raises QueryError: when `timeout_s` or `labels` are none.
        """
        if client is None:
            check_client_library("google.cloud.bigquery", needed_by=type(self).__name__)
        found = given_settings(settings)
        self._settings = replace(
            found,
            gcp_project=project or found.gcp_project,
            gcp_location=location or found.gcp_location,
        )
        self._given_client = client
        self._client: bigquery.Client | None = None
        self._client_pid = 0
        self._login = "the credentials of the client"
        self._timeout_s = timeout_s
        check_timeout(timeout_s)
        self._labels = checked_labels(labels)

    @property
    def client(self) -> bigquery.Client:
        """The google-cloud client that everything goes through; after a fork another one."""
        if self._given_client is not None:
            return self._given_client
        if self._client is None or self._client_pid != os.getpid():
            # Two processes on one connection would read each other's answers.
            self._close()
            self._client, self._client_pid = self._new_client(), os.getpid()
        return self._client

    def _close(self) -> None:
        self._client = None

    def _new_client(self) -> bigquery.Client:
        from ml_api_kit.gcp_accessor.backend import resolve_backend
        from ml_api_kit.gcp_accessor.bigquery.client import bigquery_client, import_client

        backend = resolve_backend(self._settings, meanwhile=import_client)
        self._login = backend.login
        with explained(project=backend.project, what="opening the client", login=self._login):
            return bigquery_client(backend, self._settings.gcp_location)

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        try:
            with explained(project=self.client.project, what=what, login=self._login):
                yield
        except DataAccessError as error:
            # A local server that ended is started by opening the client: the next access does.
            if type(error) is DataAccessError:
                self._close()
            raise

    @property
    def _location(self) -> str | None:
        return self._settings.gcp_location

    def _full_name(self, table: str) -> str:
        # Legacy SQL has a colon behind the project.
        parts = table.replace(":", ".").split(".") if isinstance(table, str) else []
        if len(parts) not in (2, 3) or not all(parts):
            raise QueryError(f"{table!r} names no table; write dataset.table.")
        return ".".join(parts if len(parts) == 3 else [self.client.project, *parts])

    def _dataset(self, table: str) -> str:
        return self._full_name(table).rpartition(".")[0]
