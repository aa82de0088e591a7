"""A `$ref` leads to the network."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.references import known_ids, references
from ml_api_kit.schemas.lint.words import shown

ID = "S021"
LEVEL = "error"
WHY = "Nothing is ever fetched: what an API checks must not hang on another machine."
MEND = "Copy the schema into the folder, and refer to it by its file's name."
WRONG = {"items": {"$ref": "https://example.org/age.json"}}
RIGHT = {"items": {"$ref": "#/$defs/age"}, "$defs": {"age": {"type": "integer"}}}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each reference to an address that no schema at hand calls its own."""
    known = known_ids(document)
    for one in references(document):
        if one.is_to_network and one.text.partition("#")[0] not in known:
            yield Fault(one.path, f"`{one.keyword}` leads to the network, to {shown(one.text)}")
