"""Research code without a row's path: what it ended in, for the whole of its data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ml_api_kit.contract import json_artifact, write_artifacts
from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize import golden, names
from ml_api_kit.research.record.tape import Binding, Tape, Value
from ml_api_kit.research.source.code import ResearchCode

_MOST_ROWS = 10_000
_SOURCE = '''"""Prediction: what the research code ended in.

{origin} There is nothing in it that answers one row: its results stand for the whole of the data,
and are served as they were computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ml_api_kit.contract import Artifacts, RowsModel

Row = dict[str, Any]


class {model_class}(RowsModel):
    """The results of the research code.

    Attributes:
        results: one mapping per row of the results.
    """

    def load(self, artifacts: Artifacts) -> None:
        """Take the results from the artifacts.

        Args:
            artifacts: the folder, its digests checked.
        """
        self.results: list[Row] = artifacts.json("results.json")

    def predict(self, rows: Sequence[Row]) -> list[Row]:
        """The results that rows name by their position.

        Args:
            rows: mappings with the column `row_id`, from 0.

        Returns:
            One mapping per row, in order.
        """
        return [self.results[row["row_id"]] for row in rows]


def get_{noun}(model: {model_class}) -> list[Row]:
    """All results.

    Args:
        model: the loaded model.

    Returns:
        One mapping per row of the results.
    """
    return model.results
'''


def write_batch(
    tape: Tape, code: ResearchCode, namespace: dict[str, Any], work: Path, options: dict[str, Any]
) -> dict[str, Any]:
    """Write the results as an artifact, with the module that serves them."""
    variable, rows = _results(tape, namespace)
    if not rows:
        raise ConversionError(
            f"{code.path.name} makes nothing that an API could answer: no model is fitted, and no "
            "table or number is computed from data."
        )
    name = names.to_identifier(options.get("noun") or variable)
    noun = names.plural(name) if not name.endswith("s") else name
    model_class = names.class_name(name)
    package = work / "package"
    package.mkdir(exist_ok=True)
    (package / "prediction.py").write_text(
        _SOURCE.format(
            origin=f"The results are `{variable}` of {code.path.name}.",
            model_class=model_class,
            noun=noun,
        ),
        encoding="utf-8",
    )
    write_artifacts(work / "artifacts", {"results.json": json_artifact(rows)})
    golden.write_cases(
        [
            {"raw_index": place, "row": {"row_id": place}, "answer": row}
            for place, row in enumerate(rows)
        ],
        work,
    )
    return {
        "name": name,
        "noun": noun,
        "columns": [],
        "dtypes": {},
        "answers": _columns(rows),
        "model": None,
        "model_class": model_class,
        "has_row_path": False,
        "request_path": "batch",
        "source": {"text": "", "rows": len(rows), "function": ""},
    }


def _results(tape: Tape, namespace: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """The last table that a variable holds, else the last numbers, as rows."""
    for event in reversed(tape.events):
        value = event.output
        if value is None or not value.variables or value.binding is Binding.CONSTANT:
            continue
        variable = value.variables[-1]
        rows = _rows(namespace.get(variable))
        if rows:
            return variable, rows
    return "results", _numbers(tape, namespace)


def _numbers(tape: Tape, namespace: dict[str, Any]) -> list[dict[str, Any]]:
    values: dict[str, Any] = {}
    for event in tape.events:
        value: Value | None = event.output
        for variable in value.variables if value is not None else ():
            found = golden.to_json(namespace.get(variable))
            if isinstance(found, int | float | str) and not variable.startswith("_"):
                values[variable] = found
    return [{"name": name, "value": value} for name, value in values.items()]


def _rows(obj: Any) -> list[dict[str, Any]]:
    if hasattr(obj, "columns") and hasattr(obj, "to_dict"):
        table = obj.head(_MOST_ROWS).reset_index()
        table.columns = [str(column) for column in table.columns]
        if not table.columns.is_unique:
            return []
        return golden.raw_rows(table, tuple(table.columns))
    if hasattr(obj, "iloc") and hasattr(obj, "to_frame"):
        return _rows(obj.to_frame(name=str(obj.name or "value")))
    if type(obj).__name__ == "ndarray" and obj.ndim in (1, 2) and obj.dtype.kind in "biufU":
        flat = obj.reshape(len(obj), -1)[:_MOST_ROWS]
        columns = ["value"] if flat.shape[1] == 1 else [f"value_{n}" for n in range(flat.shape[1])]
        return [dict(zip(columns, map(golden.to_json, row), strict=True)) for row in flat.tolist()]
    return []


def _columns(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        for column, value in row.items():
            found.setdefault(column, []).append(value)
    return [{"name": column, "type": _type(values)} for column, values in found.items()]


def _type(values: list[Any]) -> str:
    present = [value for value in values if value is not None]
    if present and all(isinstance(one, bool) for one in present):
        return "boolean"
    if present and all(isinstance(one, int) and not isinstance(one, bool) for one in present):
        return "integer"
    if present and all(isinstance(one, int | float) for one in present):
        return "number"
    return "string"
