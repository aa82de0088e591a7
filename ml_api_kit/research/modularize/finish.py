"""What is made of the tape, in the process that still holds the values.

1. choose:   the model, and where it was asked
2. path:     what is done to a raw row before the model sees it
3. freeze:   what was learned, as artifacts
4. golden:   raw rows, and what the research code's model answered for them
5. write:    all of it into the work folder, for the project that is baked from it
"""

from __future__ import annotations

import ast
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml_api_kit.contract import freeze_values, pickle_artifact, write_artifacts
from ml_api_kit.errors import ArtifactError, ConversionError
from ml_api_kit.research.modularize import (
    derived_answers,
    estimator_input,
    filters,
    golden,
    linear_results,
    names,
    production,
    rehearsal,
    row_table,
    training_source,
)
from ml_api_kit.research.modularize.derived_answers import DerivedAnswer
from ml_api_kit.research.modularize.fixed import FixedValues
from ml_api_kit.research.modularize.own_code import OwnCode, bring_own_parts
from ml_api_kit.research.modularize.path import RequestPath, write_path
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
    write_table_prediction,
)
from ml_api_kit.research.modularize.preprocessing_source import write_preprocessing
from ml_api_kit.research.modularize.sites import Candidate, Site, candidates, choose
from ml_api_kit.research.modularize.source_table import to_table
from ml_api_kit.research.record.tape import Tape, Value
from ml_api_kit.research.refactor.access.queried import queried_table
from ml_api_kit.research.source.code import ResearchCode


@dataclass(frozen=True, slots=True)
class Chosen:
    """The model that is served.

    Attributes:
        candidate: the model.
        site: the place whose rows the request path follows.
        path: the request path.
        fixed: what it needs beside the rows.
    """

    candidate: Candidate
    site: Site
    path: RequestPath
    fixed: FixedValues


@dataclass(frozen=True, slots=True)
class Derived:
    """What the code makes of the model's answers.

    Attributes:
        columns: the columns of the answer that it makes of them.
        fixed: what they need beside the answers; what was learned lies with the request path's.
    """

    columns: list[DerivedAnswer] = field(default_factory=list)
    fixed: FixedValues | None = None


def finish(
    tape: Tape, code: ResearchCode, namespace: dict[str, Any], work: Path, options: dict[str, Any]
) -> None:
    """Write what a project is baked from into `work`.

    Raises ConversionError: when the model that was asked for is not there.
    """
    started = time.monotonic()
    found = candidates(tape)
    reasons: list[dict[str, Any]] = []
    chosen = _choose(tape, code, found, options, reasons)
    derived = Derived() if chosen is None else _derived(tape, chosen, code, options)
    wanted = production.outputs(tape) if chosen is None else _wanted(chosen, derived)
    numbers = production.statement_numbers(tape, wanted)
    numbers = training_source.needed_statements(code, numbers)
    document: dict[str, Any] = {
        "models": [_model(code, one) for one in found],
        "production": sorted(numbers),
        "reasons": reasons,
        "files_read": options.get("files_read", []),
        "seconds": {"run": options.get("run_seconds", 0.0)},
        "facts": production.facts(tape, code),
    }
    table = None
    if chosen is None and not options.get("model"):
        table = row_table.find_row_table(tape, namespace, code, lambda: _own_code(code))
    if table is not None:
        reasons.clear()
        found_numbers = production.statement_numbers(tape, [table.value])
        numbers = training_source.needed_statements(code, found_numbers)
        document["production"] = sorted(numbers)
        document |= _table_interface(table, code, work)
        training_source.write_training(code, numbers, work)
    elif chosen is None:
        document |= _batch(tape, code, namespace, work, options)
    else:
        document |= _online(chosen, derived, code, work, options)
        training_source.write_training(code, numbers, work)
    document["seconds"]["modularize"] = time.monotonic() - started
    (work / "interface.json").write_text(json.dumps(document, indent=1), encoding="utf-8")


