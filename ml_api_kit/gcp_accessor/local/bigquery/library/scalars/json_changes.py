"""Documents made and changed: JSON_ARRAY, JSON_OBJECT, JSON_SET, JSON_REMOVE and their like."""

from __future__ import annotations

from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.json_paths import steps
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.json_text import MISSING, Step, follow
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.json_values import (
    dump,
    parse,
    to_document,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import kind_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar

_MOST = 1_000_000


@scalar("bq_json_array", "JSON", takes_nulls=True)
def json_array(types: list[str], *values: Any) -> str:
    """JSON_ARRAY."""
    pairs = zip(values, types, strict=True)
    return dump([to_document(value, kind_of(name)) for value, name in pairs])


@scalar("bq_json_object", "JSON", takes_nulls=True)
def json_object(types: list[str], *values: Any) -> str:
    """JSON_OBJECT of names and values in turn, or an array of each; a name's first counts."""
    if len(values) == 2 and isinstance(values[0], list):
        names, inner = values[0], kind_of(types[1]).element
        items = values[1] or []
        if len(names) != len(items):
            raise SqlError("The number of keys and values must match in JSON_OBJECT")
        documents = [to_document(item, inner) for item in items]
    else:
        if len(values) % 2:
            raise SqlError("JSON_OBJECT needs a value for each key")
        names = list(values[::2])
        documents = [
            to_document(value, kind_of(name))
            for value, name in zip(values[1::2], types[1::2], strict=True)
        ]
    result: dict[str, Any] = {}
    for name, document in zip(names, documents, strict=True):
        if name is None:
            raise SqlError("A key of JSON_OBJECT cannot be NULL")
        result.setdefault(name, document)
    return dump(result)


def _changes(
    types: list[str], values: tuple[Any, ...], option: str, *, default: bool
) -> tuple[list[tuple[Any, Any, str]], bool]:
    """The paths with their values and types, and what the option given by name says."""
    is_set = default
    rest = list(values)
    kinds = list(types)
    if rest and isinstance(rest[-1], dict) and f"@{option}" in rest[-1]:
        is_set = bool(rest.pop()[f"@{option}"])
        kinds.pop()
    if len(rest) % 2:
        raise SqlError("Every path needs a value")
    return list(zip(rest[::2], rest[1::2], kinds[1::2], strict=True)), is_set


@scalar("bq_json_set", "JSON", takes_nulls=True)
def json_set(types: list[str], document: str | None, *values: Any) -> str | None:
    """JSON_SET."""
    changes, is_creating = _changes(types[1:], values, "create_if_missing", default=True)
    if document is None:
        return None
    root = parse(document)
    for path, value, kind in changes:
        if path is None:
            continue
        root = _set(root, steps(path), to_document(value, kind_of(kind)), is_creating)
    return dump(root)


def _set(node: Any, path: tuple[Step, ...], value: Any, is_creating: bool) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, str):
        return _set_name(node, step, rest, value, is_creating)
    if node is None and is_creating:
        node = []
    if not isinstance(node, list):
        return node
    if step < len(node):
        return [
            _set(item, rest, value, is_creating) if i == step else item
            for i, item in enumerate(node)
        ]
    if not is_creating:
        return node
    if step > _MOST:
        raise SqlError(f"Exceeded maximum array size of {_MOST}")
    made = _set(None, rest, value, is_creating)
    return [*node, *[None] * (step - len(node)), made]


def _set_name(node: Any, name: str, rest: tuple[Step, ...], value: Any, is_creating: bool) -> Any:
    if node is None and is_creating:
        node = {}
    if not isinstance(node, dict) or (name not in node and not is_creating):
        return node
    made = _set(node.get(name), rest, value, is_creating)
    return {**node, name: made}


@scalar("bq_json_remove", "JSON", takes_nulls=True)
def json_remove(document: str | None, *paths: str | None) -> str | None:
    """JSON_REMOVE; a path that is NULL removes nothing."""
    if document is None:
        return None
    root = parse(document)
    for path in paths:
        if path is None:
            continue
        found = steps(path)
        if not found:
            raise SqlError("The JSONPath cannot be '$'")
        parent = follow(root, found[:-1])
        last = found[-1]
        if isinstance(parent, dict) and isinstance(last, str):
            parent.pop(last, None)
        elif isinstance(parent, list) and isinstance(last, int) and last < len(parent):
            del parent[last]
    return dump(root)


