"""The connection that every access to Cloud Storage goes through."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ml_api_kit.gcp_accessor.backend import Backend, resolve_backend
from ml_api_kit.gcp_accessor.storage.client import storage_client
from ml_api_kit.gcp_accessor.storage.faults import storage_errors
from ml_api_kit.settings import Settings, load_settings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

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
        """
        self._project = project
        self._settings = settings
        self._given_client = client

    @cached_property
    def client(self) -> Any:
        """The google-cloud client that everything goes through."""
        return self._given_client or storage_client(self._backend, self._project)

    def _errors(self, subject: str) -> AbstractContextManager[None]:
        return storage_errors(subject, is_local=self._is_local)

    @property
    def _is_local(self) -> bool:
        return self._given_client is None and self._backend.name == "local"

    @cached_property
    def _backend(self) -> Backend:
        backend = resolve_backend(self._settings or load_settings(os.environ))
        backend.check_storage()
        return backend

    @cached_property
    def _retry(self) -> Any:
        from google.cloud.storage.retry import DEFAULT_RETRY

        return DEFAULT_RETRY.with_timeout(_LOCAL_RETRY_S) if self._is_local else DEFAULT_RETRY
