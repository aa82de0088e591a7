"""Where the accessors go: to Google Cloud, to an emulator, or to the local server.

Nothing reaches the cloud unless a setting says so: `MLAPI_GCP_BACKEND=gcp`, or a credentials file
named by `GOOGLE_APPLICATION_CREDENTIALS`. A metadata server is asked only after the first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ml_api_kit.errors import CredentialsError, SettingsError
from ml_api_kit.gcp_accessor.credentials_file import project_in
from ml_api_kit.settings import LOCAL_PROJECT, Settings

_logger = logging.getLogger("ml_api_kit.gcp_accessor")
_announced_folders: set[Path] = set()


@dataclass(frozen=True, slots=True)
class Backend:
    """Where the accessors go.

    Attributes:
        name: `gcp`, `local` or `emulator`.
        project: the project that queries run in and buckets are made in.
        bigquery_endpoint: the address of BigQuery, such as `http://127.0.0.1:9050`; None for
            Google's own, and for an emulator that has no BigQuery.
        storage_endpoint: the same for Cloud Storage.
        is_anonymous: whether to go there without credentials.
        login: whose credentials are used, as errors name them.
        credentials_file: the file that they are in; None for those that Google's library finds.
    """

    name: Literal["gcp", "local", "emulator"]
    project: str
    bigquery_endpoint: str | None
    storage_endpoint: str | None
    is_anonymous: bool
    login: str = field(default="the credentials", compare=False)
    credentials_file: Path | None = None

    def check_bigquery(self) -> None:
        """Let an access to BigQuery pass.

        Raises SettingsError: when only an emulator of Cloud Storage is set.
        """
        self._check("BIGQUERY_EMULATOR_HOST", self.bigquery_endpoint)

    def check_storage(self) -> None:
        """Let an access to Cloud Storage pass.

        Raises SettingsError: when only an emulator of BigQuery is set.

        >>> Backend("gcp", "mine", None, None, False).check_storage()
        """
        self._check("STORAGE_EMULATOR_HOST", self.storage_endpoint)

    def _check(self, name: str, endpoint: str | None) -> None:
        # Without this the client would go to the cloud, which no setting asked for.
        if self.name == "emulator" and endpoint is None:
            raise SettingsError(
                name, None, "the address of an emulator too, or MLAPI_GCP_BACKEND to gcp or local"
            )


def resolve_backend(
    settings: Settings, *, meanwhile: Callable[[], object] | None = None
) -> Backend:
    """Where the accessors go by `settings`; the local server is started where it is needed.

    With the setting `auto` the first of these that holds decides: an emulator's address is set; a
    credentials file is set; there is a file of gcloud's, which is refused, for nobody said that
    it may be used; else the local server, which is announced once in the log. `meanwhile` is called
    while a local server starts, if one must.

    Raises CredentialsError: when the credentials cannot be used, or may not be without a setting.
    Raises SettingsError: when settings contradict each other, or no project is known.
    Raises LocalServerError: when the local server does not start.

    >>> resolve_backend(Settings(bigquery_emulator="127.0.0.1:9050")).bigquery_endpoint
    'http://127.0.0.1:9050'
    """
    if settings.gcp_backend == "gcp":
        return _cloud(settings)
    if settings.gcp_backend == "local":
        return _local(settings, meanwhile)
    if settings.bigquery_emulator or settings.storage_emulator:
        return _emulator(settings)
    if settings.credentials_file is not None:
        return _cloud(settings)
    _check_gcloud(settings.gcloud_credentials_file)
    _announce(settings.local_folder)
    return _local(settings, meanwhile)


def _cloud(settings: Settings) -> Backend:
    for name, value in (
        ("BIGQUERY_EMULATOR_HOST", settings.bigquery_emulator),
        ("STORAGE_EMULATOR_HOST", settings.storage_emulator),
    ):
        # The client libraries obey these themselves, so that "gcp" would not reach Google.
        if value is not None:
            raise SettingsError(
                name, value, "nothing, since MLAPI_GCP_BACKEND is gcp, or that to auto"
            )
    if settings.credentials_file is not None:
        found = project_in(settings.credentials_file)
    else:
        found = _default_project()
    project = settings.gcp_project or found
    if project is None:
        raise SettingsError("MLAPI_GCP_PROJECT", None, "the project that queries are to run in")
    of_file = settings.credentials_file or "gcloud, or of this machine"
    login = f"the credentials of {of_file}, for project {project!r}"
    file = settings.credentials_file
    return Backend(
        "gcp", project, None, None, is_anonymous=False, login=login, credentials_file=file
    )


def _emulator(settings: Settings) -> Backend:
    return Backend(
        "emulator",
        settings.gcp_project or LOCAL_PROJECT,
        _address(settings.bigquery_emulator),
        _address(settings.storage_emulator),
        is_anonymous=True,
    )


def _local(settings: Settings, meanwhile: Callable[[], object] | None) -> Backend:
    from ml_api_kit.gcp_accessor.local.process import use_local_server

    server = use_local_server(
        settings.local_folder,
        idle_timeout_s=settings.local_idle_timeout_s,
        meanwhile=meanwhile,
    )
    project = settings.gcp_project or LOCAL_PROJECT
    return Backend("local", project, server.url, server.url, is_anonymous=True)


def _announce(folder: Path) -> None:
    # A warning, since that is what a program without any logging set up shows.
    if folder not in _announced_folders:
        _announced_folders.add(folder)
        _logger.warning(
            "No credentials are set: BigQuery and Cloud Storage are local, in %s. Set"
            " MLAPI_GCP_BACKEND=gcp for Google Cloud, or =local to keep this without notice.",
            # Whole, since in another directory it is another one.
            folder.resolve(),
        )


def _check_gcloud(path: Path | None) -> None:
    if path is not None and path.exists():
        raise CredentialsError(
            f"There are credentials of gcloud in {path}, but no setting says whether to use them."
            " Set MLAPI_GCP_BACKEND=gcp to reach Google Cloud with them, or"
            " MLAPI_GCP_BACKEND=local to stay on this machine."
        )


def _default_project() -> str | None:
    """The project of the credentials that Google's library finds, which asks everywhere."""
    import google.auth
    from google.auth.exceptions import GoogleAuthError

    try:
        _, project = google.auth.default()
    except GoogleAuthError as error:
        raise CredentialsError(
            "MLAPI_GCP_BACKEND is gcp, but there are no usable credentials. Run"
            " `gcloud auth application-default login`, or let GOOGLE_APPLICATION_CREDENTIALS name"
            f" the JSON file of a service account, or set MLAPI_GCP_BACKEND=local. ({error})"
        ) from error
    return str(project) if project else None


def _address(host: str | None) -> str | None:
    """An address with its scheme, as the client libraries accept it without."""
    if host is None:
        return None
    return (host if "://" in host else f"http://{host}").rstrip("/")
