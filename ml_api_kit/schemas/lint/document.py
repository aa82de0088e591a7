"""A schema with every schema in it, as the rules look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urljoin

from ml_api_kit.schemas.drafts import DEFAULT_DRAFT, Draft, draft_of
from ml_api_kit.schemas.lint.keywords import KEYWORDS

Path = tuple[str | int, ...]

_ONE = ("schema", "schema or flag")


@dataclass(frozen=True, slots=True, eq=False)
class SchemaNode:
    """One schema inside of a document, or the whole of it.

    Attributes:
        path: where it stands.
        schema: the schema itself, an object.
        draft: the draft it is written in.
        resource: the path of the schema that a `$ref` of it starting with `#` is looked up in.
        base: the URI that it gives itself, or that it lies in; `""` where there is none.
    """

    path: Path
    schema: Mapping[str, Any]
    draft: Draft
    resource: Path = ()
    base: str = ""

    @property
    def has_only_ref(self) -> bool:
        """True where the draft reads nothing but the `$ref` of this schema."""
        return self.draft <= Draft.DRAFT_7 and isinstance(self.schema.get("$ref"), str)

    @property
    def types(self) -> frozenset[str] | None:
        """The types that `type` names; None where it is absent or no list of texts."""
        named = self.schema.get("type")
        listed = [named] if isinstance(named, str) else named
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            return None
        return frozenset(listed)


@dataclass(frozen=True, eq=False)
class SchemaDocument:
    """A schema, and the others that it may refer to.

    Attributes:
        root: the schema.
        name: its name in the folder; None where it is in none.
        others: the schemas of the folder by name, this one included.
        repeated: the paths of the keys that the file has several times.

    >>> document = SchemaDocument({"properties": {"a": {"type": "integer"}}})
    >>> [node.path for node in document.nodes]
    [(), ('properties', 'a')]
    """

    root: Any
    name: str | None = None
    others: Mapping[str, Any] = field(default_factory=dict)
    repeated: tuple[Path, ...] = ()

    @cached_property
    def nodes(self) -> tuple[SchemaNode, ...]:
        """Every schema that is an object, from the top down; `true` and `false` are left out.

        Last come those that no keyword holds, and that a `$ref` leads to all the same.
        """
        found: dict[Path, SchemaNode] = {}
        top = _Waiting((), self.root, draft_of(self.root) or DEFAULT_DRAFT, (), "")
        unfollowed = _walk(top, found)
        while unfollowed:  # what a reference leads to may hold references, too
            target = _unheld_target(self.root, unfollowed.pop(), found)
            if target is not None:
                unfollowed += _walk(target, found)
        return tuple(found.values())

    @cached_property
    def node_at(self) -> Mapping[Path, SchemaNode]:
        """The schemas by their paths."""
        return {node.path: node for node in self.nodes}


@dataclass(frozen=True, slots=True)
class _Waiting:
    path: Path
    schema: Any
    draft: Draft
    resource: Path
    base: str


def _walk(first: _Waiting, found: dict[Path, SchemaNode]) -> list[SchemaNode]:
    waiting, new = [first], []
    while waiting:
        one = waiting.pop()
        if isinstance(one.schema, Mapping) and one.path not in found:
            node = found[one.path] = _node(one)
            new.append(node)
            waiting += reversed([*_inner(node)])
    return new


def _unheld_target(
    root: Any, node: SchemaNode, found: Mapping[Path, SchemaNode]
) -> _Waiting | None:
    text = node.schema.get("$ref")
    if not isinstance(text, str) or not text.startswith("#/"):
        return None
    path: Path = ()
    value, around = root, found[()]
    for step in (*node.resource, *pointer_steps(text[1:])):
        around = found.get(path, around)
        if isinstance(value, Mapping) and step in value:
            path, value = (*path, step), value[step]
        elif isinstance(value, list) and str(step).isdecimal() and int(step) < len(value):
            path, value = (*path, int(step)), value[int(step)]
        else:
            return None
    return _Waiting(path, value, around.draft, around.resource, around.base)


def pointer_steps(pointer: str) -> list[str]:
    """The steps of the JSON Pointer `pointer`, as it stands behind the `#` of a reference.

    >>> pointer_steps("/$defs/a~1b%20c")
    ['$defs', 'a/b c']
    """
    return [unquote(step).replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _node(one: _Waiting) -> SchemaNode:
    schema, draft, resource, base = one.schema, one.draft, one.resource, one.base
    own_id = schema.get("id" if draft == Draft.DRAFT_4 else "$id")
    if isinstance(own_id, str) and not own_id.startswith("#"):
        resource, base = one.path, urljoin(base, own_id.rstrip("#"))
        draft = (draft_of(schema) or draft) if "$schema" in schema else draft
    return SchemaNode(one.path, schema, draft, resource, base)


def _inner(node: SchemaNode) -> Iterator[_Waiting]:
    # Keywords of other drafts are followed, too: what stands in them was meant as a schema.
    for name, value in node.schema.items():
        keyword = KEYWORDS.get(name)
        if keyword is None:
            continue
        path, takes = (*node.path, name), keyword.takes
        if isinstance(value, Mapping) and (takes in _ONE or takes == "items"):
            yield _Waiting(path, value, node.draft, node.resource, node.base)
        elif isinstance(value, list) and takes in ("schemas", "items"):
            for index, part in enumerate(value):
                yield _Waiting((*path, index), part, node.draft, node.resource, node.base)
        elif isinstance(value, Mapping) and takes in ("schema map", "dependencies"):
            for key, part in value.items():
                yield _Waiting((*path, key), part, node.draft, node.resource, node.base)
