"""Answers the part of the XML interface that the client library uses: uploads in parts, reading.

Source: https://cloud.google.com/storage/docs/xml-api/overview
"""

from __future__ import annotations

from xml.etree import ElementTree

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.bodies import (
    body_digests,
    metadata_headers,
    small_body,
)
from ml_api_kit.gcp_accessor.local.storage.bucket_views import base_url
from ml_api_kit.gcp_accessor.local.storage.conditions import header_conditions, whole_number
from ml_api_kit.gcp_accessor.local.storage.content import blocks
from ml_api_kit.gcp_accessor.local.storage.media import send_media
from ml_api_kit.gcp_accessor.local.storage.object_fields import DEFAULT_TYPE
from ml_api_kit.gcp_accessor.local.storage.objects import check_target, delete_object, put_object
from ml_api_kit.gcp_accessor.local.storage.part_uploads import (
    MOST_PARTS,
    abort_parts,
    begin_parts,
    complete_parts,
    put_part,
)
from ml_api_kit.gcp_accessor.local.storage.resources import object_etag
from ml_api_kit.gcp_accessor.local.storage.sessions import begin_session
from ml_api_kit.gcp_accessor.local.storage.signed_urls import check_expiry, check_length
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid, unsupported
from ml_api_kit.gcp_accessor.local.storage.written_fields import upload_fields
from ml_api_kit.gcp_accessor.local.storage.xml_answers import check_known, xml_response
from ml_api_kit.gcp_accessor.local.storage.xml_copies import copy_view

# Source: https://cloud.google.com/storage/docs/xml-api/get-object-download
_OVERRIDES = {
    "response-cache-control": "Cache-Control",
    "response-content-disposition": "Content-Disposition",
    "response-content-encoding": "Content-Encoding",
    "response-content-language": "Content-Language",
    "response-content-type": "Content-Type",
}


def get_view(store: Store, request: Request, bucket: str, name: str) -> Response:
    """The bytes of an object, under the headers that the query may ask for."""
    check_known(request, "generation", *_OVERRIDES)
    check_expiry(request.args)
    response = send_media(
        store,
        request,
        bucket,
        name,
        generation=whole_number(request.args, "generation"),
        conditions=header_conditions(request.headers),
    )
    for parameter, header in _OVERRIDES.items():
        if value := request.args.get(parameter):
            response.headers[header] = value
    return response


def post_view(store: Store, request: Request, bucket: str, name: str) -> Response:
    """A new upload, in parts or resumable, or the object that parts were completed to."""
    check_known(request, "uploads", "uploadId")
    check_expiry(request.args)
    if "uploads" in request.args:
        upload = begin_parts(
            store,
            bucket,
            name,
            fields={
                "contentType": DEFAULT_TYPE,
                **upload_fields(request, metadata_headers(request.headers)),
            },
            conditions=header_conditions(request.headers),
        )
        body = {"Bucket": bucket, "Key": name, "UploadId": upload.id}
        return xml_response("InitiateMultipartUploadResult", body)
    if request.headers.get("x-goog-resumable") == "start":
        return _begun(store, request, bucket, name)
    if "uploadId" not in request.args:
        raise unsupported("such POST in its XML interface")
    etags = _etags(small_body(request))
    record = complete_parts(store, request.args["uploadId"], etags)
    body = {"Bucket": record.bucket, "Key": record.name, "ETag": f'"{object_etag(record)}"'}
    return xml_response("CompleteMultipartUploadResult", body)


def _begun(store: Store, request: Request, bucket: str, name: str) -> Response:
    upload = begin_session(
        store,
        bucket,
        name,
        fields=upload_fields(request, metadata_headers(request.headers)),
        conditions=header_conditions(request.headers),
    )
    response = Response(status=201)
    response.headers["Location"] = (
        f"{base_url(request)}/upload/storage/v1/b/{bucket}/o"
        f"?uploadType=resumable&upload_id={upload.id}"
    )
    response.autocorrect_location_header = False
    return response


def put_view(store: Store, request: Request, bucket: str, name: str) -> Response:
    """The digests of a part, or of a whole object when the query names no upload."""
    check_known(request, "uploadId", "partNumber")
    check_expiry(request.args)
    check_length(request)
    if request.headers.get("x-goog-copy-source"):
        return copy_view(store, request, bucket, name)
    digests = body_digests(request.headers)
    if "uploadId" not in request.args:
        return _whole_object(store, request, bucket, name, digests)
    number = whole_number(request.args, "partNumber")
    if number is None or not 1 <= number <= MOST_PARTS:
        raise invalid(f"partNumber must be 1 to {MOST_PARTS}.")
    part, staged = put_part(
        store, request.args["uploadId"], number, request.stream, digests=digests
    )
    return _digests_response(f'"{part.md5_hex}"', staged.crc32c, staged.md5)


def delete_view(store: Store, request: Request, bucket: str, name: str) -> Response:
    """Nothing, once an upload in parts is aborted, or the object deleted."""
    check_known(request, "uploadId", "generation")
    check_expiry(request.args)
    if "uploadId" not in request.args:
        delete_object(
            store,
            bucket,
            name,
            generation=whole_number(request.args, "generation"),
            conditions=header_conditions(request.headers),
        )
        return Response(status=204)
    abort_parts(store, request.args["uploadId"])
    return Response(status=204)


def _whole_object(
    store: Store, request: Request, bucket: str, name: str, digests: dict[str, str]
) -> Response:
    conditions = header_conditions(request.headers)
    with store.index.transaction():
        check_target(store, bucket, name, conditions)
    record = put_object(
        store,
        bucket,
        name,
        fields={**upload_fields(request, metadata_headers(request.headers)), **digests},
        staged=store.content.stage(blocks(request.stream)),
        conditions=conditions,
    )
    fields = record.fields
    response = _digests_response(f'"{object_etag(record)}"', fields["crc32c"], fields["md5Hash"])
    response.headers["x-goog-generation"] = str(record.generation)
    return response


def _digests_response(etag: str, crc32c: str, md5: str) -> Response:
    response = Response(status=200)
    response.headers["ETag"] = etag
    response.headers["x-goog-hash"] = f"crc32c={crc32c},md5={md5}"
    return response


def _etags(raw: bytes) -> dict[int, str]:
    try:
        root = ElementTree.fromstring(raw)
    except ElementTree.ParseError as error:
        raise invalid("The body is not XML.") from error
    etags: dict[int, str] = {}
    for part in root.iter():
        if part.tag.rpartition("}")[2] != "Part":
            continue
        values = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in part}
        number = whole_number(values, "PartNumber")
        if number is None or "ETag" not in values:
            raise invalid("Every Part needs a PartNumber and an ETag.")
        etags[number] = values["ETag"]
    return etags
