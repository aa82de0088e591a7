"""Finds out before the first request whether there is anybody to answer it.

The client libraries repeat what fails for up to ten minutes. That is right for a moment's trouble,
and wrong where no network or no server has been there from the start.
"""

from __future__ import annotations

import socket
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ml_api_kit.errors import CredentialsError, DataAccessError
from ml_api_kit.gcp_accessor.backend import Backend
from ml_api_kit.gcp_accessor.credentials_file import load_login

_ANSWER_WITHIN_S = 10.0


def cloud_client(make: Any, backend: Backend, **options: Any) -> Any:
    """A client of Google Cloud, made by its class, whose credentials Google has accepted.

    Raises CredentialsError: when the credentials cannot be used, or are for another cloud.
    Raises DataAccessError: when Google does not answer.
    Raises google.auth.exceptions.DefaultCredentialsError: when there are no credentials.
    """
    if backend.credentials_file is not None:
        options["credentials"] = load_login(
            backend.credentials_file, make.SCOPE, login=backend.login
        )
    try:
        client = make(project=backend.project, **options)
    except ValueError as error:
        # It names two domains, that of the file and that of the client.
        raise CredentialsError(f"Google Cloud is not for {backend.login}: {error}") from error
    check_login(client._credentials, backend.login)
    return client


def check_login(credentials: Any, login: str) -> None:
    """Nothing, once Google has given an access token for `credentials`, which keep it.

    `login` is what errors call them.

    Raises CredentialsError: when Google does not accept them.
    Raises DataAccessError: when Google does not answer within ten seconds.
    """
    from google.auth.exceptions import GoogleAuthError, TransportError
    from google.auth.transport.requests import Request
    from requests.exceptions import RequestException

    try:
        credentials.refresh(partial(Request(), timeout=_ANSWER_WITHIN_S))
    except (TransportError, RequestException) as error:
        raise DataAccessError(
            f"Google Cloud cannot be reached to log in with {login} ({type(error).__name__})."
            " Check the network, or set MLAPI_GCP_BACKEND=local to stay on this machine."
        ) from error
    except (GoogleAuthError, ValueError, AttributeError, TypeError) as error:
        # The text of the error may hold what the credentials hold.
        raise CredentialsError(
            f"Google does not accept {login} ({type(error).__name__}). Renew them: gcloud"
            " auth application-default login, or let GOOGLE_APPLICATION_CREDENTIALS name the file"
            " of another service account."
        ) from error


def check_address(url: str, *, is_local: bool = False) -> None:
    """Nothing, when a server listens at `url`; `is_local` where it is one that this kit starts.

    Raises DataAccessError: when none does within ten seconds, or `url` is no address.

    >>> check_address("http://me:secret@127.0.0.1:1")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ml_api_kit.errors.DataAccessError: No server answers at http://127.0.0.1:1 (...
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        socket.create_connection((parts.hostname or "", port), timeout=_ANSWER_WITHIN_S).close()
    except (OSError, ValueError) as error:
        mend = (
            "The local server has ended. Run this program again, or `mlapi gcp start`."
            if is_local
            else "Run `mlapi gcp start` and this program again, or correct BIGQUERY_EMULATOR_HOST"
            " and STORAGE_EMULATOR_HOST."
        )
        raise DataAccessError(f"No server answers at {_origin(url)} ({error}). {mend}") from error


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    # What stands before an @ may be a password.
    return f"{scheme}://{rest.partition('/')[0].rpartition('@')[2]}"
