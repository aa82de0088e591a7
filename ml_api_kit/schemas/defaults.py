"""Defaults filled in, for those who ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas.compiled import CompiledSchema

_ABSENT = object()


@dataclass(slots=True)
class _Plan:
    """What is filled into a value: into its properties, its items, and by schemas beside it."""

    defaults: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, _Plan] = field(default_factory=dict)
    first_items: list[_Plan] = field(default_factory=list)
    items: _Plan | None = None
    beside: list[_Plan] = field(default_factory=list)


class DefaultFiller:
    """Fills the defaults of a schema into values that match it.

    A property that is missing gets the `default` that its schema names. Schemas under `properties`,
    `items`, `prefixItems`, `allOf` and `$ref` are followed; alternatives (`anyOf`, `oneOf`, `if`)
    are not, since what is missing does not say which of them is meant.

    Raises SchemaError: when no default can be reached so, a default breaks its own schema, or a
    `$ref` leads to where only the engine can follow.

    >>> schema = CompiledSchema({"properties": {"limit": {"type": "integer", "default": 10}}})
    >>> DefaultFiller(schema, {}).filled({})
    {'limit': 10}
    """

    def __init__(self, compiled: CompiledSchema, documents: Mapping[str, Any]) -> None:
        """Plan what is filled in by `compiled`, one of the folder's `documents` or inline."""
        self._label = compiled.name
        self._documents = {**documents, "": compiled.schema}
        self._plans: dict[int, _Plan] = {}
        self._has_defaults = False
        self._plan = self._planned(compiled.schema, compiled.folder_name or "")
        if not self._has_defaults:
            raise SchemaError(
                f"{self._label} has no default to fill in; give a property a default, or leave"
                " fills_defaults out."
            )

    def filled(self, value: Any) -> Any:
        """`value`, with what it lacks filled in, in place."""
        _fill(value, self._plan)
        return value

    def _planned(self, schema: Any, document: str) -> _Plan:
        if id(schema) in self._plans:
            return self._plans[id(schema)]
        plan = self._plans[id(schema)] = _Plan()
        if not isinstance(schema, Mapping):
            return plan
        for name, part in schema.get("properties", {}).items():
            plan.properties[name] = self._planned(part, document)
            if isinstance(part, Mapping) and "default" in part:
                plan.defaults[name] = self._checked(name, part, document)
        items = schema.get("items")
        first = [*schema.get("prefixItems", ()), *(items if isinstance(items, list) else ())]
        plan.first_items = [self._planned(part, document) for part in first]
        plan.items = self._planned(items, document) if isinstance(items, Mapping) else None
        plan.beside = [self._planned(part, document) for part in schema.get("allOf", ())]
        if isinstance(reference := schema.get("$ref"), str):
            plan.beside.append(self._planned(*self._followed(reference, document)))
        return plan

    def _checked(self, name: str, schema: Mapping[str, Any], document: str) -> Any:
        from ml_api_kit.schemas.lint.document import SchemaDocument
        from ml_api_kit.schemas.lint.own_checks import own_check

        self._has_defaults = True
        default = schema["default"]
        accepts = own_check(SchemaDocument(schema).nodes[0], without=frozenset())
        if accepts is not None and not accepts(default):
            raise SchemaError(
                f"{self._label} cannot have its defaults filled in: the default of {name!r} breaks"
                " its own schema. Mend one of the two."
            )
        return default

    def _followed(self, reference: str, document: str) -> tuple[Any, str]:
        file, _, fragment = reference.partition("#")
        name = unquote(file).removesuffix(".json") or document
        found = self._documents.get(name, _ABSENT)
        for step in fragment.split("/")[1:]:
            key = unquote(step).replace("~1", "/").replace("~0", "~")
            if isinstance(found, list) and key.isdecimal() and int(key) < len(found):
                found = found[int(key)]
            else:
                found = found.get(key, _ABSENT) if isinstance(found, Mapping) else _ABSENT
        if found is _ABSENT or (fragment and not fragment.startswith("/")):
            raise SchemaError(
                f"{self._label} cannot have its defaults filled in: they are not followed to the"
                f" $ref {reference!r}. Write it as #/$defs/name or name.json."
            )
        return found, name


def _fill(value: Any, plan: _Plan) -> None:
    if isinstance(value, dict):
        for name, default in plan.defaults.items():
            if name not in value:
                value[name] = deepcopy(default)
        for name, inner in plan.properties.items():
            if name in value:
                _fill(value[name], inner)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            inner_plan = plan.first_items[index] if index < len(plan.first_items) else plan.items
            if inner_plan is not None:
                _fill(part, inner_plan)
    for beside in plan.beside:
        _fill(value, beside)
