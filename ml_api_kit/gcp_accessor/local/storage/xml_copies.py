"""Answers copies in the XML interface.

Source: https://cloud.google.com/storage/docs/xml-api/put-object-copy
"""

from __future__ import annotations

from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.bodies import metadata_headers
from ml_api_kit.gcp_accessor.local.storage.conditions import (
    header_conditions,
    whole_number,
)
from ml_api_kit.gcp_accessor.local.storage.copies import Source, copy_object
from ml_api_kit.gcp_accessor.local.storage.customer_keys import source_key
from ml_api_kit.gcp_accessor.local.storage.records import Fields
from ml_api_kit.gcp_accessor.local.storage.resources import object_etag
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid
from ml_api_kit.gcp_accessor.local.storage.written_fields import upload_fields
from ml_api_kit.gcp_accessor.local.storage.xml_answers import xml_response


def copy_view(store: Store, request: Request, bucket: str, name: str) -> Response:
    """The tag and the time of the copy."""
    directive = request.headers.get("x-goog-metadata-directive", "COPY")
    if directive not in ("COPY", "REPLACE"):
        raise invalid("x-goog-metadata-directive is COPY or REPLACE.")
    given = metadata_headers(request.headers)
    own: Fields = {key: given[key] for key in ("acl", "storageClass") if key in given}
    record = copy_object(
        store,
        _source(request),
        bucket,
        name,
        fields=given if directive == "REPLACE" else {},
        added={**own, **upload_fields(request, {})},
        key=source_key(request.headers),
        conditions=header_conditions(request.headers),
    )
    time = record.fields["updated"]
    return xml_response(
        "CopyObjectResult", {"ETag": f'"{object_etag(record)}"', "LastModified": time}
    )


def _source(request: Request) -> Source:
    text = unquote(request.headers["x-goog-copy-source"]).removeprefix("/")
    bucket, _, name = text.partition("/")
    if not bucket or not name:
        raise invalid("x-goog-copy-source is /bucket/object.")
    generation = whole_number(request.headers, "x-goog-copy-source-generation")
    conditions = header_conditions(request.headers, prefix="x-goog-copy-source-if")
    return Source(bucket, name, generation, conditions)
