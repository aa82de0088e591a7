"""What the README of a converted project says: a sample, what fell short, where the cells went."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ml_api_kit.project.source_table import source_file
from ml_api_kit.project.work_folder import WorkFolder
from ml_api_kit.research.check import GoldenCase

_LONGEST_LINE = 96

#: For each category of statements the file that they went into.
_PLACES = {
    "preparation": "`preparation.py`, and `data/` for what was read",
    "preprocessing": "`preprocessing.py`; what is learned from all rows is in `artifacts/`",
    "ml": "`prediction.py`; what is fitted is in `artifacts/`",
    "support": "imports and constants of the modules that use them",
    "exploration": "left out: the API needs none of it",
    "export": "left out: the endpoint gives the results instead",
}

_PLACES_OF_RESULTS = dict.fromkeys(
    ("preparation", "preprocessing", "ml", "support"), "their results are in `artifacts/`"
) | {category: _PLACES[category] for category in ("exploration", "export")}


def readme_variables(work: WorkFolder, sample: GoldenCase) -> dict[str, str]:
    """The texts that the template of the README holds places for."""
    interface = work.interface
    return {
        "notebook": work.notebook,
        "source_words": _source_words(interface.source),
        "model_words": _model_words(interface.model),
        "sample_request": _json_lines({"rows": [dict(sample.row)]}),
        "sample_answer": _json_lines({interface.noun: [dict(sample.answer)]}),
        "parts_table": _parts_table(work),
        "reasons_text": _reasons_text(work) + _filters_text(work) + _corrections_text(work),
    }


def _source_words(source: Mapping[str, Any]) -> str:
    if source.get("table"):
        return f"the rows that the notebook read from `{source['table']}`"
    name = source_file(source)
    return f"the rows of `{name}`" if name else "the rows of the notebook's data"


def _model_words(model: Mapping[str, Any] | None) -> str:
    if model is None:
        return ", in which no model predicts"
    return f"; what predicts is `{model['variable']}` (`{model['class']}`, cell {model['cell']})"


def _json_lines(value: Any) -> str:
    """The value as JSON: in one line where it is short, else indented as a code block is."""
    short = json.dumps(value, ensure_ascii=False)
    if len(short) <= _LONGEST_LINE:
        return short
    return json.dumps(value, indent=1, ensure_ascii=False).replace("\n", "\n    ")


def _parts_table(work: WorkFolder) -> str:
    lines = []
    places = _PLACES if work.interface.has_row_path else _PLACES_OF_RESULTS
    for category, place in places.items():
        cells = sorted({s["cell"] for s in work.statements if s["category"] == category})
        if cells:
            lines.append(f"| {category} | {', '.join(map(str, cells))} | {place} |\n")
    return "".join(lines).rstrip("\n")


def _filters_text(work: WorkFolder) -> str:
    filters = work.interface.filters
    if not filters:
        return ""
    said = "".join(
        f"- cell {one['cell']}, line {one['line']}: `{one['text']}` kept {one['kept']:,} of "
        f"{one['rows']:,}\n"
        for one in filters
    )
    return (
        "Rows that the notebook left out of its data are answered all the same, as long as they "
        f"have the values that the schema asks for:\n\n{said}\n"
    )


def _corrections_text(work: WorkFolder) -> str:
    corrections = work.interface.corrections
    if not corrections:
        return ""
    said = "".join(
        f"- cell {one['cell']}, line {one['line']}: `{one['text']}`, row {one['row']}\n"
        for one in corrections
    )
    return (
        "Single values that the notebook corrected in its data. The API takes a row as it comes, "
        f"so these rows are not among the golden ones:\n\n{said}\n"
    )


def _reasons_text(work: WorkFolder) -> str:
    reasons = work.interface.reasons
    if not reasons:
        return ""
    said = "".join(f"- {_place(one)}{one['what']}: {_first_line(one['why'])}\n" for one in reasons)
    return f"What fell short:\n\n{said}\n"


def _place(reason: Mapping[str, Any]) -> str:
    line = reason.get("line")
    return f"line {line}: " if line else ""


def _first_line(text: str) -> str:
    """The first line of what an error says, which stays one item of a list."""
    return (text.strip().splitlines() or [""])[0]
