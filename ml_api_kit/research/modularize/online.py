"""A project that answers rows with the model that was chosen.

1. golden:  raw rows, and what the research code's model answered for them
2. model:   the estimator that is served, with the research code's own parts of it
3. modules: `preprocessing.py`, `prediction.py`, and what the code makes of the answers
4. frozen:  what was learned, as artifacts
5. said:    all of it, in the interface
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_api_kit.contract import freeze_values, pickle_artifact, write_artifacts
from ml_api_kit.errors import ArtifactError, ConversionError
from ml_api_kit.research.modularize import derived_answers, filters, golden, names
from ml_api_kit.research.modularize.chosen_model import Chosen, Derived, answer_name
from ml_api_kit.research.modularize.fixed import FixedValues
from ml_api_kit.research.modularize.interface_columns import (
    answer_columns,
    named_outputs,
    raw_columns,
)
from ml_api_kit.research.modularize.interface_origins import (
    describe_model,
    describe_source,
    model_origin,
    path_lines,
)
from ml_api_kit.research.modularize.own_code import OwnCode, bring_own_parts, own_code_of
from ml_api_kit.research.modularize.postprocessing_source import (
    GIVEN,
    POSTPROCESSING,
    write_function,
    write_postprocessing,
)
from ml_api_kit.research.modularize.prediction_source import (
    ESTIMATORS,
    Answering,
    write_prediction,
)
from ml_api_kit.research.modularize.preprocessing_source import write_preprocessing
from ml_api_kit.research.modularize.served_estimator import served_estimator
from ml_api_kit.research.modularize.source_table import to_table
from ml_api_kit.research.source.code import ResearchCode


@dataclass(frozen=True, slots=True)
class _GoldenRows:
    """The raw rows with their answers.

    Attributes:
        table: the source, as one table.
        columns: its columns that are asked of a request.
        cases: the rows with their answers, as golden cases are written.
        outputs: the columns of an answer, where the model answers several at once.
        has_probabilities: whether the code asked for probabilities.
    """

    table: Any
    columns: tuple[Any, ...]
    cases: list[dict[str, Any]]
    outputs: tuple[str, ...]
    has_probabilities: bool

    @property
    def dtypes(self) -> dict[str, str]:
        """The types of the raw columns."""
        return {str(column): str(self.table[column].dtype) for column in self.columns}


def write_online(
    chosen: Chosen, derived: Derived, code: ResearchCode, work: Path, options: dict[str, Any]
) -> dict[str, Any]:
    """What the interface says of the project, after its parts were written into `work`.

    Raises ConversionError: when something that was learned cannot be kept.
    """
    name = answer_name(chosen.candidate, options)
    rows = _golden_rows(chosen, derived, name)
    given = chosen.site.event.detail["given"][chosen.site.rows.number]
    estimator, kind = served_estimator(chosen.candidate, given)
    own = own_code_of(code)
    bring_own_parts(own, [estimator, *chosen.fixed.frozen.values()])
    answering = Answering(
        name=name,
        noun=names.plural(name),
        model_class=names.class_name(name),
        estimator_class=chosen.candidate.class_name,
        has_probabilities=rows.has_probabilities,
        given=kind,
        origin=model_origin(code, chosen.candidate),
        has_own_code=bool(own.definitions),
        outputs=rows.outputs,
        derived=tuple(one.document(code) for one in derived.columns),
    )
    _write_modules(chosen, derived, answering, own, code, work, dtypes=rows.dtypes)
    _write_artifacts(work, estimator, chosen.fixed)
    golden.write_cases(rows.cases, work)
    rows.table[list(rows.columns)].to_csv(work / "source.csv", index=False)
    return _interface(chosen, derived, answering, rows, code)


def _golden_rows(chosen: Chosen, derived: Derived, name: str) -> _GoldenRows:
    candidate, path = chosen.candidate, chosen.path
    table = to_table(path.sources)
    columns = path.columns or tuple(table.columns)
    has_probabilities = hasattr(candidate.estimator, "predict_proba") and any(
        site.method == "predict_proba" for site in candidate.sites
    )
    answers = golden.answers_by_position(
        candidate, name=name, with_probabilities=has_probabilities, without=path.corrections
    )
    outputs = named_outputs(answers)
    answers = derived_answers.with_derived(answers, derived.columns, name)
    rows = golden.raw_rows(table, columns)
    cases = [
        {"raw_index": position, "row": rows[position], "answer": answers[position]}
        for position in sorted(answers)
    ]
    return _GoldenRows(table, columns, cases, outputs, has_probabilities)


def _write_modules(
    chosen: Chosen,
    derived: Derived,
    answering: Answering,
    own: OwnCode,
    code: ResearchCode,
    work: Path,
    *,
    dtypes: dict[str, str],
) -> None:
    modules = {
        "preprocessing": write_preprocessing(chosen.path, chosen.fixed, code, dtypes=dtypes),
        "prediction": write_prediction(answering, is_plain=False),
    }
    if derived.fixed is not None and derived.columns:
        functions = [
            write_function(one.path, code, name=one.name, given=GIVEN[one.method])
            for one in derived.columns
        ]
        modules[POSTPROCESSING] = write_postprocessing(functions, derived.fixed, code)
    if answering.has_own_code:
        modules[ESTIMATORS] = own.source()
    package = work / "package"
    package.mkdir(exist_ok=True)
    for name, source in modules.items():
        (package / f"{name}.py").write_text(source, encoding="utf-8")


def _write_artifacts(work: Path, estimator: Any, fixed: FixedValues) -> None:
    try:
        files = {"estimator.pickle": pickle_artifact(estimator), **freeze_values(fixed.frozen)}
    except ArtifactError as error:
        raise ConversionError(f"What was learned cannot be kept: {error}") from error
    write_artifacts(work / "artifacts", files)


def _interface(
    chosen: Chosen, derived: Derived, answering: Answering, rows: _GoldenRows, code: ResearchCode
) -> dict[str, Any]:
    path = chosen.path
    paths = [path, *(one.path for one in derived.columns)]
    return {
        "name": answering.name,
        "noun": answering.noun,
        "columns": raw_columns(
            rows.table,
            rows.columns,
            rows.cases,
            [chosen.candidate.estimator, *chosen.fixed.frozen.values()],
        ),
        "dtypes": rows.dtypes,
        "answers": answer_columns(rows.cases, answering, fitted_to=derived.fitted_to),
        "answering": {
            "given": answering.given,
            "has_probabilities": answering.has_probabilities,
            "origin": answering.origin,
            "estimator_class": answering.estimator_class,
            "has_own_code": answering.has_own_code,
            "outputs": list(answering.outputs),
            "derived": list(answering.derived),
        },
        "model": describe_model(code, chosen.candidate),
        "model_class": answering.model_class,
        "source": describe_source(path, code),
        "has_row_path": True,
        "request_path": "pandas",
        "statements_behind": sorted({event.statement for one in paths for event in one.events}),
        "filters": filters.find_filters(path.events, code),
        "corrections": filters.list_corrections(path.corrections, code),
        "path": path_lines(path),
    }
