"""Resumable uploads: an object is received in chunks, over any time up to a day.

Source: https://cloud.google.com/storage/docs/performing-resumable-uploads
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

from ml_api_kit.gcp_accessor.local.full_disk import is_full
from ml_api_kit.gcp_accessor.local.storage.conditions import Conditions
from ml_api_kit.gcp_accessor.local.storage.content import Readable, blocks
from ml_api_kit.gcp_accessor.local.storage.content_range import Chunk
from ml_api_kit.gcp_accessor.local.storage.objects import (
    check_target,
    put_object,
    require_object,
)
from ml_api_kit.gcp_accessor.local.storage.records import Fields, ObjectRecord, UploadRecord
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import StorageApiError, invalid, not_found

SIZE = "announcedSizeBytes"
"""The field of an upload for the size that it was begun with, None where it named none."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload is: the bytes that are safe here, and the object once it is complete."""

    received_bytes: int
    record: ObjectRecord | None


def begin_session(
    store: Store, bucket: str, name: str, *, fields: Fields, conditions: Conditions
) -> UploadRecord:
    """A new resumable upload.

    Raises StorageApiError: as a write to the object would.
    """
    with store.index.transaction():
        check_target(store, bucket, name, conditions)
        upload = UploadRecord(
            uuid.uuid4().hex,
            "resumable",
            bucket,
            name,
            fields,
            asdict(conditions),
            store.content.new_staging(),
            time.time(),
            None,
        )
        store.index.save_upload(upload)
    return upload


def continue_session(
    store: Store, upload_id: str, chunk: Chunk, body: Readable, *, digests: Fields
) -> Progress:
    """Where the upload is after `chunk`; a chunk that came before is written over.

    `digests` may name the `md5Hash` and `crc32c` that the whole object must have.

    Raises StorageApiError: 404 for no such upload, 400 for a chunk that leaves a gap or for a
    digest that differs, 412 for a condition that does not hold any more, 503 while another request
    writes to the same upload.
    """
    with _exclusive(store, upload_id):
        upload, record = _state(store, upload_id)
        if record is not None:
            return Progress(record.size_bytes, record)
        try:
            received_bytes = _received(store, upload, chunk, body)
        except OSError as error:
            if is_full(error):
                # What is here would fill the disk until tomorrow, though nobody may go on with it.
                _forget(store, upload)
            raise
        if chunk.total is None or received_bytes < chunk.total:
            return Progress(received_bytes, None)
        announced = upload.fields.get(SIZE)
        if announced is not None and announced != chunk.total:
            raise invalid(f"The upload was begun for {announced} bytes, not for {chunk.total}.")
        if received_bytes > chunk.total:
            raise invalid(f"The upload has {received_bytes} bytes, more than {chunk.total}.")
        return Progress(received_bytes, _finish(store, upload, digests))


def cancel_session(store: Store, upload_id: str) -> None:
    """Forget an upload and the bytes it received.

    Raises StorageApiError: 404 for no such upload, 503 while another request writes to it.
    """
    with _exclusive(store, upload_id):
        upload, _ = _state(store, upload_id)
        _forget(store, upload)


def _forget(store: Store, upload: UploadRecord) -> None:
    store.content.discard(upload.staging)
    with store.index.transaction():
        store.index.delete_upload(upload.id)


@contextmanager
def _exclusive(store: Store, upload_id: str) -> Iterator[None]:
    with store.session_lock:
        if upload_id in store.busy_sessions:
            raise StorageApiError(503, "backendError", "Another request writes to this upload.")
        store.busy_sessions.add(upload_id)
    try:
        yield
    finally:
        with store.session_lock:
            store.busy_sessions.discard(upload_id)


def _state(store: Store, upload_id: str) -> tuple[UploadRecord, ObjectRecord | None]:
    with store.index.transaction():
        upload = store.index.upload(upload_id)
        if upload is None or upload.kind != "resumable":
            raise not_found("upload")
        if upload.outcome is None:
            return upload, None
        return upload, require_object(store, upload.bucket, upload.name, upload.outcome)


def _received(store: Store, upload: UploadRecord, chunk: Chunk, body: Readable) -> int:
    try:
        opened = store.content.staging_path(upload.staging).open("r+b")
    except FileNotFoundError as error:
        # The process was killed after the object was made, before that was noted here.
        raise not_found("upload") from error
    with opened as file:
        have_bytes = file.seek(0, 2)
        if chunk.start is None:
            return have_bytes
        if chunk.start > have_bytes:
            raise invalid(f"The chunk starts at {chunk.start}, but {have_bytes} bytes are here.")
        file.seek(chunk.start)
        file.truncate()
        for block in blocks(body):
            file.write(block)
        return file.tell()


def _finish(store: Store, upload: UploadRecord, digests: Fields) -> ObjectRecord:
    try:
        record = put_object(
            store,
            upload.bucket,
            upload.name,
            fields=upload.fields,
            digests=digests,
            staged=store.content.measured(upload.staging),
            conditions=Conditions(**upload.conditions),
        )
    except (StorageApiError, OSError):
        # The bytes are gone, so the upload cannot go on: it has to be begun anew.
        with store.index.transaction():
            store.index.delete_upload(upload.id)
        raise
    with store.index.transaction():
        store.index.save_upload(replace(upload, outcome=record.generation))
    return record
