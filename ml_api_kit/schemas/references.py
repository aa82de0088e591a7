"""How the schemas of one folder refer to each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urljoin

# A name and no location: relative references between the files are resolved against it, by a
# scheme that every resolver knows. Nothing is ever read from there.
BASE_URI = "file:///schemas/"


def base_uri(name: str) -> str:
    """The URI that stands for the schema called `name` when references are resolved.

    >>> base_uri("answers")
    'file:///schemas/answers.json'
    """
    return f"{BASE_URI}{quote(name)}.json"


def own_uri(name: str, document: Any) -> str:
    """The URI that references in `document` are resolved against: its `$id`, or its file's."""
    own = document.get("$id") or document.get("id") if isinstance(document, Mapping) else None
    return urljoin(base_uri(name), own).rstrip("#") if isinstance(own, str) else base_uri(name)


def uris(documents: Mapping[str, Any]) -> dict[str, str]:
    """The names of `documents` by every URI that they are known by: the file's, and the `$id`."""
    by_file = {base_uri(name): name for name in documents}
    return by_file | {own_uri(name, document): name for name, document in documents.items()}
