"""Objects as answers: in the projection that a request asks for, with what its key lets it see."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.bucket_views import base_url, wants_lists
from ml_api_kit.gcp_accessor.local.storage.buckets import require_bucket
from ml_api_kit.gcp_accessor.local.storage.customer_keys import target_key, without_digests
from ml_api_kit.gcp_accessor.local.storage.records import Fields, ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.resources import json_response, object_resource
from ml_api_kit.gcp_accessor.local.storage.store import Store


def object_response(store: Store, request: Request, record: ObjectRecord) -> Response:
    """The JSON resource of an object, as an answer."""
    return json_response(shown_object(store, request, record))


def shown_object(store: Store, request: Request, record: ObjectRecord) -> Fields:
    """The JSON resource of an object, as this request may see it."""
    return shown_objects(store, request, record.bucket, [record])[0]


def shown_objects(
    store: Store, request: Request, bucket: str, records: list[ObjectRecord]
) -> list[Fields]:
    """The JSON resources of objects of one bucket, as this request may see them."""
    holder = None
    # A chunk of an upload is a PUT too, but changes nothing that is there.
    if wants_lists(request) and "upload_id" not in request.args:
        with store.index.transaction():
            holder = require_bucket(store, bucket)
    digest, url = target_key(request.headers), base_url(request)
    return [
        without_digests(record, object_resource(record, url, full_in=holder), digest)
        for record in records
    ]
