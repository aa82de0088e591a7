"""Trains the model of a converted project anew: its research code runs once more.

1. run:      `training/train.py` on what lies in `training/`, as when the project was made
2. compare:  the project's modules must answer the new golden rows with the new artifacts
3. replace:  artifacts, golden rows, data and schemas; the modules stay as they are
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_api_kit.contract.folder_swap import put_in_place
from ml_api_kit.errors import ProjectError
from ml_api_kit.project.converted_schemas import write_request_schemas
from ml_api_kit.project.source_table import known_rows, write_source_table
from ml_api_kit.project.work_folder import Interface, WorkFolder, read_work_folder
from ml_api_kit.research.check import (
    ALL_GOLDEN,
    SAMPLE_GOLDEN,
    GoldenCase,
    read_golden,
    read_record,
    sample_size,
    spread_sample,
    unchecked_conversion,
    write_conversion,
    write_golden,
)
from ml_api_kit.research.check.probe import probe_artifacts

TRAINING_SCRIPT = "training/train.py"


@dataclass(frozen=True, slots=True)
class _Trained:
    """What a run of the training gave."""

    work: WorkFolder
    golden: list[GoldenCase]


def retrain_project(project: Path) -> int:
    """The number of golden rows that the project in the folder `project` has after training anew.

    Nothing is changed before the project's modules have answered the new golden rows as the
    research code did. What `conversion.json` claims is then to be checked anew.

    Raises ProjectError: when this is no converted project, or its modules do not fit what was
        learned: the code itself has to be converted anew.
    Raises ResearchError: when the training does not run.
    """
    record = read_record(project)
    script = project / TRAINING_SCRIPT
    if not script.is_file():
        raise ProjectError(f"There is no {TRAINING_SCRIPT} in {project.resolve()} to train with.")
    with tempfile.TemporaryDirectory(prefix="mlapi-train-") as folder:
        trained = _train(script, Path(folder), record)
        _compare(project, record, trained)
        _replace(project, record, trained)
        return len(trained.golden)


def _train(script: Path, folder: Path, record: dict[str, Any]) -> _Trained:
    from ml_api_kit.research.record.process import record as run_once

    model = record["model"] or {}
    run_once(script, folder, options={"model": model.get("variable"), "noun": record["name"]})
    work = read_work_folder(folder, notebook=script.name)
    return _Trained(work, read_golden(work.golden_file))


def _compare(project: Path, record: dict[str, Any], trained: _Trained) -> None:
    interface = trained.work.interface
    columns = [column.name for column in interface.columns]
    if columns != record["columns"] or interface.model_class != record["model_class"]:
        raise ProjectError(
            f"{TRAINING_SCRIPT} now asks for {', '.join(columns) or 'no columns'}, and the modules "
            f"of the project for {', '.join(record['columns']) or 'none'}. Convert it anew."
        )
    probe = probe_artifacts(
        project,
        record,
        artifacts=trained.work.folder / "artifacts",
        golden=trained.work.golden_file,
    )
    if not probe.is_equal:
        why = probe.error or "the answers differ from those of the research code"
        raise ProjectError(
            f"The project's modules do not fit what {TRAINING_SCRIPT} learned: {why}. Nothing was "
            "changed; convert the code anew."
        )


def _replace(project: Path, record: dict[str, Any], trained: _Trained) -> None:
    _replace_artifacts(trained.work.folder / "artifacts", project / "artifacts")
    row_seconds = (record["latency"]["after_ms"] or 0.0) / 1000
    sample = spread_sample(trained.golden, size=sample_size(row_seconds))
    write_golden(project / SAMPLE_GOLDEN, sample)
    write_golden(project / ALL_GOLDEN, trained.golden)
    interface = trained.work.interface
    if interface.has_row_path:
        # What is answered is up to the modules, which stay as they are.
        schemas = project / record["package"] / "config" / "schemas"
        write_request_schemas(schemas, interface, trained.golden, with_ranges=record["with_ranges"])
        _replace_data(project, trained, interface)
    kept = record | {"recorded_rows": len(trained.golden)}
    write_conversion(project, unchecked_conversion(kept))


def _replace_artifacts(new: Path, place: Path) -> None:
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}.partial")
    shutil.copytree(new, draft)
    try:
        put_in_place(draft, place)
    finally:
        # What stood there before stands here now.
        shutil.rmtree(draft, ignore_errors=True)


def _replace_data(project: Path, trained: _Trained, interface: Interface) -> None:
    known = known_rows(trained.golden)
    for file in (project / "data").glob("*.csv"):
        write_source_table(file, trained.work.source_rows(), interface.columns, known=known)
