"""What the query and the headers of a write add to the fields of the object that it makes."""

from __future__ import annotations

from werkzeug.wrappers import Request

from ml_api_kit.gcp_accessor.local.storage.acls import BUCKET_LIST, predefined
from ml_api_kit.gcp_accessor.local.storage.customer_keys import encryption_fields, target_key
from ml_api_kit.gcp_accessor.local.storage.records import Fields
from ml_api_kit.gcp_accessor.local.storage.wire_errors import unsupported


def upload_fields(request: Request, fields: Fields) -> Fields:
    """The fields of an upload: `fields`, what its query says beside them, and its key.

    Raises StorageApiError: 400 for an access control list or a key that is none, 501 for a key of
    Cloud KMS.
    """
    encoding = request.args.get("contentEncoding")
    given = {"contentEncoding": encoding, **fields} if encoding else fields
    return {**given, **target_fields(request, given, list_name="predefinedAcl")}


def target_fields(request: Request, fields: Fields, *, list_name: str) -> Fields:
    """The list that the query names under `list_name`, and the key that the headers hold.

    Raises StorageApiError: as `upload_fields` does.
    """
    if (
        fields.get("kmsKeyName")
        or request.args.get("kmsKeyName")
        or request.args.get("destinationKmsKeyName")
    ):
        raise unsupported("encryption with keys of Cloud KMS")
    added = encryption_fields(target_key(request.headers))
    if name := request.args.get(list_name):
        added[BUCKET_LIST] = predefined(name, is_bucket=False)
    return added
