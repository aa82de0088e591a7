"""What was learned from the training data, by name: JSON where it can be, a pickle where not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from ml_api_kit.contract.artifact_writing import Artifact, json_artifact, pickle_artifact
from ml_api_kit.contract.artifacts import Artifacts

FROZEN_FILE = "frozen.json"
_PAIRS = "pairs"


def freeze_values(values: Mapping[str, Any]) -> dict[str, Artifact]:
    """The artifacts that hold `values`: `frozen.json`, and a pickle for each that is no JSON.

    A dictionary whose keys are not all texts is written as a list of pairs; NaN is no JSON, so what
    holds it is pickled.

    Raises ArtifactError: when a value can neither be written as JSON nor be pickled.

    >>> sorted(freeze_values({"age_mean": 29.7, "codes": {1: "a"}, "cuts": complex(1, 2)}))
    ['cuts.pickle', 'frozen.json']
    """
    document: dict[str, Any] = {}
    files: dict[str, Artifact] = {}
    for name, value in values.items():
        if _is_json(value):
            document[name] = {"value": value}
        elif isinstance(value, dict) and all(
            _is_json(key) and not isinstance(key, list | dict) and _is_json(one)
            for key, one in value.items()
        ):
            document[name] = {_PAIRS: [[key, one] for key, one in value.items()]}
        else:
            document[name] = {"file": f"{name}.pickle"}
            files[f"{name}.pickle"] = pickle_artifact(value)
    return {FROZEN_FILE: json_artifact(document), **files}


def load_frozen(artifacts: Artifacts, *, code: ModuleType | None = None) -> dict[str, Any]:
    """What `freeze_values` wrote, by name; `code` is as in `Artifacts.pickle`.

    Raises ArtifactError: when it is not among the `artifacts`.
    """
    document = artifacts.json(FROZEN_FILE)
    return {name: _loaded(artifacts, entry, code) for name, entry in document.items()}


def _loaded(artifacts: Artifacts, entry: dict[str, Any], code: ModuleType | None) -> Any:
    if "file" in entry:
        return artifacts.pickle(entry["file"], code=code)
    if _PAIRS in entry:
        return dict(entry[_PAIRS])
    return entry["value"]


def _is_json(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, list):
        return all(map(_is_json, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(one) for key, one in value.items())
    return isinstance(value, str | int | type(None))
