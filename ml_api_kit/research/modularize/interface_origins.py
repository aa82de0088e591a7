"""What the interface says of where things come from: the model, the rows, the lines of a path."""

from __future__ import annotations

from typing import Any

from ml_api_kit.research.modularize.path import RequestPath
from ml_api_kit.research.modularize.sites import Candidate
from ml_api_kit.research.refactor.access.queried import queried_table
from ml_api_kit.research.source.code import ResearchCode


def describe_model(code: ResearchCode, candidate: Candidate) -> dict[str, Any]:
    """What a model is, and where it was fitted."""
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


def model_origin(code: ResearchCode, candidate: Candidate) -> str:
    """Where a model was fitted, in words."""
    statement = code.statements[candidate.fit.event.statement]
    return (
        f"The model is `{candidate.variable}`, a `{candidate.class_name}` fitted in cell "
        f"{statement.cell} of {code.path.name}."
    )


def describe_source(path: RequestPath, code: ResearchCode) -> dict[str, Any]:
    """Where the rows of a request path come from, and the statement that reads them."""
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


def path_lines(path: RequestPath) -> list[dict[str, Any]]:
    """The lines of the request path in pandas, with the statements that they come from."""
    return [
        {"text": line.text, "statement": line.statement, "line": line.line} for line in path.lines
    ]