def _inserted(
    name: str, types: list[str], document: str | None, values: tuple[Any, ...]
) -> str | None:
    is_append = name == "append"
    changes, is_each = _changes(types[1:], values, f"{name}_each_element", default=True)
    if document is None:
        return None
    root = parse(document)
    for path, value, kind_name in changes:
        if path is None:
            return None
        kind = kind_of(kind_name)
        made = to_document(value, kind)
        items = made if kind.name == "ARRAY" and is_each and made is not None else [made]
        change = _append if is_append else _insert
        root = change(root, steps(path), items)
    return dump(root)


def _append(root: Any, path: tuple[Step, ...], items: list[Any]) -> Any:
    target = follow(root, path)
    if isinstance(target, list):
        target.extend(items)
    elif target is None:
        return _set(root, path, list(items), True)
    return root


def _insert(root: Any, path: tuple[Step, ...], items: list[Any]) -> Any:
    if not path or not isinstance(path[-1], int):
        return root
    target, place = follow(root, path[:-1]), path[-1]
    if target is None:
        return _set(root, path[:-1], [*[None] * place, *items], True)
    if isinstance(target, list):
        target.extend([None] * (place - len(target)))
        target[place:place] = items
    return root


@scalar("bq_json_array_append", "JSON", takes_nulls=True)
def json_array_append(types: list[str], document: str | None, *values: Any) -> str | None:
    """JSON_ARRAY_APPEND."""
    return _inserted("append", types, document, values)


@scalar("bq_json_array_insert", "JSON", takes_nulls=True)
def json_array_insert(types: list[str], document: str | None, *values: Any) -> str | None:
    """JSON_ARRAY_INSERT."""
    return _inserted("insert", types, document, values)


_EMPTY = object()


def _stripped(node: Any, in_arrays: bool, no_empty: bool) -> Any:
    if isinstance(node, dict):
        fields = {name: _stripped(item, in_arrays, no_empty) for name, item in node.items()}
        kept = {
            name: item for name, item in fields.items() if item is not _EMPTY and item is not None
        }
        return _EMPTY if no_empty and not kept else kept
    if isinstance(node, list):
        if not in_arrays:
            items = [_stripped(item, in_arrays, no_empty) for item in node]
            return [None if item is _EMPTY else item for item in items]
        items = [_stripped(item, in_arrays, no_empty) for item in node]
        kept_items = [item for item in items if item is not _EMPTY and item is not None]
        return _EMPTY if no_empty and not kept_items else kept_items
    return node


@scalar("bq_json_strip_nulls", "JSON", takes_nulls=True)
def json_strip_nulls(
    document: str | None, path: str | None = None, in_arrays: Any = None, no_empty: Any = None
) -> str | None:
    """JSON_STRIP_NULLS."""
    if document is None:
        return None
    root = parse(document)
    inner = steps(path or "$")
    target = follow(root, inner)
    if target is MISSING:
        return dump(root)
    result = _stripped(target, in_arrays is not False, bool(no_empty))
    return dump(_put(root, inner, None if result is _EMPTY else result))


def _put(root: Any, path: tuple[Step, ...], value: Any) -> Any:
    """The root with the value in the place that the path leads to, which is there."""
    if not path:
        return value
    follow(root, path[:-1])[path[-1]] = value
    return root


@scalar("bq_json_keys", "VARCHAR[]", takes_nulls=True)
def json_keys(
    document: str | None, depth: int | None = None, mode: str | None = None
) -> list[str] | None:
    """JSON_KEYS: the names of fields, with those above them, in order."""
    if document is None:
        return None
    if depth is not None and depth < 1:
        raise SqlError("max_depth must be positive.")
    chosen = (mode or "strict").lower()
    if chosen not in ("strict", "lax", "lax recursive"):
        raise SqlError(f"Invalid JSON mode specified: {mode}")
    found: set[str] = set()
    _collect(parse(document), "", depth or 10**6, chosen, found, False)
    return sorted(found, key=lambda name: name.encode())


def _collect(
    node: Any, prefix: str, depth: int, mode: str, found: set[str], in_array: bool
) -> None:
    if isinstance(node, dict) and depth > 0:
        for name, item in node.items():
            spelled = name if name.isidentifier() else '"' + name.replace('"', '\\"') + '"'
            key = f"{prefix}.{spelled}" if prefix else spelled
            found.add(key)
            _collect(item, key, depth - 1, mode, found, False)
    elif isinstance(node, list) and mode != "strict" and (mode == "lax recursive" or not in_array):
        for item in node:
            _collect(item, prefix, depth, mode, found, True)
