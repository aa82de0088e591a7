"""Answers requests about notifications: they are kept and given back, and nothing is published.

Source: https://cloud.google.com/storage/docs/json_api/v1/notifications
"""

from __future__ import annotations

import re

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.bodies import json_object, small_body
from ml_api_kit.gcp_accessor.local.storage.bucket_views import base_url
from ml_api_kit.gcp_accessor.local.storage.buckets import NOTIFICATION, require_bucket
from ml_api_kit.gcp_accessor.local.storage.records import Fields
from ml_api_kit.gcp_accessor.local.storage.resources import json_response
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid, not_found

_TOPIC = re.compile(r"(?://pubsub\.googleapis\.com/)?projects/[^/]+/topics/[^/]+")
_KINDS: dict[str, type] = {
    "custom_attributes": dict,
    "event_types": list,
    "object_name_prefix": str,
    "payload_format": str,
}
_EVENTS = frozenset(
    ("OBJECT_FINALIZE", "OBJECT_METADATA_UPDATE", "OBJECT_DELETE", "OBJECT_ARCHIVE")
)
_FORMATS = ("JSON_API_V1", "NONE")


def list_view(store: Store, request: Request, bucket: str) -> Response:
    """The notifications of a bucket."""
    with store.index.transaction():
        require_bucket(store, bucket)
        found = store.index.documents.all(NOTIFICATION, bucket)
    body: Fields = {"kind": "storage#notifications"}
    return json_response({**body, "items": found} if found else body)


def create_view(store: Store, request: Request, bucket: str) -> Response:
    """The new notification."""
    given = _checked(json_object(small_body(request)))
    with store.index.transaction():
        require_bucket(store, bucket)
        ids = [int(one["id"]) for one in store.index.documents.all(NOTIFICATION, bucket)]
        identifier = str(max(ids, default=0) + 1)
        path = f"{bucket}/notificationConfigs/{identifier}"
        fields = {
            **given,
            "kind": "storage#notification",
            "id": identifier,
            "etag": identifier,
            "selfLink": f"{base_url(request)}/storage/v1/b/{path}",
        }
        store.index.documents.save(NOTIFICATION, bucket, identifier, fields)
    return json_response(fields)


def one_view(store: Store, request: Request, bucket: str, identifier: str) -> Response:
    """A notification; nothing once it is deleted."""
    with store.index.transaction():
        require_bucket(store, bucket)
        found = store.index.documents.find(NOTIFICATION, bucket, identifier)
        if found is None:
            raise not_found("notification")
        if request.method == "DELETE":
            store.index.documents.delete(NOTIFICATION, bucket, identifier)
            return json_response(None, status=204)
    return json_response(found)


def _checked(body: Fields) -> Fields:
    topic = body.get("topic")
    if not isinstance(topic, str) or not _TOPIC.fullmatch(topic):
        raise invalid("The topic of a notification is //pubsub.googleapis.com/projects/…/topics/….")
    given = {key: body[key] for key in _KINDS if body.get(key) is not None}
    for key, value in given.items():
        if not isinstance(value, _KINDS[key]):
            raise invalid(f"Invalid value for {key}.")
    if not _EVENTS.issuperset(map(str, given.get("event_types", ()))):
        raise invalid(f"The events of a notification are {', '.join(sorted(_EVENTS))}.")
    if given.setdefault("payload_format", "JSON_API_V1") not in _FORMATS:
        raise invalid(f"The format of a notification is one of {', '.join(_FORMATS)}.")
    return {**given, "topic": topic}