def _choose(
    tape: Tape,
    code: ResearchCode,
    found: list[Candidate],
    options: dict[str, Any],
    reasons: list[dict[str, Any]],
) -> Chosen | None:
    """The model with a request path: the one asked for, or the best that has one."""
    wanted = options.get("model")
    first = choose(found, variable=wanted)
    if wanted and first is None:
        listed = ", ".join(dict.fromkeys(one.variable for one in found)) or "none"
        raise ConversionError(f"No fitted model is named {wanted!r}; there are: {listed}.")
    if first is None:
        reasons.append(
            {
                "file": code.path.name,
                "line": 0,
                "what": "the model",
                "why": "nothing is fitted to rows and can predict",
            }
        )
        return None
    tried: list[Chosen] = []
    for site in _sites(first):
        for all_columns in (False, True):
            fixed = FixedValues(_own_code(code))
            try:
                path = write_path(
                    tape, site.rows, fixed, columns=first.formula_columns, all_columns=all_columns
                )
            except ConversionError as error:
                reasons.append(_reason(code, first, site, str(error)))
                break
            tried.append(Chosen(first, site, path, fixed))
            if rehearsal.is_equal(path, fixed, first, code):
                reasons.clear()
                return tried[-1]
    return tried[0] if tried else None


def _own_code(code: ResearchCode) -> OwnCode:
    return OwnCode(code, import_statements(code))


def _reason(code: ResearchCode, candidate: Candidate, site: Site, why: str) -> dict[str, Any]:
    statement = code.statements[site.event.statement]
    return {
        "file": code.path.name,
        "line": statement.line,
        "cell": statement.cell,
        "what": f"the request path to {candidate.variable}.{site.method}",
        "why": why,
    }


def _sites(candidate: Candidate) -> list[Site]:
    """Where to follow the rows from: where the model was asked last, then where it was fitted."""
    asked = list(reversed(candidate.asked))
    return list({id(site.rows): site for site in [*asked, candidate.fit]}.values())


def import_statements(code: ResearchCode) -> dict[str, str]:
    """For each name that an import binds, the statement that does."""
    found: dict[str, str] = {}
    for statement in code.statements:
        for node in ast.walk(ast.parse(statement.text)):
            if isinstance(node, ast.Import):
                for one in node.names:
                    bound = one.asname or one.name.partition(".")[0]
                    tail = f" as {one.asname}" if one.asname else ""
                    found[bound] = f"import {one.name}{tail}"
            elif isinstance(node, ast.ImportFrom) and node.module:
                for one in node.names:
                    tail = f" as {one.asname}" if one.asname else ""
                    found[one.asname or one.name] = f"from {node.module} import {one.name}{tail}"
    return found


