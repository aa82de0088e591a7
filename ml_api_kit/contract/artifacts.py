"""Artifacts read back: every digest is checked first, and only checked bytes are parsed."""

from __future__ import annotations

import builtins
import io
import json
import os
import pickle
import stat
from pathlib import Path
from types import ModuleType
from typing import Any

from ml_api_kit.contract.manifest import (
    MANIFEST_NAME,
    TRAIN_ANEW,
    FileEntry,
    Kind,
    file_entry,
    from_manifest,
)
from ml_api_kit.errors import ArtifactError


class Artifacts:
    """The verified content of an artifacts folder, held in memory until it is let go.

    The folder is read once, at construction: what is parsed later is the very bytes whose digest
    held, whatever happens to the files in between.

    >>> from tempfile import TemporaryDirectory
    >>> from ml_api_kit.contract import json_artifact, write_artifacts
    >>> with TemporaryDirectory() as parent:
    ...     folder = Path(parent, "artifacts")
    ...     write_artifacts(folder, {"parameters.json": json_artifact({"mean": 0.5})})
    ...     Artifacts(folder).json("parameters.json")
    {'mean': 0.5}
    """

    def __init__(self, folder: Path) -> None:
        """Read the folder's manifest and all of its files, and check every digest.

        Raises ArtifactError: when the folder or its manifest is missing or malformed, a file is
            missing, altered, not listed or not a plain file.
        """
        self.folder = Path(folder)
        self._entries = from_manifest(self._manifest(), where=str(self.folder / MANIFEST_NAME))
        self._refuse_unlisted()
        self._contents = {name: self._verified(name) for name in self._entries}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files, sorted."""
        return tuple(sorted(self._entries))

    def bytes(self, name: str) -> builtins.bytes:
        """The bytes of the file `name`, of whatever kind it is.

        Raises ArtifactError: when there is no such file.
        """
        if name not in self._contents:
            raise ArtifactError(
                f"{self.folder} has no artifact {name!r}; it has "
                f"{', '.join(self.names) or 'none'}. {TRAIN_ANEW}"
            )
        return self._contents[name]

    def json(self, name: str) -> Any:
        """The JSON value in the file `name`.

        Raises ArtifactError: when there is no such file, or it was written as something else.
        """
        content = self._of_kind(name, "json")
        try:
            return json.loads(content)
        except ValueError as error:
            raise ArtifactError(
                f"{self.folder / name} is not JSON: {error}. {TRAIN_ANEW}"
            ) from error

    def pickle(self, name: str, *, code: ModuleType | None = None) -> Any:
        """The Python object in the file `name`, which was written as a pickle.

        Classes and functions that were defined where the object was trained, in `__main__`, are
        looked up in the module `code`.

        Unpickling runs code. That the digest held says that the file is the one the manifest lists,
        not that whoever wrote both is to be trusted.

        Raises ArtifactError: when there is no such file, it was written as something else, or a
            class that it needs is not there or has changed.
        """
        content = self._of_kind(name, "pickle")
        try:
            return _Unpickler(content, code).load()
        except (pickle.UnpicklingError, AttributeError, ImportError, EOFError, IndexError) as error:
            raise ArtifactError(
                f"{self.folder / name} cannot be unpickled: {error}. Install the versions it "
                "was trained with, or train the model anew."
            ) from error

    def _of_kind(self, name: str, kind: Kind) -> builtins.bytes:
        content = self.bytes(name)
        found = self._entries[name].kind
        if found != kind:
            raise ArtifactError(
                f"{self.folder / name} was written as {found}, and is read as {kind}. Read it "
                f"as {found}."
            )
        return content

    def _manifest(self) -> builtins.bytes:
        if not self.folder.is_dir():
            raise ArtifactError(f"There is no artifacts folder {self.folder}. {TRAIN_ANEW}")
        return self._read(MANIFEST_NAME)

    def _refuse_unlisted(self) -> None:
        for path in sorted(self.folder.iterdir()):
            if path.name != MANIFEST_NAME and path.name not in self._entries:
                raise ArtifactError(
                    f"{path} is not listed in {MANIFEST_NAME}. Move it elsewhere, or train the "
                    "model anew."
                )

    def _verified(self, name: str) -> builtins.bytes:
        expected = self._entries[name]
        content = self._read(name)
        found = file_entry(content, expected.kind)
        if found != expected:
            raise ArtifactError(_altered(self.folder / name, expected, found))
        return content

    def _read(self, name: str) -> builtins.bytes:
        path = self.folder / name
        try:
            descriptor = os.open(path, _READ_ONLY)
        except FileNotFoundError as error:
            raise ArtifactError(f"{path} is missing. {TRAIN_ANEW}") from error
        except OSError as error:
            raise ArtifactError(
                f"{path} cannot be read as a plain file, which an artifact must be and not a link: "
                f"{error.strerror}. {TRAIN_ANEW}"
            ) from error
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise ArtifactError(f"{path} is not a plain file. {TRAIN_ANEW}")
            return file.read()


class _Unpickler(pickle.Unpickler):
    """An unpickler that finds what a notebook or script defined in a module that holds it now."""

    def __init__(self, content: builtins.bytes, code: ModuleType | None) -> None:
        super().__init__(io.BytesIO(content))
        self._code = code

    def find_class(self, module: str, name: str) -> Any:
        if module == "__main__" and self._code is not None:
            return getattr(self._code, name)
        return super().find_class(module, name)


# A link could lead outside the folder, and a pipe would wait for a writer for ever; neither flag
# exists on Windows, which has neither in a folder it was not put into on purpose.
_READ_ONLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_READ_ONLY |= getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def _altered(path: Path, expected: FileEntry, found: FileEntry) -> str:
    return (
        f"{path} is not the file that was written: the manifest has sha256 {expected.sha256} "
        f"({expected.size_bytes} bytes), the file {found.sha256} ({found.size_bytes} bytes). "
        f"{TRAIN_ANEW}"
    )
