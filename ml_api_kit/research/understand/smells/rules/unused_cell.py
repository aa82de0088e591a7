"""A cell makes nothing that is shown or read elsewhere, or holds code that is commented out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ml_api_kit.research.source.code import Cell
from ml_api_kit.research.understand.evidence import Evidence, Place
from ml_api_kit.research.understand.smells.unused import unused_statements

WHY = "Whoever reads the notebook must find out that it does not matter."
ADVICE = "Delete the cell; the history of the file keeps it."


def find(evidence: Evidence) -> Iterator[Place]:
    """Each such cell."""
    unused = unused_statements(evidence)
    places: dict[int, list[int]] = {}
    for place, statement in enumerate(evidence.code.statements):
        places.setdefault(statement.cell, []).append(place)
    for cell in evidence.code.cells:
        if cell.kind != "code":
            continue
        here = places.get(cell.number, [])
        if here and set(here) <= unused:
            names = ", ".join(
                f"`{name}`" for place in here for name in evidence.names[place].defines
            )
            yield Place(cell.number, 1, f"makes {names}, which nothing reads")
        elif not here and _is_code_in_comments(cell):
            yield Place(cell.number, 1, "holds nothing but code that is commented out")


def _is_code_in_comments(cell: Cell) -> bool:
    """Whether the comments of a cell are statements that do something, rather than words."""
    lines = [line.strip() for line in cell.text.splitlines() if line.strip()]
    if not lines or not all(line.startswith("#") for line in lines):
        return False
    try:
        tree = ast.parse("\n".join(line.lstrip("#").removeprefix(" ") for line in lines))
    except (SyntaxError, ValueError):
        return False
    return any(
        isinstance(node, ast.Call | ast.Assign | ast.Import | ast.ImportFrom)
        for node in ast.walk(tree)
    )
