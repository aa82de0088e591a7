"""Answers the requests about buckets in the XML interface: made, deleted, all of them listed.

Source: https://cloud.google.com/storage/docs/xml-api/put-bucket-create
"""

from __future__ import annotations

from xml.etree import ElementTree

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.acls import xml_predefined
from ml_api_kit.gcp_accessor.local.storage.bodies import small_body
from ml_api_kit.gcp_accessor.local.storage.buckets import create_bucket, delete_bucket
from ml_api_kit.gcp_accessor.local.storage.conditions import header_conditions
from ml_api_kit.gcp_accessor.local.storage.records import Fields
from ml_api_kit.gcp_accessor.local.storage.signed_urls import check_expiry
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid, unsupported
from ml_api_kit.gcp_accessor.local.storage.xml_answers import add, check_known, xml_document

_NAMES = {"LocationConstraint": "location", "StorageClass": "storageClass"}


def all_view(store: Store, request: Request) -> Response:
    """All buckets, by name."""
    check_known(request)
    check_expiry(request.args)
    with store.index.transaction():
        records = store.index.buckets()
    root = ElementTree.Element("ListAllMyBucketsResult")
    buckets = ElementTree.SubElement(root, "Buckets")
    for record in records:
        element = ElementTree.SubElement(buckets, "Bucket")
        add(element, "Name", record.name)
        add(element, "CreationDate", record.fields["timeCreated"])
    return xml_document(root)


def put_view(store: Store, request: Request, bucket: str) -> Response:
    """Nothing, once the bucket is made."""
    check_known(request)
    check_expiry(request.args)
    fields = {"name": bucket, **_configuration(small_body(request))}
    if request.headers.get("x-goog-acl"):
        fields["acl"] = xml_predefined(request.headers["x-goog-acl"], is_bucket=True)
    create_bucket(store, fields)
    return Response(status=200)


def delete_view(store: Store, request: Request, bucket: str) -> Response:
    """Nothing, once the bucket is deleted."""
    check_known(request)
    check_expiry(request.args)
    delete_bucket(store, bucket, header_conditions(request.headers))
    return Response(status=204)


def _configuration(raw: bytes) -> Fields:
    if not raw.strip():
        return {}
    try:
        root = ElementTree.fromstring(raw)
    except ElementTree.ParseError as error:
        raise invalid("The body is not XML.") from error
    fields: Fields = {}
    for child in root:
        name = child.tag.rpartition("}")[2]
        if name not in _NAMES:
            raise unsupported(f"{name} in the configuration of a bucket in XML")
        fields[_NAMES[name]] = (child.text or "").strip()
    return fields
