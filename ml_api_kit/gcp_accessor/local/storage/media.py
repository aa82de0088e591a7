"""Sends the bytes of an object: whole, a range of them, or unpacked from gzip on the way.

Source: https://cloud.google.com/storage/docs/transcoding
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from werkzeug.http import http_date
from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.gzip_stream import unpack_gzip
from ml_api_kit.gcp_accessor.local.storage.conditions import Conditions
from ml_api_kit.gcp_accessor.local.storage.content import BLOCK_BYTES, blocks
from ml_api_kit.gcp_accessor.local.storage.content_range import parse_range
from ml_api_kit.gcp_accessor.local.storage.customer_keys import check_key, target_key
from ml_api_kit.gcp_accessor.local.storage.objects import open_object
from ml_api_kit.gcp_accessor.local.storage.records import ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.resources import object_etag
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import StorageApiError, condition_not_met

_SEPARATORS = frozenset(' "(),/:;<=>?@[\\]{}')
_HEADERS = {
    "Cache-Control": "cacheControl",
    "Content-Disposition": "contentDisposition",
    "Content-Language": "contentLanguage",
    "x-goog-storage-class": "storageClass",
}


def send_media(
    store: Store,
    request: Request,
    bucket: str,
    name: str,
    *,
    generation: int | None,
    conditions: Conditions,
) -> Response:
    """The bytes of an object, as the request's `Range` and `Accept-Encoding` want them.

    Raises StorageApiError: 404 where there is none, 416 for a range outside of it, 412 or 304 for a
    condition, 400 for another key than that of a customer which it was written with.
    """
    record, file = open_object(store, bucket, name, generation=generation, conditions=conditions)
    try:
        check_etag(request, record)
        check_key(record, target_key(request.headers))
        response = _response(request, record, file)
    except BaseException:
        file.close()
        raise
    response.call_on_close(file.close)
    return response


def check_etag(request: Request, record: ObjectRecord) -> None:
    """Let an object pass that has the tag, or the time, which the request's headers ask for.

    A tag comes before a time.

    Raises StorageApiError: 412 when it has none of `If-Match`, or was changed since
        `If-Unmodified-Since`; 304 when it has one of `If-None-Match`, or was not changed since
        `If-Modified-Since`.

    Source: RFC 9110, 13.2.2
    """
    etag = object_etag(record)
    wanted, unwanted = (_tags(request, name) for name in ("If-Match", "If-None-Match"))
    changed = datetime.fromisoformat(record.fields["updated"]).replace(microsecond=0)
    latest, since = request.if_unmodified_since, request.if_modified_since
    if wanted and not {"*", etag} & wanted:
        raise condition_not_met()
    if not wanted and latest is not None and changed > latest:
        raise condition_not_met()
    if {"*", etag} & unwanted or (not unwanted and since is not None and changed <= since):
        raise StorageApiError(304, "notModified", "Not Modified")


def _tags(request: Request, name: str) -> set[str]:
    parts = request.headers.get(name, "").split(",")
    return {part.strip().strip('"') for part in parts if part.strip()}


def _response(request: Request, record: ObjectRecord, file: BinaryIO) -> Response:
    is_gzip = record.fields.get("contentEncoding") == "gzip"
    if is_gzip and not _accepts_gzip(request, record):
        response = Response(unpack_gzip(blocks(file)), 200)
        response.headers["Warning"] = "214 UploadServer gunzipped"
        response.headers["X-GUploader-Response-Body-Transformations"] = "gunzipped"
    else:
        response = _stored(request, record, file)
    response.headers.update(_headers(record))
    return response


def _stored(request: Request, record: ObjectRecord, file: BinaryIO) -> Response:
    size_bytes = record.size_bytes
    chosen = parse_range(request.headers.get("Range"), size_bytes)
    start, stop = chosen or (0, size_bytes)
    response = Response(_bytes_between(file, start, stop), 206 if chosen else 200)
    response.content_length = stop - start
    response.headers["Accept-Ranges"] = "bytes"
    if chosen:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size_bytes}"
    if record.fields.get("contentEncoding"):
        response.headers["Content-Encoding"] = _latin1(record.fields["contentEncoding"])
    return response


def _headers(record: ObjectRecord) -> dict[str, str]:
    fields = record.fields
    digests = f"crc32c={fields['crc32c']}"
    if "md5Hash" in fields:
        digests += f",md5={fields['md5Hash']}"
    return {
        "Content-Type": _latin1(fields.get("contentType", "application/octet-stream")),
        "ETag": f'"{object_etag(record)}"',
        "x-goog-generation": str(record.generation),
        "x-goog-hash": digests,
        "x-goog-metageneration": str(record.metageneration),
        "x-goog-stored-content-encoding": _latin1(fields.get("contentEncoding", "identity")),
        "x-goog-stored-content-length": str(record.size_bytes),
        "Last-Modified": http_date(datetime.fromisoformat(fields["updated"])),
        **{header: _latin1(fields[key]) for header, key in _HEADERS.items() if fields.get(key)},
        **{
            f"x-goog-meta-{key}": _latin1(value)
            for key, value in fields.get("metadata", {}).items()
            if _is_header(key, value)
        },
    }


def _is_header(key: str, value: str) -> bool:
    # What no header bears is seen in the JSON resource alone.
    return (
        key.isascii() and key.isprintable() and not set(key) & _SEPARATORS and value.isprintable()
    )


def _accepts_gzip(request: Request, record: ObjectRecord) -> bool:
    return (
        "gzip" in request.headers.get("Accept-Encoding", "").lower()
        or "no-transform" in str(record.fields.get("cacheControl", "")).lower()
    )


def _latin1(text: str) -> str:
    """The text as headers bear it: the bytes of its UTF-8."""
    return text.encode().decode("latin-1")


def _bytes_between(file: BinaryIO, start: int, stop: int) -> Iterator[bytes]:
    file.seek(start)
    left = stop - start
    while left and (block := file.read(min(left, BLOCK_BYTES))):
        left -= len(block)
        yield block
