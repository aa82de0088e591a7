"""How the schemas of one folder refer to each other."""

from __future__ import annotations

from urllib.parse import quote

# A name and no location: relative references between the files are resolved against it, by a
# scheme that every resolver knows. Nothing is ever read from there.
BASE_URI = "file:///schemas/"


def base_uri(name: str) -> str:
    """The URI that stands for the schema called `name` when references are resolved.

    >>> base_uri("answers")
    'file:///schemas/answers.json'
    """
    return f"{BASE_URI}{quote(name)}.json"
