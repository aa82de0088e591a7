"""Uploads in parts, as the XML interface has them: parts come in any order and at the same time.

Source: https://cloud.google.com/storage/docs/multipart-uploads
"""

from __future__ import annotations

import base64
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict

from ml_api_kit.gcp_accessor.local.storage.conditions import Conditions
from ml_api_kit.gcp_accessor.local.storage.content import Readable, blocks
from ml_api_kit.gcp_accessor.local.storage.object_fields import check_digests
from ml_api_kit.gcp_accessor.local.storage.objects import check_target, put_object
from ml_api_kit.gcp_accessor.local.storage.records import (
    Fields,
    ObjectRecord,
    PartRecord,
    StagedContent,
    UploadRecord,
)
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import StorageApiError, invalid

MOST_PARTS = 10_000
_LEAST_PART_BYTES = 5 << 20


def begin_parts(
    store: Store, bucket: str, name: str, *, fields: Fields, conditions: Conditions
) -> UploadRecord:
    """A new upload in parts.

    Raises StorageApiError: as a write to the object would.
    """
    upload = UploadRecord(
        uuid.uuid4().hex, "parts", bucket, name, fields, asdict(conditions), "", time.time(), None
    )
    with store.index.transaction():
        check_target(store, bucket, name, conditions)
        store.index.save_upload(upload)
    return upload


def put_part(
    store: Store, upload_id: str, number: int, body: Readable, *, digests: Fields
) -> tuple[PartRecord, StagedContent]:
    """The part `number`, which takes the place of one that came before.

    Raises StorageApiError: 404 for no such upload, 400 for a digest that differs.
    """
    staged = store.content.stage(blocks(body))
    md5_hex = base64.b64decode(staged.md5).hex()
    part = PartRecord(upload_id, number, staged.name, staged.size_bytes, md5_hex)
    try:
        check_digests(digests, staged)
        with store.index.transaction():
            require_parts_upload(store, upload_id)
            old = [one.staging for one in store.index.parts(upload_id) if one.number == number]
            store.index.save_part(part)
    except BaseException:
        store.content.discard(staged.name)
        raise
    for name in old:
        store.content.discard(name)
    return part, staged


def complete_parts(store: Store, upload_id: str, etags: dict[int, str]) -> ObjectRecord:
    """The object of the parts named in `etags`, by number with the MD5 that each was answered with.

    Raises StorageApiError: 404 for no such upload, 400 for parts that are not here, that are out of
    order or too small, 412 for a condition.
    """
    with store.index.transaction():
        upload = require_parts_upload(store, upload_id)
        parts = store.index.parts(upload_id)
    chosen = _chosen(parts, etags)
    record = put_object(
        store,
        upload.bucket,
        upload.name,
        fields=upload.fields,
        staged=store.content.stage(_joined(store, chosen)),
        conditions=Conditions(**upload.conditions),
        component_count=len(chosen),
    )
    abort_parts(store, upload_id)
    return record


def abort_parts(store: Store, upload_id: str) -> None:
    """Forget an upload in parts, and the parts.

    Raises StorageApiError: 404 for no such upload.
    """
    with store.index.transaction():
        require_parts_upload(store, upload_id)
        parts = store.index.parts(upload_id)
        store.index.delete_upload(upload_id)
    for part in parts:
        store.content.discard(part.staging)


def require_parts_upload(store: Store, upload_id: str) -> UploadRecord:
    """The upload in parts, inside a transaction.

    Raises StorageApiError: 404 for no such upload.
    """
    upload = store.index.upload(upload_id)
    if upload is None or upload.kind != "parts":
        raise StorageApiError(404, "NoSuchUpload", "The requested upload was not found.")
    return upload


def _chosen(parts: list[PartRecord], etags: dict[int, str]) -> list[PartRecord]:
    here = {part.number: part for part in parts}
    if not etags or list(etags) != sorted(etags):
        raise invalid("The parts must be named in ascending order.")
    for number, etag in etags.items():
        if number not in here or here[number].md5_hex != etag.strip('"'):
            raise StorageApiError(400, "InvalidPart", f"Part {number} is not here as named.")
    chosen = [here[number] for number in etags]
    if any(part.size_bytes < _LEAST_PART_BYTES for part in chosen[:-1]):
        raise StorageApiError(
            400, "EntityTooSmall", "Every part but the last must have 5 MiB or more."
        )
    return chosen


def _joined(store: Store, parts: list[PartRecord]) -> Iterator[bytes]:
    for part in parts:
        with store.content.staging_path(part.staging).open("rb") as file:
            yield from blocks(file)
