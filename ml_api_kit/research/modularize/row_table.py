"""A table that the code computes row by row, where no model is fitted: each row is an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ml_api_kit.contract import freeze_values, write_artifacts
from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize import golden, names
from ml_api_kit.research.modularize.fixed import FixedValues
from ml_api_kit.research.modularize.own_code import OwnCode
from ml_api_kit.research.modularize.path import RequestPath, write_path
from ml_api_kit.research.modularize.preprocessing_source import write_preprocessing
from ml_api_kit.research.modularize.source_table import to_table
from ml_api_kit.research.record.tape import Binding, Tape, Value
from ml_api_kit.research.source.code import ResearchCode

_ROWS = 60


class RowTable:
    """The last table of the code whose rows are computed from the rows of a source, one by one.

    Attributes:
        variable: the variable that holds it.
        value: the table.
        path: what is done to a row.
        fixed: what that needs beside the row.
        cases: the raw rows with the rows of the table, as golden cases are written.
    """

    def __init__(self, value: Value, path: RequestPath, fixed: FixedValues, obj: Any) -> None:
        """Pair the rows of the table with the raw rows they come from."""
        self.variable = value.variables[-1]
        self.value, self.path, self.fixed = value, path, fixed
        table = to_table(path.sources)
        self.columns = path.columns or tuple(table.columns)
        self.table = table
        rows = golden.raw_rows(table, self.columns)
        answers = _answers(obj, self.answer_name)
        assert value.positions is not None
        self.cases = [
            {"raw_index": int(position), "row": rows[position], "answer": answer}
            for position, answer in zip(value.positions, answers, strict=True)
            if position >= 0
        ]

    @property
    def answer_name(self) -> str:
        """The name of the answers."""
        return names.to_identifier(self.variable)

    @property
    def dtypes(self) -> dict[str, str]:
        """The types of the raw columns."""
        return {str(column): str(self.table[column].dtype) for column in self.columns}


def find_row_table(
    tape: Tape, namespace: dict[str, Any], code: ResearchCode, own: Callable[[], OwnCode]
) -> RowTable | None:
    """The last table of the code that follows from its source row by row; None if there is none.

    `own` begins a collection of what the code defines itself. The path
    must hold when tried: rows by themselves and together give the rows that the table has.
    """
    for value in _tables(tape):
        obj = namespace.get(value.variables[-1])
        fixed = FixedValues(own())
        try:
            path = write_path(tape, value, fixed)
        except ConversionError:
            continue
        # A variable may have been bound anew where it could not be seen.
        places = value.positions
        is_it = obj is not None and places is not None and len(obj) == len(places)
        if not path.lines[:-1] or not path.sources or not is_it:
            continue
        found = RowTable(value, path, fixed, obj)
        if found.cases and _is_rehearsed(found, code):
            return found
    return None


def _tables(tape: Tape) -> list[Value]:
    """The tables that variables hold at the end, the last one first."""
    found: dict[str, Value] = {}
    for event in tape.events:
        value = event.output
        if value is None or value.binding is not Binding.ROWS or value.positions is None:
            continue
        is_made = value.source is not None and value.source.value is not value
        if is_made and value.is_frame and event.detail.get("selects") is None:
            for name in value.variables:
                found.pop(name, None)
                found[name] = value
    return list(found.values())[::-1]


def _answers(obj: Any, name: str) -> list[dict[str, Any]]:
    columns = tuple(obj.columns)
    table = obj.set_axis([names.to_identifier(str(column)) for column in columns], axis=1)
    return golden.raw_rows(table, tuple(table.columns))


def _is_rehearsed(found: RowTable, code: ResearchCode) -> bool:
    module: dict[str, Any] = {"__name__": "rehearsal"}
    cases = found.cases[:: max(1, len(found.cases) // _ROWS)]
    source = write_preprocessing(found.path, found.fixed, code, dtypes=found.dtypes)
    try:
        exec(compile(source, "<path>", "exec"), module)
        for part in (cases, cases[:1]):
            rows = [case["row"] for case in part]
            made = module["preprocess"](module["to_frame"](rows), found.fixed.frozen)
            expected = [case["answer"] for case in part]
            if golden.first_difference(expected, _answers(made, "")) is not None:
                return False
    # Whatever it raises, the table does not follow from single rows in this way.
    except Exception:  # noqa: BLE001
        return False
    return True


def write_row_table(found: RowTable, code: ResearchCode, work: Path) -> dict[str, Any]:
    """Write the modules, artifacts and golden cases; what the interface says of them."""
    package = work / "package"
    package.mkdir(exist_ok=True)
    (package / "preprocessing.py").write_text(
        write_preprocessing(found.path, found.fixed, code, dtypes=found.dtypes), encoding="utf-8"
    )
    write_artifacts(work / "artifacts", freeze_values(found.fixed.frozen))
    golden.write_cases(found.cases, work)
    found.table[list(found.columns)].to_csv(work / "source.csv", index=False)
    name = found.answer_name
    return {
        "name": name,
        "noun": names.plural(name),
        "model_class": names.class_name(name),
        "answer_names": list(found.cases[0]["answer"]),
        "origin": f"The answers are the rows of `{found.variable}` in {code.path.name}.",
    }
