"""Errors of the client in the words of this package: what failed, where, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from ml_api_kit.errors import CredentialsError, DataAccessError, DataNotFoundError, QueryError

_ADDRESS = re.compile(r"^[A-Z]+ https?://\S+: ")


@contextmanager
def explained(*, project: str, what: str, login: str = "the credentials") -> Iterator[None]:
    """Turn the client's errors inside the block into this package's.

    `login` is what errors call the credentials.

    Raises QueryError: when the query is wrong, refused or too expensive.
    Raises DataNotFoundError: when a project, dataset or table is not there.
    Raises CredentialsError: when the credentials are missing, refused or without the role.
    Raises DataAccessError: when BigQuery failed, or could not be reached.
    """
    from google.api_core import exceptions
    from google.auth.exceptions import GoogleAuthError
    from requests.exceptions import RequestException

    where = f"in project {project!r}: {what}"
    try:
        yield
    except exceptions.NotFound as error:
        message = _message(error)
        mend = "upload it first" if "gs://" in message else "load it first: mlapi gcp load FILE"
        raise DataNotFoundError(f"{message} ({where}). Check the name, or {mend}.") from error
    except exceptions.Unauthorized as error:
        raise CredentialsError(
            f"BigQuery does not accept {login} ({where}). Renew them: gcloud auth "
            "application-default login."
        ) from error
    except exceptions.Forbidden as error:
        raise _forbidden(error, project, where, login) from error
    except exceptions.GoogleAPIError as error:
        if _is_over_limit(error):
            raise QueryError(
                f"{_message(error)} ({where}). Read fewer columns or partitions, or raise"
                " MLAPI_MAXIMUM_BYTES_BILLED."
            ) from error
        if isinstance(error, exceptions.BadRequest | exceptions.Conflict):
            raise QueryError(f"{_message(error)} ({where}).") from error
        raise DataAccessError(f"BigQuery failed: {_message(error)} ({where}).") from error
    except GoogleAuthError as error:
        # The text of this error may hold what the credentials file holds.
        raise CredentialsError(
            f"BigQuery cannot be used with {login} ({type(error).__name__}; {where}). Log in with "
            "gcloud auth application-default login, or set MLAPI_GCP_BACKEND=local to stay on this "
            "machine."
        ) from error
    except TimeoutError as error:
        raise DataAccessError(
            f"BigQuery did not answer in time ({where}). Give it more by timeout_s."
        ) from error
    except RequestException as error:
        raise DataAccessError(
            f"BigQuery could not be reached: {type(error).__name__} ({where})."
        ) from error


def _forbidden(error: Exception, project: str, where: str, login: str) -> DataAccessError:
    message = _message(error)
    if "quota" in message.lower() or "rateLimitExceeded" in message:
        return DataAccessError(f"{message} ({where}). Wait, or ask for a higher quota.")
    if "has not been used" in message or "is disabled" in message:
        return CredentialsError(
            f"The BigQuery API is off ({where}). Switch it on: gcloud services enable "
            f"bigquery.googleapis.com --project={project}."
        )
    return CredentialsError(
        f"{message} ({where}, with {login}). The account needs the roles bigquery.jobUser and "
        "bigquery.dataViewer (dataEditor to write): gcloud projects add-iam-policy-binding "
        f"{project} --member=serviceAccount:EMAIL --role=roles/bigquery.jobUser."
    )


def _is_over_limit(error: Exception) -> bool:
    return "bytesBilledLimitExceeded" in str(error) or "limit for bytes billed" in str(error)


def _message(error: Exception) -> str:
    """The sentence of the server without the request's address and job that follow it."""
    message = getattr(error, "message", None) or str(error)
    first = str(message).splitlines()[0].split("; reason: ")[0]
    return _ADDRESS.sub("", first).rstrip(".")
