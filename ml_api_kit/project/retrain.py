"""Trains the model of a converted project anew."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ml_api_kit.errors import ProjectError
from ml_api_kit.project.work_folder import WorkFolder, read_work_folder
from ml_api_kit.research.check import (
    ALL_GOLDEN,
    SAMPLE_GOLDEN,
    read_golden,
    read_record,
    spread_sample,
    write_golden,
)

TRAINING_SCRIPT = Path("training", "train.py")


def retrain_project(project: Path) -> int:
    """Run the project's training script, and put what it learned in place of the artifacts.

    The request path stays as it is: what the script learns must fit into it. The golden cases
    become those of the new model; `mlapi check` holds the project to them.

    Returns:
        How many golden rows the new model has.

    Raises ProjectError: when this is no converted project, or the script makes another request
        path than the project has; nothing is changed.
    Raises ResearchError: when the script cannot be read, does not run, or takes too much.
    """
    from ml_api_kit.research.convert import ConversionOptions, convert

    script = project / TRAINING_SCRIPT
    if not script.is_file():
        raise ProjectError(f"There is no {script}: convert the research code anew instead.")
    record = read_record(project)
    model = record.get("model") or {}
    options = ConversionOptions(model=model.get("variable"), noun=_answer_name(project, record))
    with tempfile.TemporaryDirectory(prefix="mlapi-train-") as parent:
        work = Path(parent)
        convert(script, work, options=options)
        made = read_work_folder(work, notebook=script.name)
        _refuse_other_path(project, made, record["package"])
        golden = read_golden(made.golden_file)
        _replace_artifacts(work / "artifacts", project / "artifacts")
        write_golden(project / SAMPLE_GOLDEN, spread_sample(golden))
        write_golden(project / ALL_GOLDEN, golden)
    return len(golden)


def _answer_name(project: Path, record: Mapping[str, Any]) -> str:
    """The name of the answer, which the project's schemas have."""
    sample = json.loads((project / SAMPLE_GOLDEN).read_text("utf-8"))
    cases = sample["cases"] if isinstance(sample, dict) else sample
    return str(next(iter(cases[0]["answer"])))


def _refuse_other_path(project: Path, made: WorkFolder, package: str) -> None:
    """Pass when the functions of the request path are those that the project has."""
    source = made.module("preprocessing", package=package)
    path = project / package / "preprocessing.py"
    if source is None or _code(source) != _code(path.read_text("utf-8")):
        raise ProjectError(
            f"The training script makes another request path than {path} has: the data has other "
            "columns or categories, or the module was changed by hand. Nothing was changed. "
            f"Convert {project / TRAINING_SCRIPT} into a new project and compare."
        )


def _code(source: str) -> str:
    """A module's code without what is said of where it comes from."""
    import ast

    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.dump(tree)


def _replace_artifacts(new: Path, old: Path) -> None:
    """Put a folder in place of another; what was there is kept until the new one stands."""
    beside = old.with_name(f".{old.name}-new")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(new, beside)
    before = old.with_name(f".{old.name}-before")
    shutil.rmtree(before, ignore_errors=True)
    old.rename(before)
    beside.rename(old)
    shutil.rmtree(before)