def _online(
    chosen: Chosen, derived: Derived, code: ResearchCode, work: Path, options: dict[str, Any]
) -> dict[str, Any]:
    """A project that answers rows."""
    candidate, path = chosen.candidate, chosen.path
    table = to_table(path.sources)
    columns = path.columns or tuple(table.columns)
    name = _answer_name(candidate, options)
    has_probabilities = hasattr(candidate.estimator, "predict_proba") and any(
        site.method == "predict_proba" for site in candidate.sites
    )
    answers = golden.answers_by_position(
        candidate, name=name, with_probabilities=has_probabilities, without=path.corrections
    )
    outputs = _outputs(answers)
    answers = derived_answers.with_derived(answers, derived.columns, name)
    rows = golden.raw_rows(table, columns)
    cases = [
        {"raw_index": position, "row": rows[position], "answer": answers[position]}
        for position in sorted(answers)
    ]
    given = chosen.site.event.detail["given"][chosen.site.rows.number]
    estimator, kind = _served_estimator(candidate, given)
    own = _own_code(code)
    bring_own_parts(own, [estimator, *chosen.fixed.frozen.values()])
    answering = Answering(
        name=name,
        noun=names.plural(name),
        model_class=names.class_name(name),
        estimator_class=candidate.class_name,
        has_probabilities=has_probabilities,
        given=kind,
        origin=_origin(code, candidate),
        has_own_code=bool(own.definitions),
        outputs=outputs,
        derived=tuple(one.document(code) for one in derived.columns),
    )
    dtypes = {str(column): str(table[column].dtype) for column in columns}
    package = work / "package"
    package.mkdir(exist_ok=True)
    (package / "preprocessing.py").write_text(
        write_preprocessing(path, chosen.fixed, code, dtypes=dtypes),
        encoding="utf-8",
    )
    (package / "prediction.py").write_text(
        write_prediction(answering, is_plain=False), encoding="utf-8"
    )
    if derived.fixed is not None and derived.columns:
        (package / f"{POSTPROCESSING}.py").write_text(
            write_postprocessing(
                [
                    write_function(one.path, code, name=one.name, given=GIVEN[one.method])
                    for one in derived.columns
                ],
                derived.fixed,
                code,
            ),
            encoding="utf-8",
        )
    if answering.has_own_code:
        (package / f"{ESTIMATORS}.py").write_text(own.source(), encoding="utf-8")
    _write_artifacts(work, estimator, chosen.fixed)
    with (work / "golden.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(case) + "\n" for case in cases)
    table[list(columns)].to_csv(work / "source.csv", index=False)
    return {
        "name": answering.name,
        "noun": answering.noun,
        "columns": [_column(table[column], str(column), cases) for column in columns],
        "dtypes": dtypes,
        "answers": _answer_columns(cases, answering),
        "answering": {
            "given": kind,
            "has_probabilities": has_probabilities,
            "origin": answering.origin,
            "estimator_class": answering.estimator_class,
            "has_own_code": answering.has_own_code,
            "outputs": list(answering.outputs),
            "derived": list(answering.derived),
        },
        "model": _model(code, candidate),
        "model_class": answering.model_class,
        "source": _source(path, code),
        "has_row_path": True,
        "request_path": "pandas",
        "statements_behind": sorted(
            {
                event.statement
                for one in [path, *(d.path for d in derived.columns)]
                for event in one.events
            }
        ),
        "filters": filters.find_filters(path.events, code),
        "corrections": filters.list_corrections(path.corrections, code),
        "path": _lines(path),
    }


def _derived(tape: Tape, chosen: Chosen, code: ResearchCode, options: dict[str, Any]) -> Derived:
    fixed = FixedValues(_own_code(code))
    fixed.frozen = chosen.fixed.frozen
    name = _answer_name(chosen.candidate, options)
    return Derived(
        derived_answers.find_derived(tape, chosen.candidate, fixed, code, name=name), fixed
    )


def _wanted(chosen: Chosen, derived: Derived) -> list[Value]:
    return [chosen.candidate.model, chosen.site.rows, *(one.value for one in derived.columns)]


def _answer_name(candidate: Candidate, options: dict[str, Any]) -> str:
    wished = options.get("noun")
    if wished:
        return names.to_identifier(wished)
    return names.answer_name(candidate.target_name, is_supervised=candidate.is_supervised)


def _table_interface(table: row_table.RowTable, code: ResearchCode, work: Path) -> dict[str, Any]:
    """A project that answers rows of a table that the code computes."""
    written = row_table.write_row_table(table, code, work)
    interface: dict[str, Any] = {
        "name": written["name"],
        "noun": written["noun"],
        "model_class": written["model_class"],
        "model": None,
        "columns": [
            _column(table.table[column], str(column), table.cases) for column in table.columns
        ],
        "dtypes": table.dtypes,
        "answers": [
            {"name": name, "type": _answer_type([case["answer"][name] for case in table.cases])}
            for name in written["answer_names"]
        ],
        "answering": {
            "given": "table",
            "answer_names": written["answer_names"],
            "origin": written["origin"],
        },
        "source": _source(table.path, code),
        "has_row_path": True,
        "request_path": "pandas",
        "statements_behind": sorted({event.statement for event in table.path.events}),
        "filters": filters.find_filters(table.path.events, code),
        "path": _lines(table.path),
    }
    (work / "package" / "prediction.py").write_text(
        write_table_prediction(interface, is_plain=False), encoding="utf-8"
    )
    return interface


def _lines(path: RequestPath) -> list[dict[str, Any]]:
    """The lines of the request path in pandas, with the statements that they come from."""
    return [
        {"text": line.text, "statement": line.statement, "line": line.line} for line in path.lines
    ]


def _served_estimator(candidate: Candidate, given: Any) -> tuple[Any, str]:
    """The estimator to freeze, and what it is given: a matrix where it answers the same for one."""
    estimator = candidate.estimator
    if not hasattr(given, "columns"):
        return estimator, estimator_input.given_kind(given)
    read = candidate.formula_columns
    columns = [column for column in given.columns if read is None or column in read]
    # The levels of a category are those it was fitted to, not those of the rows it was asked for.
    fitted = candidate.fit.event.detail.get("given", {}).get(candidate.fit.rows.number, given)
    linear = linear_results.to_linear_model(estimator, columns, fitted)
    if linear is not None and estimator_input.takes_matrix(
        estimator, linear, given, matrix=given[columns]
    ):
        return linear, "objects"
    try:
        bare = estimator_input.without_names(estimator)
    except TypeError:
        return estimator, "as_is"
    if estimator_input.takes_matrix(estimator, bare, given):
        return bare, estimator_input.given_kind(given)
    return estimator, "as_is"


def _write_artifacts(work: Path, estimator: Any, fixed: FixedValues) -> None:
    try:
        files = {"estimator.pickle": pickle_artifact(estimator), **freeze_values(fixed.frozen)}
    except ArtifactError as error:
        raise ConversionError(f"What was learned cannot be kept: {error}") from error
    write_artifacts(work / "artifacts", files)


def _model(code: ResearchCode, candidate: Candidate) -> dict[str, Any]:
    statement = code.statements[candidate.fit.event.statement]
    return {
        "variable": candidate.variable,
        "class": candidate.class_name,
        "cell": statement.cell,
        "line": candidate.fit.event.line,
        "is_supervised": candidate.is_supervised,
        "target": candidate.target_name,
        "asked": len(candidate.asked),
    }


def _origin(code: ResearchCode, candidate: Candidate) -> str:
    statement = code.statements[candidate.fit.event.statement]
    return (
        f"The model is `{candidate.variable}`, a `{candidate.class_name}` fitted in cell "
        f"{statement.cell} of {code.path.name}."
    )


def _source(path: RequestPath, code: ResearchCode) -> dict[str, Any]:
    source = path.sources[0]
    event = source.value.made_by
    statement = None if event is None else code.statements[event.statement]
    return {
        "text": "" if statement is None else statement.text[:500],
        "cell": None if statement is None else statement.cell,
        "rows": source.rows,
        "function": "" if event is None else event.function,
        "table": None if event is None else _table(code, event.statement),
    }


def _table(code: ResearchCode, number: int) -> str | None:
    """The table of BigQuery that a statement reads."""
    return queried_table("\n".join(one.text for one in code.statements[: number + 1]))


def _column(series: Any, name: str, cases: list[dict[str, Any]]) -> dict[str, Any]:
    """What is known of a raw column, from all its values in the golden cases."""
    values = [case["row"][name] for case in cases]
    present = [value for value in values if value is not None]
    kind = _json_type(series, present)
    distinct = list(dict.fromkeys(present)) if kind in ("string", "boolean", "integer") else []
    is_enum = kind == "string" and 0 < len(distinct) <= 50 and len(distinct) * 2 <= len(present)
    is_number = kind in ("number", "integer") and bool(present)
    return {
        "name": name,
        "type": kind,
        "nullable": len(present) < len(values),
        "enum": sorted(distinct) if is_enum else None,
        "minimum": min(present) if is_number else None,
        "maximum": max(present) if is_number else None,
        "examples": list(dict.fromkeys(map(json.dumps, present)))[:3]
        and [json.loads(one) for one in list(dict.fromkeys(map(json.dumps, present)))[:3]],
    }


def _json_type(series: Any, present: list[Any]) -> str:
    kind = getattr(series.dtype, "kind", "O")
    if kind == "b":
        return "boolean"
    if kind in "iu":
        return "integer"
    if kind == "f":
        return "number"
    if present and all(isinstance(one, bool) for one in present):
        return "boolean"
    if present and all(isinstance(one, int | float) for one in present):
        return "number"
    return "string"


def _outputs(answers: Mapping[int, Mapping[str, Any]]) -> tuple[str, ...]:
    """The columns of an answer where the model answers several at once; none where it is one."""
    answer = next(iter(answers.values()), {})
    names_found = [one for one in answer if not one.startswith("probability_")]
    return tuple(names_found) if len(names_found) > 1 else ()


def _answer_columns(cases: list[dict[str, Any]], answering: Answering) -> list[dict[str, Any]]:
    # A column that is made of the answers is known where the code itself made it.
    names_found = list(dict.fromkeys(one for case in cases for one in case["answer"]))
    names_found = names_found or [answering.name]
    said = {one["name"]: one["description"] for one in answering.derived}
    if answering.own_name != answering.name:
        said[answering.own_name] = (
            f"What the model itself answers; `{answering.name}` is made of it."
        )
    return [
        {
            "name": name,
            "type": _answer_type([case["answer"].get(name) for case in cases]),
            "description": said.get(name),
        }
        for name in names_found
    ]


def _answer_type(values: list[Any]) -> str:
    present = [value for value in values if value is not None]
    if present and all(isinstance(one, bool) for one in present):
        return "boolean"
    if present and all(isinstance(one, int) for one in present):
        return "integer"
    return "string" if present and isinstance(present[0], str) else "number"


def _batch(
    tape: Tape, code: ResearchCode, namespace: dict[str, Any], work: Path, options: dict[str, Any]
) -> dict[str, Any]:
    """A project that answers what the code ended in, for the whole of its data."""
    from ml_api_kit.research.modularize.batch import write_batch

    return write_batch(tape, code, namespace, work, options)
