"""Where the `$ref`s of a document lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urljoin

from ml_api_kit.schemas.lint.document import (
    Path,
    SchemaDocument,
    SchemaNode,
    pointer_steps,
)
from ml_api_kit.schemas.references import BASE_URI, base_uri, own_uri, uris

REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
NOTHING = object()

_DRAFT_HOSTS = ("http://json-schema.org/", "https://json-schema.org/")


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference.

    Attributes:
        node: the schema that it stands in.
        keyword: `$ref`, `$dynamicRef` or `$recursiveRef`.
        text: what it holds.
    """

    node: SchemaNode
    keyword: str
    text: str

    @property
    def path(self) -> Path:
        """Where it stands."""
        return (*self.node.path, self.keyword)

    @property
    def is_to_network(self) -> bool:
        """True where it names a host, and not that of the drafts' own metaschemas."""
        return self.text.startswith(("http:", "https:", "ftp:", "//")) and not (
            self.text.startswith(_DRAFT_HOSTS)
        )


def references(document: SchemaDocument) -> Iterator[Reference]:
    """Every reference in `document`."""
    for node in document.nodes:
        for keyword in REFERENCES:
            text = node.schema.get(keyword)
            if isinstance(text, str):
                yield Reference(node, keyword, text)


def target_path(reference: Reference) -> Path | None:
    """The path that a `#/…` reference names in its own document; None for any other kind.

    Steps are texts: an index into a list is one, too.
    """
    text = reference.text
    if text == "#":
        return reference.node.resource
    if not text.startswith("#/"):
        return None
    return (*reference.node.resource, *pointer_steps(text[1:]))


def used_paths(document: SchemaDocument) -> Iterator[Path]:
    """The paths in `document` that its own references lead to, and those of the files beside it."""
    for one in references(document):
        if (path := target_path(one)) is not None:
            yield path
    if document.name is None:
        return
    own = {uri for uri, name in uris(document.others).items() if name == document.name}
    for name, other in document.others.items():
        base = own_uri(name, other)
        for text in reference_texts(other):
            target, fragment = urldefrag(urljoin(base, text))
            if target in own and (not fragment or fragment.startswith("/")):
                yield tuple(pointer_steps(fragment))


def reference_texts(value: Any) -> Iterator[str]:
    """The text of every `$ref` in `value`, wherever it stands.

    >>> [*reference_texts({"items": [{"$ref": "a.json"}]})]
    ['a.json']
    """
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key == "$ref" and isinstance(part, str):
                yield part
            else:
                yield from reference_texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from reference_texts(part)


def resolve(document: SchemaDocument, reference: Reference) -> Any:
    """What `reference` leads to; `NOTHING` where it leads nowhere, None where that is not known.

    Not known are places by `$anchor` and in schemas that bring a URI of their own: the engine
    looks those up when the schema is compiled.
    """
    if (path := target_path(reference)) is not None:
        return _at(document.root, path)
    if reference.text.startswith("#") or any(node.resource for node in document.nodes):
        return None
    if reference.text.startswith(_DRAFT_HOSTS):
        return None
    return _in_folder(document, reference.text)


def known_ids(document: SchemaDocument) -> frozenset[str]:
    """The URIs that the documents at hand give themselves."""
    documents = {**document.others, document.name or "": document.root}
    return frozenset(uris(documents)) | {node.base for node in document.nodes}


def _in_folder(document: SchemaDocument, text: str) -> Any:
    documents = {**document.others, document.name or "": document.root}
    names = uris(documents)
    own = next((uri for uri, name in names.items() if name == (document.name or "")), BASE_URI)
    for base in (own, base_uri(document.name or "")):
        target, fragment = urldefrag(urljoin(base, text))
        if target in names:
            if fragment and not fragment.startswith("/"):
                return None
            return _at(documents[names[target]], tuple(pointer_steps(fragment)))
    return NOTHING if document.name is not None or document.others else None


def _at(value: Any, path: Path) -> Any:
    for step in path:
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, list) and str(step).isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return NOTHING
    return value
