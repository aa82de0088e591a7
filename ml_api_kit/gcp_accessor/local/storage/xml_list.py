"""Answers the listing of a bucket in the XML interface, as signed URLs of buckets ask for it.

Source: https://cloud.google.com/storage/docs/xml-api/get-bucket-list
"""

from __future__ import annotations

from xml.etree import ElementTree

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.conditions import whole_number
from ml_api_kit.gcp_accessor.local.storage.listing import ListQuery, list_objects
from ml_api_kit.gcp_accessor.local.storage.records import ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.resources import object_etag
from ml_api_kit.gcp_accessor.local.storage.signed_urls import check_expiry
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import unsupported

_NAMESPACE = "http://doc.s3.amazonaws.com/2006-03-01"
_KNOWN = frozenset(("prefix", "delimiter", "marker", "max-keys"))
_MOST_KEYS = 1000


def list_view(store: Store, request: Request, bucket: str) -> Response:
    """One page of the objects.

    Raises StorageApiError: 404 for no such bucket, 501 for what else the query may ask for.
    """
    check_expiry(request.args)
    asked = {key for key in request.args if not key.lower().startswith("x-goog-")}
    unknown = asked - _KNOWN - {"GoogleAccessId", "Expires", "Signature"}
    if unknown:
        raise unsupported(f"the parameter {sorted(unknown)[0]!r} of listings in XML")
    marker = request.args.get("marker", "")
    most = min(whole_number(request.args, "max-keys") or _MOST_KEYS, _MOST_KEYS)
    query = ListQuery(
        prefix=request.args.get("prefix", ""),
        delimiter=request.args.get("delimiter", ""),
        most_results=most,
        # No generation is as large: what is listed begins behind the name.
        after=(marker, (1 << 63) - 1) if marker else None,
    )
    page = list_objects(store, bucket, query)
    root = ElementTree.Element("ListBucketResult", {"xmlns": _NAMESPACE})
    _add(root, "Name", bucket)
    _add(root, "Prefix", query.prefix)
    _add(root, "Marker", marker)
    _add(root, "IsTruncated", "true" if page.next_token else "false")
    if page.next_token:
        last = max([record.name for record in page.items[-1:]] + page.prefixes[-1:])
        _add(root, "NextMarker", last)
    for record in page.items:
        _add_object(root, record)
    for prefix in page.prefixes:
        _add(ElementTree.SubElement(root, "CommonPrefixes"), "Prefix", prefix)
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, content_type="application/xml; charset=UTF-8")


def _add_object(root: ElementTree.Element, record: ObjectRecord) -> None:
    element = ElementTree.SubElement(root, "Contents")
    _add(element, "Key", record.name)
    _add(element, "Generation", str(record.generation))
    _add(element, "MetaGeneration", str(record.metageneration))
    _add(element, "LastModified", record.fields["updated"])
    _add(element, "ETag", f'"{object_etag(record)}"')
    _add(element, "Size", str(record.size_bytes))


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = text
