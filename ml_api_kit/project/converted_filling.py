"""Fills a project with converted research code in place of the worked example.

work folder                      project
package/preprocessing.py …       <package>/preprocessing.py …
artifacts/                       artifacts/
interface.json                   <package>/config/schemas/, <package>/preparation.py
source.csv                       data/<source>.csv, with its schema
golden.jsonl                     tests/golden/: a sample, and all of them beside the repository
interface.json                   conversion.json
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ml_api_kit.errors import ProjectError, ProjectNameError
from ml_api_kit.project.converted_readme import readme_variables
from ml_api_kit.project.converted_schemas import MOST_ROWS, write_schemas
from ml_api_kit.project.model_requirements import Requirements, import_names, split_requirements
from ml_api_kit.project.name import ProjectName
from ml_api_kit.project.source_table import (
    known_rows,
    source_name,
    table_columns,
    write_source_table,
)
from ml_api_kit.project.template_folder import converted_folder
from ml_api_kit.project.work_folder import WorkFolder
from ml_api_kit.research.check import (
    ALL_GOLDEN,
    NOTEBOOK_MODULES,
    SAMPLE_GOLDEN,
    GoldenCase,
    read_golden,
    sample_size,
    spread_sample,
    unchecked_conversion,
    write_conversion,
    write_golden,
)

_LONGEST_LITERAL = 86
_LEAST_BODY_BYTES = 1_000_000
# What Cloud Run accepts over HTTP/1.
# Source: https://cloud.google.com/run/quotas#cloud_run_limits
_MOST_BODY_BYTES = 32_000_000
_TRAINING = "training"
_MODULES = ("preprocessing", "prediction", "postprocessing", "estimators", _TRAINING)


class ConvertedFilling:
    """What a work folder puts into a project, given to `bake_project`."""

    def __init__(
        self, work: WorkFolder, *, with_ranges: bool = False, started_s: float | None = None
    ) -> None:
        """Read the golden cases of the work folder.

        With ranges, a request's numbers must lie between the smallest and the largest of the data
        source. `started_s` is when the conversion began, by `time.monotonic`; now when left out.

        Raises ProjectError: when there are none, or they cannot be read.
        """
        self._work = work
        self._with_ranges = with_ranges
        self._known_s = 0.0 if started_s is None else sum(work.interface.seconds.values())
        self._started_s = time.monotonic() if started_s is None else started_s
        self._golden = read_golden(work.golden_file)
        if not self._golden:
            raise ProjectError(f"{work.golden_file} holds no golden case: convert the code anew.")

    def defaults(self) -> Mapping[str, str]:
        """The sentence that describes the project, where the user gives none."""
        noun = self._work.interface.noun.replace("_", " ")
        file = re.sub(r'["\\{}\s]+', " ", self._work.notebook)
        return {"description": f"The {noun} that {file} computes."}

    def variables(self, names: ProjectName) -> Mapping[str, Any]:
        """What the templates say of this project."""
        interface = self._work.interface
        self._refuse_hiding(names)
        columns = table_columns(column.name for column in interface.columns)
        needed = self._requirements(names)
        source = source_name(self._work)
        return {
            "is_converted": True,
            "has_rows": interface.has_row_path,
            "has_training": self._work.module("training", package=names.package) is not None,
            "answer": interface.name,
            "answer_words": interface.name.replace("_", " "),
            "noun": interface.noun,
            "noun_words": interface.noun.replace("_", " "),
            "model_class": interface.model_class,
            "max_body_bytes": f"{_most_body_bytes(self._golden):_}",
            "source": source,
            "table": f"{names.package}.{source}",
            "table_setting": "source_table",
            "table_words": "the rows of the data source",
            "table_columns": _literal(columns),
            "answer_columns": _literal(tuple(column.name for column in interface.answers)),
            "answering": list(needed.answering),
            "training": list(needed.training),
            # The first of those with the most columns: some are known of a part of the rows alone.
            **readme_variables(self._work, max(self._golden, key=lambda one: len(one.answer))),
        }

    def fill(self, project: Path, names: ProjectName, render: Callable[[Path], object]) -> None:
        """Put the converted code, its data, artifacts and golden cases into `project`."""
        package = project / names.package
        _take_example_out(project, package)
        render(converted_folder())
        self._write_modules(package)
        shutil.copytree(self._work.folder / "artifacts", project / "artifacts")
        if (self._work.folder / "training").is_dir():
            shutil.copytree(self._work.folder / "training", project / "training")
        write_schemas(
            package / "config" / "schemas",
            self._work.interface,
            self._golden,
            with_ranges=self._with_ranges,
        )
        self._write_data(project / "data")
        self._write_golden(project, package.name)
        needed = self._requirements(names)
        _write_pins(project / "requirements-model.txt", needed.answering, "answers need")
        _write_pins(project / "requirements-train.txt", needed.training, "training needs")
        record = self._work.record(package=names.package, recorded_rows=len(self._golden))
        record["with_ranges"] = self._with_ranges
        bake_s = time.monotonic() - self._started_s - self._known_s
        record["steps"]["bake"] = round(max(bake_s, 0.0), 3)
        write_conversion(project, unchecked_conversion(record))

    def _refuse_hiding(self, names: ProjectName) -> None:
        """A package must not hide a library that the model imports."""
        for pin in self._work.interface.requirements:
            if names.package in import_names(re.split(r"[=<>!~\[ ;@]", pin, maxsplit=1)[0]):
                raise ProjectNameError(
                    f"The package {names.package!r} would hide the library {pin}, which the model "
                    f"needs. Try {names.slug + '-api'!r}."
                )

    def _requirements(self, names: ProjectName) -> Requirements:
        modules = {name: self._work.module(name, package=names.package) for name in _MODULES}
        training = modules.pop(_TRAINING)
        answering = [source for source in modules.values() if source is not None]
        return split_requirements(
            self._work.interface.requirements,
            answering_sources=answering,
            artifacts=self._work.folder / "artifacts",
            trains=training is not None and "freeze_estimator" in training,
        )

    def _write_modules(self, package: Path) -> None:
        for name in _MODULES:
            source = self._work.module(name, package=package.name)
            if source is not None:
                (package / f"{name}.py").write_text(source, "utf-8")
            elif name == "prediction":
                raise ProjectError(f"{self._work.folder} has no package/{name}.py.")

    def _write_data(self, folder: Path) -> None:
        interface = self._work.interface
        if not interface.has_row_path:
            shutil.rmtree(folder)
            return
        file = folder / f"{source_name(self._work)}.csv"
        known = known_rows(self._golden)
        write_source_table(file, self._work.source_rows(), interface.columns, known=known)

    def _write_golden(self, project: Path, package: str) -> None:
        (project / SAMPLE_GOLDEN).parent.mkdir(parents=True)
        size = sample_size(self._work.interface.row_seconds)
        write_golden(project / SAMPLE_GOLDEN, spread_sample(self._golden, size=size))
        write_golden(project / ALL_GOLDEN, self._golden)
        for name in _MODULES:
            source = self._work.pandas_module(name, package=package)
            if source is not None:
                folder = project / NOTEBOOK_MODULES
                folder.mkdir(exist_ok=True)
                (folder / f"{name}.py.txt").write_text(source, "utf-8")


def _most_body_bytes(golden: Sequence[GoldenCase]) -> int:
    """Room for as many rows as a request may have, if they are no larger than the golden ones."""
    largest = max(len(json.dumps(case.row)) for case in golden)
    return min(max(_LEAST_BODY_BYTES, largest * MOST_ROWS), _MOST_BODY_BYTES)


def _take_example_out(project: Path, package: Path) -> None:
    """Remove what the worked example holds and converted code does not."""
    shutil.rmtree(project / "artifacts")
    for path in (
        *(project / "data").iterdir(),
        *(project / "tests").glob("test_*.py"),
        *(package / "config" / "schemas").iterdir(),
        *(package / f"{name}.py" for name in _MODULES),
    ):
        path.unlink(missing_ok=True)


def _write_pins(path: Path, pins: tuple[str, ...], what: str) -> None:
    lines = [f"# What {what} beside requirements.txt, in the versions of the conversion.", *pins]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _literal(value: Mapping[str, str] | tuple[str, ...]) -> str:
    """The value as a line of Python each, quoted as ruff does."""
    if isinstance(value, tuple):
        short = ", ".join(map(_quoted, value)) + ("," if len(value) == 1 else "")
        if len(short) < _LONGEST_LITERAL:
            return f"({short})"
        return "(\n" + "".join(f"    {_quoted(item)},\n" for item in value) + ")"
    lines = (f"    {_quoted(key)}: {_quoted(item)},\n" for key, item in value.items())
    return "{\n" + "".join(lines) + "}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
