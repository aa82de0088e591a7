"""The drafts of JSON Schema, and how a schema names its own."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any


class Draft(IntEnum):
    """A draft of JSON Schema; a later one is the greater."""

    DRAFT_4 = 4
    DRAFT_6 = 6
    DRAFT_7 = 7
    DRAFT_2019 = 2019
    DRAFT_2020 = 2020

    @property
    def title(self) -> str:
        """What people call the draft.

        >>> Draft.DRAFT_7.title, Draft.DRAFT_2020.title
        ('draft 7', 'draft 2020-12')
        """
        return {2019: "draft 2019-09", 2020: "draft 2020-12"}.get(self, f"draft {self.value}")

    @property
    def uri(self) -> str:
        """What `$schema` holds in a schema of the draft."""
        return _URIS[self]


_URIS = {
    Draft.DRAFT_4: "http://json-schema.org/draft-04/schema#",
    Draft.DRAFT_6: "http://json-schema.org/draft-06/schema#",
    Draft.DRAFT_7: "http://json-schema.org/draft-07/schema#",
    Draft.DRAFT_2019: "https://json-schema.org/draft/2019-09/schema",
    Draft.DRAFT_2020: "https://json-schema.org/draft/2020-12/schema",
}

DEFAULT_DRAFT = Draft.DRAFT_2020


def _bare(uri: str) -> str:
    return uri.rstrip("#").removeprefix("http://").removeprefix("https://")


_BY_BARE_URI = {_bare(uri): draft for draft, uri in _URIS.items()} | {
    "json-schema.org/schema": DEFAULT_DRAFT  # "the current one", whatever it is
}


def draft_of(schema: object) -> Draft | None:
    """The draft that `schema` names, 2020-12 where it names none; None where it is not known.

    >>> draft_of({"$schema": "http://json-schema.org/draft-07/schema#"}).title
    'draft 7'
    >>> draft_of({"$schema": "https://example.org/own"}) is None
    True
    """
    if not isinstance(schema, Mapping) or "$schema" not in schema:
        return DEFAULT_DRAFT
    named: Any = schema["$schema"]
    return _BY_BARE_URI.get(_bare(named)) if isinstance(named, str) else None
