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

_ANSWER_WITHIN_S = 10.0


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
    except (GoogleAuthError, ValueError) as error:
        # The text of the error may hold what the credentials hold.
        raise CredentialsError(
            f"Google does not accept {login} ({type(error).__name__}). Renew them: gcloud"
            " auth application-default login, or let GOOGLE_APPLICATION_CREDENTIALS name the file"
            " of another service account."
        ) from error


def check_address(url: str, *, is_local: bool = False) -> None:
    """Nothing, when a server listens at `url`; `is_local` where it is one that this kit starts.

    Raises DataAccessError: when none does within ten seconds, or `url` is no address.

    >>> check_address("http://127.0.0.1:1")  # doctest: +ELLIPSIS
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
    return "/".join(url.split("/")[:3])
