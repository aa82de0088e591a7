"""Answers the listing of a bucket in the XML interface, as signed URLs of buckets ask for it.

Source: https://cloud.google.com/storage/docs/xml-api/get-bucket-list
"""

from __future__ import annotations

from xml.etree import ElementTree

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.conditions import whole_number
from ml_api_kit.gcp_accessor.local.storage.listing import (
    LAST,
    ListQuery,
    Page,
    list_objects,
    list_position,
)
from ml_api_kit.gcp_accessor.local.storage.records import ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.resources import object_etag
from ml_api_kit.gcp_accessor.local.storage.signed_urls import check_expiry
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.xml_answers import add, check_known, xml_document

_NAMESPACE = "http://doc.s3.amazonaws.com/2006-03-01"
_KNOWN = ("prefix", "delimiter", "max-keys")
_KNOWN_V1 = ("marker",)
_KNOWN_V2 = ("list-type", "start-after", "continuation-token", "fetch-owner")
_MOST_KEYS = 1000
# No generation is as large, and no name sorts behind: what is listed begins behind the marker.
_LAST_GENERATION = (1 << 63) - 1


def list_view(store: Store, request: Request, bucket: str) -> Response:
    """One page of the objects, in the form of the first version or, with `list-type=2`, the second.

    Raises StorageApiError: 404 for no such bucket, 501 for what else the query may ask for.
    """
    is_second = request.args.get("list-type") == "2"
    check_known(request, *_KNOWN, *(_KNOWN_V2 if is_second else _KNOWN_V1))
    check_expiry(request.args)
    query = _query(request, is_second=is_second)
    page = list_objects(store, bucket, query)
    root = ElementTree.Element("ListBucketResult", {"xmlns": _NAMESPACE})
    add(root, "Name", bucket)
    add(root, "Prefix", query.prefix)
    (_add_second if is_second else _add_first)(root, request, page)
    for record in page.items:
        _add_object(root, record)
    for prefix in page.prefixes:
        add(ElementTree.SubElement(root, "CommonPrefixes"), "Prefix", prefix)
    return xml_document(root)


def _query(request: Request, *, is_second: bool) -> ListQuery:
    delimiter = request.args.get("delimiter", "")
    token = request.args.get("continuation-token")
    marker = request.args.get("start-after" if is_second else "marker", "")
    after: tuple[str, int] | None
    if token:
        after = list_position(token)
    elif delimiter and marker.endswith(delimiter):
        # The marker is a prefix of the page before: what it stands for is not listed again.
        after = (marker + LAST, 0)
    else:
        after = (marker, _LAST_GENERATION) if marker else None
    return ListQuery(
        prefix=request.args.get("prefix", ""),
        delimiter=delimiter,
        most_results=min(whole_number(request.args, "max-keys") or _MOST_KEYS, _MOST_KEYS),
        after=after,
    )


def _add_first(root: ElementTree.Element, request: Request, page: Page) -> None:
    add(root, "Marker", request.args.get("marker", ""))
    add(root, "IsTruncated", "true" if page.next_token else "false")
    if page.next_token:
        add(root, "NextMarker", max([one.name for one in page.items[-1:]] + page.prefixes[-1:]))


def _add_second(root: ElementTree.Element, request: Request, page: Page) -> None:
    add(root, "KeyCount", str(len(page.items) + len(page.prefixes)))
    add(root, "IsTruncated", "true" if page.next_token else "false")
    if page.next_token:
        add(root, "NextContinuationToken", page.next_token)


def _add_object(root: ElementTree.Element, record: ObjectRecord) -> None:
    element = ElementTree.SubElement(root, "Contents")
    add(element, "Key", record.name)
    add(element, "Generation", str(record.generation))
    add(element, "MetaGeneration", str(record.metageneration))
    add(element, "LastModified", record.fields["updated"])
    add(element, "ETag", f'"{object_etag(record)}"')
    add(element, "Size", str(record.size_bytes))
