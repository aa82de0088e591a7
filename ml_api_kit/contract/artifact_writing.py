"""Artifacts written: beside the folder first, then put in its place in one step."""

from __future__ import annotations

import json
import os
import pickle
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_api_kit.contract.folder_swap import put_in_place
from ml_api_kit.contract.json_values import find_not_json
from ml_api_kit.contract.manifest import MANIFEST_NAME, Kind, check_name, file_entry, to_manifest
from ml_api_kit.errors import ArtifactError


@dataclass(frozen=True, slots=True)
class Artifact:
    """One frozen thing, as the bytes of the file it will be: `kind` says how they are read back."""

    content: bytes
    kind: Kind = "bytes"


def json_artifact(value: Any) -> Artifact:
    """An artifact of parameters that JSON can hold; floats come back as the same floats.

    A tuple comes back as a list.

    Raises ArtifactError: when JSON cannot hold the value, such as NaN, or a key that is no string.

    >>> json_artifact({"mean": 0.1}).kind
    'json'
    """
    fault = find_not_json(value)
    if fault is not None:
        raise ArtifactError(
            f"The parameters cannot be JSON at {fault.path or 'the top'}: {fault.reason}."
        )
    return Artifact(json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n", "json")


def pickle_artifact(value: object) -> Artifact:
    """An artifact of a Python object, for what neither JSON nor ONNX can hold.

    Raises ArtifactError: when the object cannot be pickled, such as a lambda.

    >>> pickle_artifact({1, 2}).kind
    'pickle'
    """
    try:
        return Artifact(pickle.dumps(value, protocol=5), "pickle")
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ArtifactError(
            f"A {type(value).__qualname__} cannot be pickled: {error}. Keep its parameters as "
            "JSON, or define what it holds at the top of a module."
        ) from error


def write_artifacts(folder: Path, artifacts: Mapping[str, Artifact]) -> None:
    """Write `artifacts`, by file name, and their manifest as the `folder`, in place of the old one.

    The new folder is written beside the old one and takes its place only when all of it is on the
    disk: whoever reads finds the old folder or the new, and an interruption leaves the old.

    Raises ArtifactError: when a name is no plain file name, or `folder` is something that is not an
        artifacts folder, and is left as it was.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as parent:
    ...     write_artifacts(Path(parent, "a"), {"parameters.json": json_artifact([1, 2])})
    ...     sorted(path.name for path in Path(parent, "a").iterdir())
    ['manifest.json', 'parameters.json']
    """
    # Resolved, so that a link to the folder goes on leading to it.
    folder = Path(folder).resolve()
    for name in artifacts:
        check_name(name)
    _refuse_other_folder(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.partial")
    draft.mkdir()
    try:
        _fill(draft, artifacts)
        put_in_place(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _refuse_other_folder(folder: Path) -> None:
    if folder.is_dir() and (not any(folder.iterdir()) or (folder / MANIFEST_NAME).is_file()):
        return
    if folder.exists():
        raise ArtifactError(
            f"{folder} exists and is not an artifacts folder: it has no {MANIFEST_NAME}. "
            "Nothing was "
            "written. Name a folder that does not exist, or move that one elsewhere."
        )


def _fill(draft: Path, artifacts: Mapping[str, Artifact]) -> None:
    entries = {name: file_entry(one.content, one.kind) for name, one in artifacts.items()}
    for name, artifact in artifacts.items():
        _write(draft / name, artifact.content)
    _write(draft / MANIFEST_NAME, to_manifest(entries))


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
