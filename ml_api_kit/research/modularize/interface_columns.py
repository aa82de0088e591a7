"""What the interface says of columns: the raw ones of a request, and those of an answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ml_api_kit.research.modularize.prediction_source import Answering
from ml_api_kit.research.modularize.unseen_texts import open_columns


def raw_columns(
    table: Any, columns: Iterable[Any], cases: list[dict[str, Any]], estimators: Iterable[Any]
) -> list[dict[str, Any]]:
    """What is known of the raw columns; the estimators say which texts they take."""
    found = [raw_column(table[column], str(column), cases) for column in columns]
    texts = {one["name"]: set(one["enum"]) for one in found if one["enum"] is not None}
    taken = open_columns(estimators, texts)
    return [{**one, "enum": None} if one["name"] in taken else one for one in found]


def raw_column(series: Any, name: str, cases: list[dict[str, Any]]) -> dict[str, Any]:
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


def named_outputs(answers: Mapping[int, Mapping[str, Any]]) -> tuple[str, ...]:
    """The columns of an answer where the model answers several at once; none where it is one."""
    answer = next(iter(answers.values()), {})
    names_found = [one for one in answer if not one.startswith("probability_")]
    return tuple(names_found) if len(names_found) > 1 else ()


def answer_columns(
    cases: list[dict[str, Any]], answering: Answering, *, fitted_to: str
) -> list[dict[str, Any]]:
    """The columns of an answer: their names, their types, and how they are made."""
    # A column that is made of the answers is known where the code itself made it.
    names_found = list(dict.fromkeys(one for case in cases for one in case["answer"]))
    names_found = names_found or [answering.name]
    said = {one["name"]: one["description"] for one in answering.derived}
    own = [f"What the model was fitted to is `{fitted_to}`."] if fitted_to else []
    if answering.own_name != answering.name:
        own.insert(0, f"What the model itself answers; `{answering.name}` is made of it.")
    said[answering.own_name] = " ".join(own) or None
    return [
        {
            "name": name,
            "type": answer_type([case["answer"].get(name) for case in cases]),
            "description": said.get(name),
        }
        for name in names_found
    ]


def answer_type(values: list[Any]) -> str:
    """The JSON type of a column of the answers, by the values that are not missing."""
    present = [value for value in values if value is not None]
    if present and all(isinstance(one, bool) for one in present):
        return "boolean"
    if present and all(isinstance(one, int) for one in present):
        return "integer"
    return "string" if present and isinstance(present[0], str) else "number"
