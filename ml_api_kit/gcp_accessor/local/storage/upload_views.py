"""Answers uploads: of bytes alone, of JSON and bytes, and resumable ones."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.bodies import (
    body_digests,
    digest_fields,
    json_object,
    small_body,
)
from ml_api_kit.gcp_accessor.local.storage.bucket_views import base_url
from ml_api_kit.gcp_accessor.local.storage.conditions import query_conditions, whole_number
from ml_api_kit.gcp_accessor.local.storage.content import blocks
from ml_api_kit.gcp_accessor.local.storage.content_range import parse_content_range
from ml_api_kit.gcp_accessor.local.storage.object_answers import object_response
from ml_api_kit.gcp_accessor.local.storage.objects import check_target, put_object
from ml_api_kit.gcp_accessor.local.storage.records import Fields, StagedContent
from ml_api_kit.gcp_accessor.local.storage.related import RelatedBody
from ml_api_kit.gcp_accessor.local.storage.sessions import (
    SIZE,
    begin_session,
    cancel_session,
    continue_session,
)
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid, required
from ml_api_kit.gcp_accessor.local.storage.written_fields import upload_fields


def upload_view(store: Store, request: Request, bucket: str) -> Response:
    """The uploaded object, or how far its upload is.

    Raises StorageApiError: 400 for a request that is no kind of upload.
    """
    upload_id = request.args.get("upload_id")
    if upload_id is not None and request.method == "DELETE":
        cancel_session(store, upload_id)
        return Response(status=499)
    if upload_id is not None:
        return _continued(store, request, upload_id)
    view = {"media": _media, "multipart": _related, "resumable": _begun}.get(
        request.args.get("uploadType", "")
    )
    if view is None or request.method != "POST":
        raise invalid("An upload is a POST with uploadType media, multipart or resumable.")
    return view(store, request, bucket)


def _media(store: Store, request: Request, bucket: str) -> Response:
    fields = {
        "contentType": request.headers.get("Content-Type"),
        **body_digests(request.headers),
    }
    name = request.args.get("name", "")
    _check_target(store, request, bucket, name)
    return _put(store, request, bucket, name, fields, store.content.stage(blocks(request.stream)))


def _related(store: Store, request: Request, bucket: str) -> Response:
    body = RelatedBody(request.stream, request.headers.get("Content-Type", ""))
    fields = json_object(body.metadata())
    fields.setdefault("contentType", body.content_type)
    name = _name(request, fields)
    _check_target(store, request, bucket, name)
    return _put(store, request, bucket, name, fields, store.content.stage(body.content()))


def _check_target(store: Store, request: Request, bucket: str, name: str) -> None:
    with store.index.transaction():
        check_target(store, bucket, name, query_conditions(request.args))


def _put(
    store: Store, request: Request, bucket: str, name: str, fields: Fields, staged: StagedContent
) -> Response:
    digests = digest_fields(request.headers.get("x-goog-hash"))
    record = put_object(
        store,
        bucket,
        name,
        fields=upload_fields(request, fields),
        digests=digests,
        staged=staged,
        conditions=query_conditions(request.args),
    )
    return object_response(store, request, record)


def _begun(store: Store, request: Request, bucket: str) -> Response:
    fields = json_object(small_body(request))
    fields.setdefault("contentType", request.headers.get("X-Upload-Content-Type"))
    size_bytes = whole_number(request.headers, "X-Upload-Content-Length")
    upload = begin_session(
        store,
        bucket,
        _name(request, fields),
        fields={**upload_fields(request, fields), SIZE: size_bytes},
        conditions=query_conditions(request.args),
    )
    response = Response(status=200)
    response.headers["Location"] = (
        f"{base_url(request)}/upload/storage/v1/b/{bucket}/o"
        f"?uploadType=resumable&upload_id={upload.id}"
    )
    response.headers["X-GUploader-UploadID"] = upload.id
    # The client takes the address as it stands.
    response.autocorrect_location_header = False
    return response


def _continued(store: Store, request: Request, upload_id: str) -> Response:
    chunk = parse_content_range(
        request.headers.get("Content-Range"), int(request.content_length or 0)
    )
    digests = digest_fields(request.headers.get("x-goog-hash"))
    progress = continue_session(store, upload_id, chunk, request.stream, digests=digests)
    if progress.record is not None:
        return object_response(store, request, progress.record)
    response = Response(status=308)
    if progress.received_bytes:
        response.headers["Range"] = f"bytes=0-{progress.received_bytes - 1}"
    return response


def _name(request: Request, fields: Fields) -> str:
    name = request.args.get("name") or fields.get("name")
    if not isinstance(name, str):
        raise required("name")
    return name
