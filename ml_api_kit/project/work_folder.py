"""What research code became, before it is a project: the work folder that modularize writes.

    interface.json             the name, the noun, the columns asked for, the answers, the source,
                               every statement with its category
    package/                   preprocessing.py, prediction.py, training.py
    pandas/                    the same modules as the research code wrote them, where they differ
    artifacts/                 what was learned, with the digest of every file
    golden.jsonl               raw rows, and the answers the research code gave for them
    source.csv                 the raw rows of the data source, with the columns of the interface

A module says `__package__name__` where the name of the project's package goes.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_api_kit.errors import ProjectError
from ml_api_kit.schemas import ColumnSpec

PACKAGE_TOKEN = "__package__name__"

# A text column may hold whole documents.
_LONGEST_VALUE = 100_000_000


@dataclass(frozen=True, slots=True)
class Interface:
    """What the API takes and gives.

    Attributes:
        name: what one answer is called, such as `price`.
        noun: what several are called, which names the endpoint, such as `prices`.
        columns: the raw columns that a request must give, in order.
        answers: the columns of an answer.
        model: what predicts: its `variable`, `class`, `cell` and `line`; None where nothing does.
        model_class: the class in `prediction.py`.
        source: where the research code read its data: `kind`, `text`, `file` and `rows`.
        has_row_path: whether rows of a request can be answered.
        request_path: `python`, `pandas` or `batch`.
        requirements: what the modules import beyond ml-api-kit, each pinned.
        reasons: each place that fell short: `file`, `line`, `what` and `why`.
        seconds: how long each step took.
        row_seconds: how long one answer takes; 0 where it was not measured.
        filters: where the research code left rows out: `cell`, `line`, `text`, `rows` and `kept`.
        corrections: where it gave a cell of a row another value: `cell`, `line`, `text` and `row`.
    """

    name: str
    noun: str
    columns: tuple[ColumnSpec, ...]
    answers: tuple[ColumnSpec, ...]
    model: Mapping[str, Any] | None
    model_class: str
    source: Mapping[str, Any]
    has_row_path: bool
    request_path: str
    requirements: tuple[str, ...]
    reasons: tuple[Mapping[str, Any], ...]
    seconds: Mapping[str, float]
    row_seconds: float
    filters: tuple[Mapping[str, Any], ...] = ()
    corrections: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class WorkFolder:
    """A work folder that was read: where it is, its interface, its statements, its notebook."""

    folder: Path
    interface: Interface
    statements: tuple[Mapping[str, Any], ...]
    notebook: str

    @property
    def golden_file(self) -> Path:
        """The file of the golden cases."""
        return self.folder / "golden.jsonl"

    def module(self, name: str, *, package: str) -> str | None:
        """The source of a module with `package` as its own package; None if there is none."""
        return _source(self.folder / "package" / f"{name}.py", package)

    def pandas_module(self, name: str, *, package: str) -> str | None:
        """The source of a module as the research code wrote it; None where it is no other."""
        return _source(self.folder / "pandas" / f"{name}.py", package)

    def record(self, *, package: str, recorded_rows: int) -> dict[str, Any]:
        """What `conversion.json` says of the research code, whatever the check finds."""
        interface = self.interface
        return {
            "notebook": self.notebook,
            "model": interface.model,
            "endpoint": f"/v1/{interface.noun}",
            "package": package,
            "name": interface.name,
            "columns": [column.name for column in interface.columns],
            "model_class": interface.model_class,
            "has_row_path": interface.has_row_path,
            "recorded_rows": recorded_rows,
            "reasons": list(interface.reasons),
            "filters": list(interface.filters),
            "corrections": list(interface.corrections),
            "statements": list(self.statements),
            "steps": dict(interface.seconds),
        }

    def source_rows(self) -> Iterator[dict[str, str]]:
        """The raw rows of the data source, as texts; empty where missing."""
        csv.field_size_limit(_LONGEST_VALUE)
        with (self.folder / "source.csv").open(newline="", encoding="utf-8") as file:
            yield from csv.DictReader(file)


def read_work_folder(folder: Path, *, notebook: str | None = None) -> WorkFolder:
    """What the folder holds, made of the file named `notebook`.

    Raises ProjectError: when it is no work folder, or lacks something.
    """
    interface = _json(folder / "interface.json")
    try:
        statements = tuple(interface.get("statements", ()))
        return WorkFolder(folder, _interface(interface), statements, notebook or "the notebook")
    except (KeyError, TypeError) as error:
        raise ProjectError(
            f"{folder / 'interface.json'} lacks {error}: convert the notebook anew."
        ) from error


def _interface(found: Mapping[str, Any]) -> Interface:
    return Interface(
        name=found["name"],
        noun=_noun(found["noun"]),
        columns=tuple(_column(column) for column in found["columns"]),
        answers=tuple(_column(column) for column in found["answers"]),
        model=found["model"],
        model_class=found["model_class"],
        source=found["source"],
        has_row_path=found["has_row_path"],
        request_path=found["request_path"],
        requirements=tuple(found.get("requirements", ())),
        reasons=tuple(found.get("reasons", ())),
        seconds=found.get("seconds", {}),
        row_seconds=found.get("trial", {}).get("seconds_one_row", 0.0),
        filters=tuple(found.get("filters", ())),
        corrections=tuple(found.get("corrections", ())),
    )


def _noun(text: str) -> str:
    """The noun as a part of an address and of names in Python."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise ProjectError(
            f"{text!r} cannot name an endpoint; give a plural of lower-case letters, digits and "
            "underscores, such as prices."
        )
    return text


def _column(found: Mapping[str, Any]) -> ColumnSpec:
    enum = found.get("enum")
    return ColumnSpec(
        name=found["name"],
        type=found["type"],
        nullable=found.get("nullable", False),
        enum=None if enum is None else tuple(enum),
        minimum=found.get("minimum"),
        maximum=found.get("maximum"),
        examples=tuple(found.get("examples", ())),
        description=found.get("description"),
    )


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ProjectError(f"{path} cannot be read: {error}. Convert the notebook anew.") from error


def _source(path: Path, package: str) -> str | None:
    if not path.is_file():
        return None
    return path.read_text("utf-8").replace(PACKAGE_TOKEN, package)
