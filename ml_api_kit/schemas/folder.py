"""The schemas of an application: every `*.json` file of one folder, compiled once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas.compiled import CompiledSchema
from ml_api_kit.schemas.references import base_uri, uris


class SchemaFolder:
    """The schemas in a folder, by name; the name of `answers.json` is `answers`.

    A `$ref` may lead to another file of the folder (`items.json#/$defs/item`), and nowhere else.

    Attributes:
        documents: the schemas as they stand in the files, by name.

    Raises SchemaError: when the folder is missing, a file is no JSON, or is no JSON Schema; the
    message names the file and the place in it.
    """

    def __init__(self, folder: str | Path) -> None:
        """Read and compile every `*.json` file in `folder`."""
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise SchemaError(
                f"There is no schema folder {self.folder}; make it, or set MLAPI_SCHEMA_FOLDER to"
                " the folder that holds the *.json schemas."
            )
        files = sorted(self.folder.glob("*.json"))
        self.documents: Mapping[str, Any] = {file.stem: _read(file) for file in files}
        by_uri = uris(self.documents)
        self._compiled = {
            file.stem: CompiledSchema(
                self.documents[file.stem],
                name=str(file),
                folder_name=file.stem,
                retrieve=lambda uri: self.documents[by_uri[uri]],
                base_uri=base_uri(file.stem),
            )
            for file in files
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self._compiled)

    def __contains__(self, name: object) -> bool:
        return name in self._compiled

    def __getitem__(self, name: str) -> CompiledSchema:
        """The compiled schema called `name`.

        Raises SchemaError: when the folder has no such schema; the message names the nearest.
        """
        try:
            return self._compiled[name]
        except KeyError:
            raise SchemaError(self._no_such(name)) from None

    def _no_such(self, name: str) -> str:
        near = get_close_matches(name, self._compiled, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"write {self.folder / name}.json."
        return f"There is no schema {name!r} in {self.folder}; {hint}"


def _read(file: Path) -> Any:
    try:
        document = json.loads(file.read_bytes())
    except ValueError as error:  # JSONDecodeError, UnicodeDecodeError
        raise SchemaError(f"{file} is not JSON: {error}. Mend the file.") from error
    if not isinstance(document, dict | bool):
        raise SchemaError(f"{file} is no JSON Schema: it must hold an object, or true or false.")
    return document
