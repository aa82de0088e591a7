"""Reads what a request carries: JSON, digests, the names in its query and headers."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.datastructures import Headers, ImmutableMultiDict
from werkzeug.wrappers import Request

from ml_api_kit.gcp_accessor.local.metadata_headers import PREFIX, metadata_key
from ml_api_kit.gcp_accessor.local.storage.acls import BUCKET_LIST, xml_predefined
from ml_api_kit.gcp_accessor.local.storage.records import Fields
from ml_api_kit.gcp_accessor.local.storage.wire_errors import (
    StorageApiError,
    too_large,
)

MOST_BODY_BYTES = 8 << 20


class Parameters(ImmutableMultiDict[str, str]):
    """The parameters of a query, of which most requests have few, and are asked for many."""

    def get(  # type: ignore[override]
        self, key: str, default: Any = None, type: Any = None
    ) -> Any:
        """The first value of a parameter, or `default`.

        What it takes the place of raises an error inside for each one that is not there.
        """
        values = dict.get(self, key)
        return values[0] if values else default


class StorageRequest(Request):
    """A request whose query is read so."""

    parameter_storage_class = Parameters


def small_body(request: Request) -> bytes:
    """The body of a request that carries JSON or XML.

    Raises StorageApiError: 413 for one larger than 8 MiB.
    """
    if (request.content_length or 0) > MOST_BODY_BYTES:
        raise too_large(MOST_BODY_BYTES)
    return request.get_data()


def json_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in `raw`; an empty one for no bytes.

    Raises StorageApiError: 400 for anything else.

    >>> json_object(b'{"name": "a"}')
    {'name': 'a'}
    """
    if not raw.strip():
        return {}
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise StorageApiError(400, "parseError", "Parse Error") from error
    if not isinstance(value, dict):
        raise StorageApiError(400, "parseError", "Parse Error: the body is not an object")
    return value


def digest_fields(header: str | None) -> Fields:
    """The digests in an `x-goog-hash` header, named as in a JSON resource.

    >>> digest_fields("crc32c=AAAAAA==,md5=1B2M2Y8AsgTpgAmY7PhCfg==")
    {'crc32c': 'AAAAAA==', 'md5Hash': '1B2M2Y8AsgTpgAmY7PhCfg=='}
    """
    names = {"crc32c": "crc32c", "md5": "md5Hash"}
    pairs = (part.strip().partition("=") for part in (header or "").split(","))
    return {names[name]: value for name, _, value in pairs if name in names}


def body_digests(headers: Headers) -> Fields:
    """The digests that the headers name of the object that is the whole body."""
    digests = digest_fields(headers.get("x-goog-hash"))
    md5 = headers.get("Content-MD5")
    return {**digests, "md5Hash": md5} if md5 else digests


def metadata_headers(headers: Headers, *, acl_name: str = "x-goog-acl") -> Fields:
    """The metadata in the headers of an XML request, or a form, named as in a JSON resource.

    Raises StorageApiError: 400 for an access control list that is none.
    """
    names = {
        "Cache-Control": "cacheControl",
        "Content-Disposition": "contentDisposition",
        "Content-Encoding": "contentEncoding",
        "Content-Language": "contentLanguage",
        "Content-Type": "contentType",
        "x-goog-custom-time": "customTime",
        "x-goog-storage-class": "storageClass",
    }
    fields: Fields = {key: headers[name] for name, key in names.items() if headers.get(name)}
    if headers.get(acl_name):
        fields[BUCKET_LIST] = xml_predefined(headers[acl_name], is_bucket=False)
    custom = {
        metadata_key(name): value
        for name, value in headers.items()
        if name.lower().startswith(PREFIX)
    }
    return {**fields, "metadata": custom} if custom else fields
