"""Managed folders: prefixes that are there without objects, and listed where it is asked for.

Source: https://cloud.google.com/storage/docs/json_api/v1/managedFolder
"""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.acls import is_uniform
from ml_api_kit.gcp_accessor.local.storage.bodies import json_object, small_body
from ml_api_kit.gcp_accessor.local.storage.bucket_views import base_url
from ml_api_kit.gcp_accessor.local.storage.buckets import MANAGED_FOLDER, now, require_bucket
from ml_api_kit.gcp_accessor.local.storage.conditions import is_true
from ml_api_kit.gcp_accessor.local.storage.records import Fields
from ml_api_kit.gcp_accessor.local.storage.resources import json_response
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import conflict, invalid, not_found


def list_view(store: Store, request: Request, bucket: str) -> Response:
    """The managed folders of a bucket, by name."""
    prefix = request.args.get("prefix", "")
    with store.index.transaction():
        require_bucket(store, bucket)
        found = store.index.documents.all(MANAGED_FOLDER, bucket)
    items = [_resource(request, one) for one in found if one["name"].startswith(prefix)]
    body: Fields = {"kind": "storage#managedFolders"}
    return json_response({**body, "items": items} if items else body)


def create_view(store: Store, request: Request, bucket: str) -> Response:
    """The new managed folder; its name ends with a slash.

    Raises StorageApiError: 400 without a name or uniform access, 404 for no such bucket, 409 where
    it is there.
    """
    given = json_object(small_body(request)).get("name")
    if not isinstance(given, str) or not given.strip("/"):
        raise invalid("Required parameter: name")
    name, time = f"{given.rstrip('/')}/", now()
    fields = {
        "bucket": bucket,
        "name": name,
        "metageneration": "1",
        "createTime": time,
        "updateTime": time,
    }
    with store.index.transaction():
        if not is_uniform(require_bucket(store, bucket)):
            raise invalid("Managed folders need a bucket with uniform bucket-level access.")
        if store.index.documents.find(MANAGED_FOLDER, bucket, name) is not None:
            raise conflict("The managed folder you tried to create already exists.")
        store.index.documents.save(MANAGED_FOLDER, bucket, name, fields)
    return json_response(_resource(request, fields))


def one_view(store: Store, request: Request, bucket: str, folder: str) -> Response:
    """A managed folder; nothing once it is deleted.

    Raises StorageApiError: 404 where it is not there, 409 for one with objects that is deleted.
    """
    name = f"{folder.rstrip('/')}/"
    with store.index.transaction():
        require_bucket(store, bucket)
        found = store.index.documents.find(MANAGED_FOLDER, bucket, name)
        if found is None:
            raise not_found("managed folder")
        if request.method == "DELETE":
            is_kept = not is_true(request.args, "allowNonEmpty")
            if is_kept and _has_objects(store, bucket, name):
                raise conflict("The managed folder you tried to delete is not empty.")
            store.index.documents.delete(MANAGED_FOLDER, bucket, name)
            return json_response(None, status=204)
    return json_response(_resource(request, found))


def _has_objects(store: Store, bucket: str, prefix: str) -> bool:
    first = next(iter(store.index.objects_after(bucket, (prefix, -1))), None)
    return first is not None and first.name.startswith(prefix)


def _resource(request: Request, fields: Fields) -> Fields:
    path = f"b/{fields['bucket']}/managedFolders/{fields['name']}"
    return {
        **fields,
        "kind": "storage#managedFolder",
        "id": f"{fields['bucket']}/{fields['name']}",
        "selfLink": f"{base_url(request)}/storage/v1/{path}",
    }
