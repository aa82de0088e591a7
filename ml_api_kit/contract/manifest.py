"""The manifest of an artifacts folder: which files belong to it, and their digests.

A digest protects against accident: a file cut short, edited, or swapped for another training's. It
does not protect against somebody who can write the manifest too; for that, keep the folder where
only those you trust can write.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from ml_api_kit import __version__
from ml_api_kit.errors import ArtifactError

Kind = Literal["json", "bytes", "onnx", "pickle"]

MANIFEST_NAME = "manifest.json"
FORMAT_VERSION = 1
TRAIN_ANEW = "Train the model anew to write the folder again."

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What the manifest says of one file: its hexadecimal digest, its size, and what it holds."""

    sha256: str
    size_bytes: int
    kind: Kind


def file_entry(content: bytes, kind: Kind) -> FileEntry:
    """The entry that a manifest keeps for a file with this `content`.

    Source: SHA-256 as in FIPS 180-4.

    >>> file_entry(b"", "bytes").sha256[:16]
    'e3b0c44298fc1c14'
    """
    return FileEntry(hashlib.sha256(content).hexdigest(), len(content), kind)


def check_name(name: str) -> None:
    """Nothing, where `name` is the plain name of a file in the folder.

    Raises ArtifactError: when it could lead outside the folder, is hidden, or is the manifest's
        own.

    >>> check_name("parameters.json")
    """
    if not _PLAIN_NAME.fullmatch(name) or name == MANIFEST_NAME:
        raise ArtifactError(
            f"{name!r} is not the name of a file in an artifacts folder. A name has letters, "
            f"digits, '.', '_' and '-', no folder before it, no '.' in front, and is not "
            f"{MANIFEST_NAME!r}."
        )


def to_manifest(entries: dict[str, FileEntry]) -> bytes:
    """The bytes of the manifest that lists `entries` by file name."""
    document = {
        "format_version": FORMAT_VERSION,
        "created_by": f"ml-api-kit {__version__}",
        "files": {name: asdict(entry) for name, entry in sorted(entries.items())},
    }
    return json.dumps(document, indent=2).encode() + b"\n"


def from_manifest(content: bytes, *, where: str) -> dict[str, FileEntry]:
    """The entries that a manifest lists, by file name; `where` names the manifest in messages.

    Raises ArtifactError: when it is not a manifest of a format known here, or a name leads
        elsewhere.
    """
    try:
        document = json.loads(content)
    except ValueError as error:
        raise ArtifactError(f"{where} is not JSON: {error}. {TRAIN_ANEW}") from error
    version = document.get("format_version") if isinstance(document, dict) else None
    if type(version) is not int or version != FORMAT_VERSION:
        raise ArtifactError(
            f"{where} has format_version {version!r}; ml-api-kit {__version__} reads "
            f"{FORMAT_VERSION}. {TRAIN_ANEW}"
        )
    files = document.get("files")
    if not isinstance(files, dict):
        raise ArtifactError(f'{where} has no object "files". {TRAIN_ANEW}')
    return {name: _entry(name, fields, where) for name, fields in files.items()}


def _entry(name: str, fields: Any, where: str) -> FileEntry:
    try:
        check_name(name)
    except ArtifactError as error:
        raise ArtifactError(f"{where} lists a file it may not: {error} {TRAIN_ANEW}") from error
    if not isinstance(fields, dict) or not _is_entry(fields):
        raise ArtifactError(
            f"{where} says of {name!r} {fields!r}, where it needs a sha256, a size_bytes and a "
            f"kind out of {', '.join(get_args(Kind))}. {TRAIN_ANEW}"
        )
    return FileEntry(fields["sha256"], fields["size_bytes"], fields["kind"])


def _is_entry(fields: dict[str, Any]) -> bool:
    digest, size_bytes = fields.get("sha256"), fields.get("size_bytes")
    return (
        isinstance(digest, str)
        and _SHA256.fullmatch(digest) is not None
        and type(size_bytes) is int
        and size_bytes >= 0
        and fields.get("kind") in get_args(Kind)
    )
