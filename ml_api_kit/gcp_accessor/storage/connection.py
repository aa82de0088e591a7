"""The connection that every access to Cloud Storage goes through."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from ml_api_kit.errors import LocalServerError
from ml_api_kit.gcp_accessor.backend import Backend, resolve_backend
from ml_api_kit.gcp_accessor.client_library import check_client_library
from ml_api_kit.gcp_accessor.given_settings import given_settings
from ml_api_kit.gcp_accessor.storage.client import import_client, storage_client
from ml_api_kit.gcp_accessor.storage.faults import storage_errors
from ml_api_kit.settings import Settings

# The client repeats a request for two minutes; a server on this machine answers sooner or is gone.
_LOCAL_RETRY_S = 2.0


class Connection:
    """A client, opened when it is first needed, and how its errors are told."""

    def __init__(
        self,
        project: str | None = None,
        *,
        settings: Settings | None = None,
        client: Any | None = None,
    ) -> None:
        """Go where `settings` say, None for those of the environment; or use `client` as it is.

        `project` is the one that buckets are made in, None for that of the settings.

        Raises MissingExtraError: when Google's client is not installed.
        """
        if client is None:
            check_client_library("google.cloud.storage", needed_by=type(self).__name__)
        self._project = project
        self._settings = settings
        self._given_client = client
        self._client: Any | None = None
        self._client_pid = 0

    @property
    def client(self) -> Any:
        """The google-cloud client that everything goes through; after a fork another one."""
        if self._given_client is not None:
            return self._given_client
        if self._client is None or self._client_pid != os.getpid():
            # Two processes on one connection would read each other's answers.
            self._client = storage_client(self._backend, self._project)
            self._client_pid = os.getpid()
        return self._client

    @contextmanager
    def _errors(self, subject: str) -> Iterator[None]:
        try:
            with storage_errors(subject, is_local=self._is_local, login=self._login):
                yield
        except LocalServerError:
            # It is started by opening the client: the next access does.
            self._close()
            raise

    def _close(self) -> None:
        self._client = None
        for name in ("_backend", "_retry"):
            self.__dict__.pop(name, None)

    @property
    def _login(self) -> str:
        return "its own credentials" if self._given_client is not None else self._backend.login

    @property
    def _is_local(self) -> bool:
        return self._given_client is None and self._backend.name == "local"

    @cached_property
    def _backend(self) -> Backend:
        settings = given_settings(self._settings)
        backend = resolve_backend(settings, meanwhile=import_client)
        backend.check_storage()
        return backend

    @cached_property
    def _retry(self) -> Any:
        from google.cloud.storage.retry import DEFAULT_RETRY

        return DEFAULT_RETRY.with_timeout(_LOCAL_RETRY_S) if self._is_local else DEFAULT_RETRY
