"""What a request is refused with, as Cloud Storage words it."""

from __future__ import annotations

from pathlib import Path

from ml_api_kit.errors import DataAccessError
from ml_api_kit.gcp_accessor.local.full_disk import full_disk_message


class StorageApiError(DataAccessError):
    """A request that is refused: HTTP status, Google's reason, and a sentence.

    Source: https://cloud.google.com/storage/docs/json_api/v1/status-codes

    >>> not_found("bucket").status
    404
    """

    def __init__(
        self, status: int, reason: str, message: str, *, headers: dict[str, str] | None = None
    ) -> None:
        """Refuse with the HTTP `status`, Google's `reason`, a `message`, and further `headers`."""
        super().__init__(message)
        self.headers = headers or {}
        self.status = status
        self.reason = reason
        self.message = message


def not_found(what: str) -> StorageApiError:
    """The refusal for a bucket or an upload that is not there."""
    return StorageApiError(404, "notFound", f"The specified {what} does not exist.")


def object_not_found(bucket: str, name: str) -> StorageApiError:
    """The refusal for an object that is not there."""
    return StorageApiError(404, "notFound", f"No such object: {bucket}/{name}")


def invalid(message: str) -> StorageApiError:
    """The refusal for a request that is malformed."""
    return StorageApiError(400, "invalid", message)


def required(parameter: str) -> StorageApiError:
    """The refusal for a request that lacks a parameter."""
    return StorageApiError(400, "required", f"Required parameter: {parameter}")


def conflict(message: str) -> StorageApiError:
    """The refusal for a request that the present state does not allow."""
    return StorageApiError(409, "conflict", message)


def too_large(limit_bytes: int) -> StorageApiError:
    """The refusal for a body of JSON or XML that is larger than `limit_bytes`."""
    return StorageApiError(413, "uploadTooLarge", f"The body is larger than {limit_bytes} bytes.")


def disk_full(folder: Path) -> StorageApiError:
    """The refusal for bytes that the disk has no room for; the client does not send them again."""
    return StorageApiError(507, "insufficientStorage", full_disk_message(folder))


def unsupported(what: str) -> StorageApiError:
    """The refusal for a feature of Cloud Storage that the local one does not have."""
    return StorageApiError(
        501, "notImplemented", f"not supported by the local Cloud Storage: {what}"
    )


def condition_not_met() -> StorageApiError:
    """The refusal for a precondition that does not hold."""
    return StorageApiError(
        412,
        "conditionNotMet",
        "At least one of the pre-conditions you specified did not hold.",
    )
