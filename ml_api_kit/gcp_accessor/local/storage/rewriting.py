"""How far a rewriting in several calls is: its token says it, and nothing is kept in between.

The bytes are copied by the last call. A token is for one generation of the source and one target.

Source: https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite
"""

from __future__ import annotations

import base64
import binascii
import json

from ml_api_kit.gcp_accessor.local.storage.records import ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid

_STEP_BYTES = 1 << 20


def next_rewritten(
    record: ObjectRecord, target: str, token: str | None, most_bytes: int | None
) -> int:
    """The bytes of `record` that are rewritten to `target` after this call, all of them at the end.

    Raises StorageApiError: 400 for a token of something else, or a number of bytes for each call
    that is no multiple of 1 MiB.
    """
    if most_bytes is not None and (most_bytes == 0 or most_bytes % _STEP_BYTES):
        raise invalid("maxBytesRewrittenPerCall must be a multiple of 1 MiB.")
    done_bytes = _rewritten(record, target, token) if token else 0
    if most_bytes is None:
        return record.size_bytes
    return min(done_bytes + most_bytes, record.size_bytes)


def rewrite_token(record: ObjectRecord, target: str, done_bytes: int) -> str:
    """The token of a rewriting that has come so far."""
    state = [record.bucket, record.name, record.generation, target, done_bytes]
    return base64.urlsafe_b64encode(json.dumps(state).encode()).decode()


def _rewritten(record: ObjectRecord, target: str, token: str) -> int:
    try:
        *named, done_bytes = json.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError, TypeError) as error:
        raise invalid("Invalid value for rewriteToken.") from error
    if (
        named != [record.bucket, record.name, record.generation, target]
        or not isinstance(done_bytes, int)
        or not 0 <= done_bytes <= record.size_bytes
    ):
        raise invalid("The rewriteToken belongs to another rewriting.")
    return done_bytes
