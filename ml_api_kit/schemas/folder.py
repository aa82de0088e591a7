"""The schemas of an application: every `*.json` file of one folder, compiled once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas.compiled import CompiledSchema
from ml_api_kit.schemas.lint import refuse_faults
from ml_api_kit.schemas.read import read_schema
from ml_api_kit.schemas.references import base_uri, uris


class SchemaFolder:
    """The schemas in a folder, by name; the name of `answers.json` is `answers`.

    A `$ref` may lead to another file of the folder (`items.json#/$defs/item`), and nowhere else.

    Attributes:
        documents: the schemas as they stand in the files, by name.

    Raises SchemaError: when the folder is missing, a file is no JSON, is no JSON Schema, or cannot
    mean what it says; the message names the file and the places in it.
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
        read = {file: read_schema(file) for file in files}
        self.documents: Mapping[str, Any] = {file.stem: read[file][0] for file in files}
        for file, (schema, text) in read.items():
            refuse_faults(schema, label=str(file), name=file.stem, others=self.documents, text=text)
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
