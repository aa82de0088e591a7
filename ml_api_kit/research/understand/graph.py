"""The flow of data between the statements that matter, as a drawing."""

from __future__ import annotations

import ast
import html
from typing import Any

from ml_api_kit.research.source.code import ResearchCode
from ml_api_kit.research.understand.use import readers, use_of

_SHOWN = ("preparation", "preprocessing", "ml", "export")
_WIDTH, _HEIGHT, _GAP = 560, 30, 14
_MOST = 60


def to_svg(code: ResearchCode, report: dict[str, Any], colours: dict[str, str]) -> str:
    """One box for each statement that is no exploration, and a line to those that read it."""
    uses = [use_of(ast.parse(statement.text)) for statement in code.statements]
    shown = [
        place
        for place, one in enumerate(report["statements"])
        if one["category"] in _SHOWN and one.get("is_needed") is not False
    ][:_MOST]
    if not shown:
        return "<p class='muted'>Nothing flows.</p>"
    tops = {place: order * (_HEIGHT + _GAP) + 10 for order, place in enumerate(shown)}
    edges = [
        (place, reader) for place in shown for reader in _readers(uses, place) if reader in tops
    ]
    lines = "".join(_edge(tops[one], tops[other]) for one, other in edges)
    boxes = "".join(_box(report["statements"][place], tops[place], colours) for place in shown)
    height = tops[shown[-1]] + _HEIGHT + 10
    return (
        f"<svg viewBox='0 0 {_WIDTH + 160} {height}' width='{_WIDTH + 160}' role='img' "
        f"aria-label='dataflow'>{lines}{boxes}</svg>"
    )


def _readers(uses: list[Any], place: int) -> list[int]:
    """The statements that read what one defines, or the table that it changes."""
    found = readers(uses, place)
    for name in uses[place].changes:
        for later in range(place + 1, len(uses)):
            if name in uses[later].reads | uses[later].changes:
                found.append(later)
                break
    return found


def _edge(top: int, bottom: int) -> str:
    start, end = top + _HEIGHT / 2, bottom + _HEIGHT / 2
    bend = _WIDTH + 30 + min(110, (bottom - top) / 6)
    return (
        f"<path d='M{_WIDTH} {start} C{bend} {start} {bend} {end} {_WIDTH} {end}' fill='none' "
        "stroke='#a0aec0' stroke-width='1.4'/>"
    )


def _box(one: dict[str, Any], top: int, colours: dict[str, str]) -> str:
    label = html.escape(" ".join(one["source"].split())[:72])
    return (
        f"<rect x='1' y='{top}' width='{_WIDTH}' height='{_HEIGHT}' rx='5' "
        f"fill='{colours[one['category']]}'/><text x='10' y='{top + 20}' fill='#fff' "
        f"font-family='ui-monospace, monospace' font-size='12'>{one['cell']}: {label}</text>"
    )
