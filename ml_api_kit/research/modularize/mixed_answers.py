"""What the code makes of the answers of several models together, which no API of one serves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ml_api_kit.research.modularize.sites import Candidate
from ml_api_kit.research.record.answers import ASKED, MADE
from ml_api_kit.research.record.tape import Binding, Tape
from ml_api_kit.research.source.code import ResearchCode


def find_mixed(tape: Tape, code: ResearchCode, found: Sequence[Candidate]) -> list[dict[str, Any]]:
    """What the code makes of the answers of several models, of which an API serves one: reasons."""
    roots = {
        site.event.output.number: candidate.variable
        for candidate in found
        for site in candidate.sites
        if site.method in ASKED and site.event.output is not None
    }
    behind: dict[int, set[str]] = {number: {variable} for number, variable in roots.items()}
    mixed: dict[int, dict[str, Any]] = {}
    for event in tape.events:
        out = event.output
        parts = [behind.get((one.base or one).number, set()) for one in event.inputs]
        models = set[str]().union(*parts)
        if out is None or out.number in behind or out.binding is not Binding.ROWS or not models:
            continue
        behind[out.number] = models
        statement = code.statements[event.statement]
        if len(models) > 1 and out.variables and MADE in event.detail:
            mixed[event.statement] = {
                "file": code.path.name,
                "line": statement.line,
                "cell": statement.cell,
                "what": f"`{out.variables[-1]}` is not served",
                "why": f"it is made of the answers of {' and '.join(sorted(models))}, and an API "
                "serves one model",
            }
    return list(mixed.values())
