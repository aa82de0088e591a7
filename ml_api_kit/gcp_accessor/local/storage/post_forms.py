"""Answers uploads by HTML forms, as signed policies allow them.

Source: https://cloud.google.com/storage/docs/xml-api/post-object-forms
"""

from __future__ import annotations

from urllib.parse import urlencode

from werkzeug.datastructures import FileStorage, Headers
from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.bodies import digest_fields, metadata_headers
from ml_api_kit.gcp_accessor.local.storage.bucket_views import base_url
from ml_api_kit.gcp_accessor.local.storage.conditions import Conditions
from ml_api_kit.gcp_accessor.local.storage.content import blocks
from ml_api_kit.gcp_accessor.local.storage.objects import put_object
from ml_api_kit.gcp_accessor.local.storage.post_policies import check_policy
from ml_api_kit.gcp_accessor.local.storage.records import ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.resources import object_etag
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid
from ml_api_kit.gcp_accessor.local.storage.xml_answers import check_known, xml_response


def form_view(store: Store, request: Request, bucket: str) -> Response:
    """Nothing, the object, or the way to the next page, as the form asks for."""
    check_known(request)
    fields = {name: value for name, value in request.form.items() if name != "file"}
    file = request.files.get("file")
    if file is None or not fields.get("key"):
        raise invalid("A form needs the fields key and file.")
    if fields.get("bucket", bucket) != bucket:
        raise invalid("The form names another bucket than its address.")
    if "policy" in fields:
        check_policy(fields["policy"], {**fields, "bucket": bucket}, _size(file))
    headers = Headers(fields)
    record = put_object(
        store,
        bucket,
        fields["key"].replace("${filename}", file.filename or ""),
        fields={
            **metadata_headers(headers, acl_name="acl"),
            **digest_fields(headers.get("x-goog-hash")),
        },
        staged=store.content.stage(blocks(file.stream)),
        conditions=Conditions(),
    )
    return _answer(request, record, fields)


def _size(file: FileStorage) -> int:
    size_bytes = file.stream.seek(0, 2)
    file.stream.seek(0)
    return size_bytes


def _answer(request: Request, record: ObjectRecord, fields: dict[str, str]) -> Response:
    etag = f'"{object_etag(record)}"'
    if redirect := fields.get("success_action_redirect"):
        query = urlencode({"bucket": record.bucket, "key": record.name, "etag": etag})
        response = Response(status=303)
        response.headers["Location"] = f"{redirect}{'&' if '?' in redirect else '?'}{query}"
        response.autocorrect_location_header = False
        return response
    if fields.get("success_action_status") == "201":
        location = f"{base_url(request)}/{record.bucket}/{record.name}"
        body = {"Location": location, "Bucket": record.bucket, "Key": record.name, "ETag": etag}
        return xml_response("PostResponse", body, status=201)
    return Response(status=200 if fields.get("success_action_status") == "200" else 204)
