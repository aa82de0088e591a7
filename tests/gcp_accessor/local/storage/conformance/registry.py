"""The groups of cases of the local Cloud Storage, and what a case works with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from google.cloud import storage

from tests.gcp_accessor.local.case_table import Case, cases_of, refused, table

__all__ = ["Case", "Place", "cases", "refused", "table"]

GROUPS = (
    "buckets",
    "objects",
    "uploads",
    "downloads",
    "listing",
    "protection",
    "deletion",
    "encryption",
    "access",
    "lists",
    "signatures",
    "xml",
    "others",
)


@dataclass(frozen=True)
class Place:
    """What a case works with: the client, a bucket of its own, a folder, the server's address."""

    client: storage.Client
    bucket: storage.Bucket
    folder: Path
    url: str


def cases() -> list[Case]:
    return cases_of(f"{__package__}.{name}" for name in GROUPS)
