"""What load and extract jobs need of Cloud Storage."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, not_found, unsupported


class Objects(Protocol):
    """Objects in buckets; a bucket or an object that is not there is a LookupError."""

    def names(self, bucket: str, prefix: str) -> list[str]:
        """The names of the objects that start with `prefix`, in order."""
        ...

    def fetch(self, bucket: str, name: str, file: Path) -> None:
        """Write what an object holds into `file`."""
        ...

    def put(self, bucket: str, name: str, file: Path, *, content_type: str) -> None:
        """Make an object of what `file` holds."""
        ...


def parse_uri(uri: object) -> tuple[str, str]:
    """The bucket and the name in a `gs://` URI.

    Raises BigQueryError: when it is none.

    >>> parse_uri("gs://exams/2020/answers.csv")
    ('exams', '2020/answers.csv')
    """
    scheme, _, rest = str(uri).partition("://")
    bucket, _, name = rest.partition("/")
    if scheme != "gs" or not bucket or not name:
        raise BigQueryError(f"Invalid source URI: {uri}")
    return bucket, name


def fetch_all(objects: Objects | None, uris: object, folder: Path) -> dict[Path, str]:
    """The objects that `gs://` URIs name, as files in the folder, each with its own URI.

    `*` stands for any characters.

    Raises BigQueryError: 404, when one names no object; 400, when it is no such URI.
    """
    if not isinstance(uris, list) or not uris:
        raise BigQueryError("Required parameter is missing: sourceUris")
    if objects is None:
        raise unsupported("loading from Cloud Storage without a local Cloud Storage")
    files: dict[Path, str] = {}
    for uri in uris:
        bucket, name = parse_uri(uri)
        try:
            for one in _names(objects, bucket, name):
                file = folder / str(len(files))
                objects.fetch(bucket, one, file)
                files[file] = f"gs://{bucket}/{one}"
        except LookupError as error:
            raise not_found(f"URI {uri}") from error
    return files


def _names(objects: Objects, bucket: str, name: str) -> list[str]:
    head, star, tail = name.partition("*")
    if not star:
        return [name]
    if "*" in tail:
        raise BigQueryError(f"Invalid source URI: gs://{bucket}/{name} has more than one wildcard.")
    fixed = len(head) + len(tail)
    found = [
        one
        for one in objects.names(bucket, head)
        if one.endswith(tail) and len(one) >= fixed and not one.endswith("/")
    ]
    if not found:
        raise LookupError(name)
    return found
