"""A JSON Schema read from a file, with the schemas it refers to brought into it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

from ml_api_kit.errors import SchemaError
from ml_api_kit.loadtest.references import change_references


def load_schema(path: Path) -> dict[str, Any]:
    """The schema in `path`, with every schema of its folder that it refers to under its `$defs`.

    References go to files beside `path` or in folders below, by relative path or by the other
    file's `$id`; nothing is ever fetched. References into a document by `$anchor` are not known.

    Raises SchemaError: when a file is missing or holds no JSON object, or a reference leads to no
    schema in the folder.
    """
    return _Bundle(path).bundled()


class _Bundle:
    def __init__(self, path: Path) -> None:
        self._root = path.resolve()
        self._folder = self._root.parent
        self._ids: dict[str, Path] | None = None
        self._names: dict[Path, str] = {}
        self._waiting: list[Path] = []

    def bundled(self) -> dict[str, Any]:
        root = self._with_local_references(self._root)
        definitions: dict[str, Any] = {}
        while self._waiting:
            path = self._waiting.pop()
            definitions[self._names[path]] = self._with_local_references(path)
        if definitions:
            root["$defs"] = root.get("$defs", {}) | definitions
        return root

    def _with_local_references(self, path: Path) -> dict[str, Any]:
        document = _read_object(path)
        # An `$id` would change what the references below it are relative to.
        base = document.pop("$id", "")
        if path != self._root:
            document.pop("$schema", None)
        changed: dict[str, Any] = change_references(
            document, lambda reference: self._local_reference(reference, path, base)
        )
        return changed

    def _local_reference(self, reference: str, source: Path, base: str) -> str:
        address, fragment = urldefrag(reference)
        if fragment and not fragment.startswith("/"):
            raise SchemaError(
                f"{source}: $ref {reference!r} goes to an $anchor, which is not known here; "
                "refer to the place by its JSON Pointer, such as '#/$defs/name'."
            )
        target = self._find(address, source, base) if address else source
        if target == self._root:
            return f"#{fragment}"
        if target not in self._names:
            self._names[target] = target.relative_to(self._folder).as_posix().replace("/", ".")
            self._waiting.append(target)
        return f"#/$defs/{self._names[target]}{fragment}"

    def _find(self, address: str, source: Path, base: str) -> Path:
        beside = (source.parent / address).resolve()
        if "://" not in address and beside.is_file() and beside.is_relative_to(self._folder):
            return beside
        if self._ids is None:
            self._ids = _ids_in(self._folder)
        target = self._ids.get(urljoin(base, address)) or self._ids.get(address)
        if target is None:
            raise SchemaError(
                f"{source}: $ref {address!r} leads to no schema; there is neither such a file nor "
                f"a file with this $id in {self._folder}. References are never fetched."
            )
        return target


def _ids_in(folder: Path) -> dict[str, Path]:
    documents = ((path, _read_object(path)) for path in sorted(folder.rglob("*.json")))
    return {document["$id"].rstrip("#"): path for path, document in documents if "$id" in document}


def _read_object(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SchemaError(f"There is no schema file {path}.") from None
    except ValueError as error:
        raise SchemaError(f"{path} is not JSON in UTF-8: {error}.") from error
    if not isinstance(document, dict):
        raise SchemaError(f"{path} holds {document!r}, not an object; write a JSON Schema there.")
    return document
