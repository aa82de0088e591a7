"""The places that the references of several schemas lead to, by document and path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urldefrag, urljoin

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas.drafts import Draft
from ml_api_kit.schemas.lint.document import Path, SchemaDocument, SchemaNode, pointer_steps
from ml_api_kit.schemas.references import base_uri

_DRAFT_HOSTS = ("http://json-schema.org/", "https://json-schema.org/")


class Places:
    """Every place in `documents` that has a URI of its own: files, `$id`s and anchors.

    Attributes:
        documents: the documents, each with all of its schemas, by name.

    >>> places = Places({"ages": {"$defs": {"age": {"$anchor": "it"}}, "$ref": "#it"}})
    >>> places.find("ages", places.documents["ages"].nodes[0], "$ref", "#it")
    ('ages', ('$defs', 'age'))
    """

    def __init__(self, documents: Mapping[str, Any]) -> None:
        """Look through `documents`, schemas by name."""
        self.documents = {
            name: SchemaDocument(root, name, documents) for name, root in documents.items()
        }
        self._places: dict[str, tuple[str, Path]] = {}
        self._dynamic: dict[str, list[str]] = {}
        self._recursive = 0
        for name, document in self.documents.items():
            self._places.setdefault(base_uri(name), (name, ()))
            for node in document.nodes:
                self._add(name, node)

    def _add(self, name: str, node: SchemaNode) -> None:
        base = _base(name, node)
        if node.resource == node.path:
            self._places[base] = (name, node.path)
        for anchor in _anchors(node):
            self._places[f"{base}#{anchor}"] = (name, node.path)
        dynamic = node.schema.get("$dynamicAnchor")
        if isinstance(dynamic, str):
            self._dynamic.setdefault(dynamic, []).append(base)
        self._recursive += node.schema.get("$recursiveAnchor") is True

    def find(self, name: str, node: SchemaNode, keyword: str, text: str) -> str | tuple[str, Path]:
        """The document and the path that `text`, under `keyword` of `node` in `name`, leads to.

        The metaschema of a draft is in no document: its URI comes back as it is.

        Raises SchemaError: when there is no such place, or it depends on the schemas around.
        """
        target, fragment = urldefrag(urljoin(_base(name, node), text))
        self._require_one(name, keyword, text, fragment)
        is_pointer = not fragment or fragment.startswith("/")
        found = self._places.get(target if is_pointer else f"{target}#{fragment}")
        if found is not None:
            return (found[0], (*found[1], *pointer_steps(fragment))) if is_pointer else found
        if target.startswith(_DRAFT_HOSTS):
            return text
        raise SchemaError(
            f"The schema {name!r} has a {keyword} to {text!r}, which leads to nothing that a"
            " description of the API could hold; refer to a file of the schema folder, or to a"
            " place in the same schema."
        )

    def indexed(self, place: tuple[str, Path]) -> tuple[str, Path]:
        """`place`, with numbers for the steps into lists, as the schemas' own paths have them."""
        name, path = place
        value, steps = self.documents[name].root, []
        for step in path:
            is_index = isinstance(value, list) and str(step).isdecimal()
            steps.append(int(step) if is_index else step)
            try:
                value = value[steps[-1]]
            except (LookupError, TypeError):
                return place  # it leads nowhere
        return name, tuple(steps)

    def _require_one(self, name: str, keyword: str, text: str, fragment: str) -> None:
        several = len(self._dynamic.get(fragment, ())) if keyword == "$dynamicRef" else 0
        if several > 1 or (keyword == "$recursiveRef" and self._recursive > 1):
            raise SchemaError(
                f"The schema {name!r} has a {keyword} to {text!r}, which leads to one of several"
                " places, by the schemas around it; a description of the API cannot hold that."
                " Write a $ref to the one that is meant, or leave `api_docs` out."
            )


def _base(name: str, node: SchemaNode) -> str:
    return urldefrag(urljoin(base_uri(name), node.base)).url


def _anchors(node: SchemaNode) -> Iterator[str]:
    keywords: tuple[str, ...] = ("$anchor", "$dynamicAnchor")
    if node.draft <= Draft.DRAFT_7:
        keywords = ("id",) if node.draft == Draft.DRAFT_4 else ("$id",)
    for keyword in keywords:
        text = node.schema.get(keyword)
        if isinstance(text, str):
            anchor = text if node.draft > Draft.DRAFT_7 else urldefrag(text).fragment
            if anchor:
                yield anchor
