"""Turns the errors of the Cloud Storage client into those of this package."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from ml_api_kit.errors import (
    CredentialsError,
    DataAccessError,
    DataNotFoundError,
    LocalServerError,
    PreconditionError,
)

_ADDRESS = re.compile(r"^[A-Z]+ https?://\S+: ")


@contextmanager
def storage_errors(
    subject: str, *, is_local: bool, login: str = "the credentials"
) -> Iterator[None]:
    """Errors of the client inside leave as ours, naming `subject`, such as `gs://data/a.csv.gz`.

    Raises DataNotFoundError: for no such bucket or object.
    Raises PreconditionError: for a precondition that does not hold.
    Raises CredentialsError: for missing credentials or rights.
    Raises LocalServerError: when the local server does not answer.
    Raises DataAccessError: for anything else that the client raises.
    """
    from google.api_core.exceptions import GoogleAPIError, RetryError
    from google.auth.exceptions import GoogleAuthError
    from google.cloud.storage.exceptions import DataCorruption, InvalidResponse
    from requests.exceptions import RequestException

    try:
        yield
    except RetryError as error:
        # What was repeated in vain is its cause, mostly that nobody answers.
        raise _unreachable(subject, error.cause or error, is_local=is_local) from error
    except GoogleAPIError as error:
        raise _translated(subject, error, login) from error
    except GoogleAuthError as error:
        raise CredentialsError(
            # The text of the error may hold what the credentials file holds.
            f"{subject}: {login} cannot be used ({type(error).__name__}). Run `gcloud auth"
            " application-default login`, or check GOOGLE_APPLICATION_CREDENTIALS."
        ) from error
    except (DataCorruption, InvalidResponse) as error:
        raise DataAccessError(
            f"{subject} came damaged over the network ({error}). Retry."
        ) from error
    except RequestException as error:
        raise _unreachable(subject, error, is_local=is_local) from error


def _unreachable(subject: str, error: Exception, *, is_local: bool) -> DataAccessError:
    if is_local:
        return LocalServerError(
            f"{subject}: the local server does not answer. Run `mlapi gcp start`, and start this"
            f" program again. ({error})"
        )
    return DataAccessError(f"{subject}: Cloud Storage cannot be reached ({error}).")


def _translated(subject: str, error: Exception, login: str) -> DataAccessError:
    from google.api_core import exceptions

    message = _message(error)
    if isinstance(error, exceptions.PreconditionFailed):
        return PreconditionError(
            f"{subject} is not in the generation that was expected: somebody else wrote it in"
            " between. Nothing was written; read it again and repeat."
        )
    if isinstance(error, exceptions.NotFound):
        return DataNotFoundError(_missing(subject, message))
    if isinstance(error, exceptions.Forbidden | exceptions.Unauthorized):
        return CredentialsError(
            f"{subject}: {login} may not do that ({message}). Grant their account the role"
            f" Storage Object User: gcloud storage buckets add-iam-policy-binding"
            f" gs://{_bucket(subject)} --member=serviceAccount:EMAIL"
            " --role=roles/storage.objectUser."
        )
    return DataAccessError(f"{subject}: {message}")


def _message(error: Exception) -> str:
    """The server's own sentence, where the error of the client wraps its whole answer."""
    message = _ADDRESS.sub("", str(getattr(error, "message", error)))
    try:
        found = json.JSONDecoder().raw_decode(message, message.index("{"))[0]["error"]["message"]
    except (ValueError, KeyError, TypeError):
        # What the client itself expected says nothing to who reads the server's sentence.
        return message.partition(": ('Request failed with status code'")[0]
    return str(found)


def _bucket(subject: str) -> str:
    return subject.removeprefix("gs://").partition("/")[0]


def _missing(subject: str, message: str) -> str:
    bucket = _bucket(subject)
    if "bucket does not exist" in message:
        return (
            f"{subject}: there is no bucket {bucket}. Check the name, or make it with"
            f" create_bucket({bucket!r})."
        )
    return f"{subject} does not exist. See list_paths({bucket!r}) for what does."
