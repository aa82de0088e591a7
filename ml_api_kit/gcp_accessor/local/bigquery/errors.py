"""The errors of the local BigQuery, each with BigQuery's status, reason and wording."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ml_api_kit.errors import DataAccessError
from ml_api_kit.gcp_accessor.local.full_disk import full_disk_message

STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    404: "NOT_FOUND",
    405: "INVALID_ARGUMENT",
    409: "ALREADY_EXISTS",
    411: "INVALID_ARGUMENT",
    412: "FAILED_PRECONDITION",
    413: "INVALID_ARGUMENT",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    507: "RESOURCE_EXHAUSTED",
}


class BigQueryError(DataAccessError):
    """An answer of BigQuery that is an error: HTTP status, reason, message and location.

    Source: https://cloud.google.com/bigquery/docs/error-messages
    """

    def __init__(
        self, message: str, *, status: int = 400, reason: str = "invalid", location: str = ""
    ) -> None:
        """Keep what the answer's JSON says."""
        super().__init__(message)
        self.message = message
        self.status = status
        self.reason = reason
        self.location = location
        # What else a job lists among its errors.
        self.details: tuple[BigQueryError, ...] = ()

    def to_proto(self) -> dict[str, str]:
        """The error as one `ErrorProto`, as jobs and answers list it."""
        proto = {"reason": self.reason, "message": self.message, "domain": "global"}
        return {**proto, "location": self.location} if self.location else proto

    def to_json(self) -> dict[str, object]:
        """The body of the HTTP answer."""
        return {
            "error": {
                "code": self.status,
                "message": self.message,
                "status": STATUS_NAMES.get(self.status, "INTERNAL"),
                "errors": [self.to_proto()],
            }
        }


class JobCancelledError(BigQueryError):
    """A job was stopped before its end; no handler of a script catches it.

    `steps` are what a script had run until then.
    """

    def __init__(self, reason: str, steps: tuple[Any, ...] = ()) -> None:
        """Say why."""
        message = f"Job execution was cancelled: {reason}"
        super().__init__(message, status=499, reason="stopped")
        self.steps = steps


def not_found(what: str) -> BigQueryError:
    """The error for something that is not there, such as `Table local:exams.answers`."""
    return BigQueryError(f"Not found: {what}", status=404, reason="notFound")


def already_exists(what: str) -> BigQueryError:
    """The error for something that is there already, such as `Dataset local:exams`."""
    return BigQueryError(f"Already Exists: {what}", status=409, reason="duplicate")


def invalid_query(message: str) -> BigQueryError:
    """The error for a statement that is wrong."""
    return BigQueryError(message, reason="invalidQuery", location="query")


def unsupported(what: str) -> BigQueryError:
    """The refusal of what may be right in BigQuery but is not known to be right here."""
    return invalid_query(f"not supported by the local BigQuery: {what}")


def disk_full(folder: Path) -> BigQueryError:
    """What is answered where the disk has no room, with a status that clients do not repeat."""
    return BigQueryError(full_disk_message(folder), status=507, reason="resourcesExceeded")
