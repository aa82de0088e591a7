"""Signed URLs: until when they hold. Who signed them is not asked, as nobody has a key here.

Source: https://cloud.google.com/storage/docs/access-control/signed-urls
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from werkzeug.wrappers import Request

from ml_api_kit.gcp_accessor.local.storage.wire_errors import StorageApiError, invalid

_LONGEST_S = 7 * 24 * 3600


def check_expiry(query: Mapping[str, str]) -> None:
    """Let a request pass whose URL is not signed, or signed for a time that is not over.

    Raises StorageApiError: 400, when the time is over, longer than a week, or no time.

    >>> try:
    ...     check_expiry({"GoogleAccessId": "a", "Expires": "1", "Signature": "x"})
    ... except StorageApiError as error:
    ...     error.reason
    'ExpiredToken'
    """
    try:
        if "X-Goog-Signature" in query:
            begun = datetime.strptime(query["X-Goog-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            seconds = int(query["X-Goog-Expires"])
            if not 1 <= seconds <= _LONGEST_S:
                raise ValueError("X-Goog-Expires is out of range")
            end = begun + timedelta(seconds=seconds)
        elif "Signature" in query and "Expires" in query:
            end = datetime.fromtimestamp(int(query["Expires"]), UTC)
        else:
            return
    except (KeyError, ValueError, OverflowError, OSError) as error:
        raise StorageApiError(
            400, "AuthenticationRequired", f"The query of the signed URL is malformed: {error}."
        ) from error
    if datetime.now(UTC) >= end:
        raise StorageApiError(400, "ExpiredToken", "The provided token has expired.")


def check_length(request: Request) -> None:
    """Let a body pass that is as long as `x-goog-content-length-range` wants it.

    Raises StorageApiError: 400 for one that is longer or shorter, and for a range that is none.
    """
    text = request.headers.get("x-goog-content-length-range")
    if text is None:
        return
    least, _, most = text.partition(",")
    if not (least.strip().isdecimal() and most.strip().isdecimal()):
        raise invalid("x-goog-content-length-range has two numbers.")
    size_bytes = request.content_length or 0
    if size_bytes > int(most):
        raise StorageApiError(400, "EntityTooLarge", "Your proposed upload is too large.")
    if size_bytes < int(least):
        raise StorageApiError(400, "EntityTooSmall", "Your proposed upload is too small.")
