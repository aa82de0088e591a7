"""Buckets, objects and refusals in the JSON form of Cloud Storage.

Source: https://cloud.google.com/storage/docs/json_api/v1/objects#resource
"""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from ml_api_kit.gcp_accessor.local.storage.acl_resources import bucket_lists, object_list
from ml_api_kit.gcp_accessor.local.storage.acls import BUCKET_LIST, DEFAULT_LIST
from ml_api_kit.gcp_accessor.local.storage.records import BucketRecord, Fields, ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.wire_errors import StorageApiError

POLICY = "iamPolicy"
"""The field of a bucket or an object that its policy is kept in; its JSON resource has it not."""

_HIDDEN = frozenset((POLICY, BUCKET_LIST, DEFAULT_LIST))


def bucket_resource(record: BucketRecord, base_url: str, *, has_lists: bool = False) -> Fields:
    """The JSON resource of a bucket, with links under `base_url`; in full with its lists."""
    return {
        **_shown(record.fields),
        **(bucket_lists(record, base_url) if has_lists else {}),
        "kind": "storage#bucket",
        "id": record.name,
        "name": record.name,
        "projectNumber": "0",
        "metageneration": str(record.metageneration),
        "etag": _etag(0, record.metageneration),
        "selfLink": f"{base_url}/storage/v1/b/{record.name}",
    }


def object_resource(
    record: ObjectRecord, base_url: str, *, full_in: BucketRecord | None = None
) -> Fields:
    """The JSON resource of an object, with links under `base_url`; in full with its list.

    It is given in full where its bucket is given as `full_in`.
    """
    path = f"storage/v1/b/{record.bucket}/o/{quote(record.name, safe='')}"
    generation = record.generation
    return {
        **_shown(record.fields),
        **(object_list(full_in, record, base_url) if full_in is not None else {}),
        "kind": "storage#object",
        "id": f"{record.bucket}/{record.name}/{generation}",
        "name": record.name,
        "bucket": record.bucket,
        "generation": str(generation),
        "metageneration": str(record.metageneration),
        "size": str(record.size_bytes),
        "etag": object_etag(record),
        "selfLink": f"{base_url}/{path}",
        "mediaLink": f"{base_url}/download/{path}?generation={generation}&alt=media",
    }


def object_etag(record: ObjectRecord) -> str:
    """A tag that is another for every generation and metageneration."""
    return _etag(record.generation, record.metageneration)


def error_body(error: StorageApiError) -> Fields:
    """The JSON body of a refusal.

    >>> from ml_api_kit.gcp_accessor.local.storage.wire_errors import not_found
    >>> error_body(not_found("bucket"))["error"]["code"]
    404
    """
    detail = {"message": error.message, "domain": "global", "reason": error.reason}
    return {"error": {"code": error.status, "message": error.message, "errors": [detail]}}


def json_response(body: Any, *, status: int = 200) -> Response:
    """A response of JSON; without a body for None."""
    if body is None:
        return Response(status=status)
    text = json.dumps(body, ensure_ascii=False).encode()
    return Response(text, status, content_type="application/json; charset=UTF-8")


def _shown(fields: Fields) -> Fields:
    return {key: value for key, value in fields.items() if key not in _HIDDEN}


def _etag(generation: int, metageneration: int) -> str:
    return base64.b64encode(f"{generation}/{metageneration}".encode()).decode()
