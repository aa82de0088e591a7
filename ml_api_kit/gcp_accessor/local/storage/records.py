"""What the index keeps about buckets, objects and uploads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BucketRecord:
    """A bucket: its name, its metageneration, and the other fields of its JSON resource."""

    name: str
    metageneration: int
    fields: Fields

    @property
    def is_versioned(self) -> bool:
        """Whether an overwritten or deleted object stays as a noncurrent version."""
        return bool((self.fields.get("versioning") or {}).get("enabled"))

    @property
    def is_hierarchical(self) -> bool:
        """Whether it has folders of its own."""
        return bool((self.fields.get("hierarchicalNamespace") or {}).get("enabled"))


@dataclass(frozen=True, slots=True)
class ObjectRecord:
    """One generation of an object.

    `content` names the file that holds its bytes; `fields` are the fields of its JSON resource that
    are not columns here. `is_live` is False for a noncurrent version.
    """

    bucket: str
    name: str
    generation: int
    metageneration: int
    size_bytes: int
    content: str
    is_live: bool
    fields: Fields


@dataclass(frozen=True, slots=True)
class UploadRecord:
    """An upload in several requests: its target, what it was begun with, and its outcome.

    `kind` is `resumable` or `parts`; `staging` names the file that collects a resumable upload;
    `outcome` is the generation that it became, None until then.
    """

    id: str
    kind: str
    bucket: str
    name: str
    fields: Fields
    conditions: dict[str, int | None]
    staging: str
    created_s: float
    outcome: int | None


@dataclass(frozen=True, slots=True)
class PartRecord:
    """One part of an upload in parts, in a staging file."""

    upload_id: str
    number: int
    staging: str
    size_bytes: int
    md5_hex: str


@dataclass(frozen=True, slots=True)
class StagedContent:
    """Bytes that were received but belong to no object yet, with their digests in base64."""

    name: str
    path: Path
    size_bytes: int
    md5: str
    crc32c: str
