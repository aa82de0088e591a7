"""The model that is served, with its request path and what the code makes of its answers.

1. asked:     where the model was asked last, then where it was fitted
2. written:   the request path to what it was given there, with the columns that it reads, then all
3. rehearsed: the first path that gives a row what the code gave it is taken
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize import derived_answers, names, rehearsal
from ml_api_kit.research.modularize.derived_answers import DerivedAnswer
from ml_api_kit.research.modularize.fixed import FixedValues
from ml_api_kit.research.modularize.own_code import own_code_of
from ml_api_kit.research.modularize.path import RequestPath, write_path
from ml_api_kit.research.modularize.sites import Candidate, Site, choose
from ml_api_kit.research.record.tape import Tape, Value
from ml_api_kit.research.source.code import ResearchCode

_LONGEST = 120


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
        fitted_to: how the target was computed, as the code says it; empty where it was not.
    """

    columns: list[DerivedAnswer] = field(default_factory=list)
    fixed: FixedValues | None = None
    fitted_to: str = ""


def choose_model(
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
                "line": None,
                "what": "the model",
                "why": "nothing is fitted to rows and can predict",
            }
        )
        return None
    tried: list[Chosen] = []
    for site in _sites(first):
        for all_columns in (False, True):
            fixed = FixedValues(own_code_of(code))
            try:
                path = write_path(
                    tape, site.rows, fixed, columns=first.columns_taken, all_columns=all_columns
                )
            except ConversionError as error:
                reasons.append(_reason(code, first, site, str(error)))
                break
            tried.append(Chosen(first, site, path, fixed))
            if rehearsal.is_equal(path, fixed, first, code):
                reasons.clear()
                return tried[-1]
    return tried[0] if tried else None


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


def derive_answers(
    tape: Tape, chosen: Chosen, code: ResearchCode, options: dict[str, Any]
) -> Derived:
    """What the code makes of the answers of the model; what it learned lies with the path's."""
    fixed = FixedValues(own_code_of(code))
    fixed.frozen = chosen.fixed.frozen
    name = answer_name(chosen.candidate, options)
    found = derived_answers.find_derived(tape, chosen.candidate, fixed, code, name=name)
    return Derived(found, fixed, _fitted_to(tape, chosen.candidate))


def _fitted_to(tape: Tape, candidate: Candidate) -> str:
    """How the target was computed, as the code says it; empty where it is a column as it was."""
    target = candidate.target
    while target is not None and target.made_by is not None:
        parent = target.made_by.detail.get("selects")
        if parent is None:
            break
        target = parent
    event = None if target is None else target.made_by
    node = None if event is None else tape.expressions.get(event.node)
    is_made = target is not None and target.source is not None and target.source.value is not target
    if not is_made or event is None or event.kind == "element":
        return ""
    if not isinstance(node, ast.Call | ast.BinOp | ast.Compare | ast.UnaryOp):
        return ""
    text = ast.unparse(node)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def values_behind(chosen: Chosen, derived: Derived) -> list[Value]:
    """What the answers are made of: the model, its rows, and what the code makes of them."""
    return [chosen.candidate.model, chosen.site.rows, *(one.value for one in derived.columns)]


def answer_name(candidate: Candidate, options: dict[str, Any]) -> str:
    """The column of the model's answer: the noun that was wished for, or the target's name."""
    wished = options.get("noun")
    if wished:
        return names.to_identifier(wished)
    return names.answer_name(candidate.target_name, is_supervised=candidate.is_supervised)
