"""Research code as it is worked on: cells, and the statements in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a notebook, or of a script in percent format.

    Attributes:
        number: its place among all cells, from 1.
        kind: `code` or `markdown`.
        text: what it holds, as it is.
    """

    number: int
    kind: Literal["code", "markdown"]
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement at the top level of a cell.

    Attributes:
        number: its place among all statements, from 0.
        cell: the number of its cell.
        line: its first line in the cell, from 1.
        last_line: its last line.
        text: its source, magics translated.
        comment: the comment lines directly above it.
    """

    number: int
    cell: int
    line: int
    last_line: int
    text: str
    comment: str = ""

    def to_json(self, **more: Any) -> dict[str, Any]:
        """The statement as reports write it, with `more` members."""
        return {
            "cell": self.cell,
            "cell_index": self.cell - 1,
            "lines": [self.line, self.last_line],
            "source": self.text,
            **more,
        }


@dataclass(frozen=True, slots=True)
class ResearchCode:
    """A notebook or script, read.

    Attributes:
        path: its file.
        kind: `notebook` or `script`.
        cells: its cells, in order.
        statements: the statements of its code cells, in order.
        requirements: what its cells install, as pip is told.
        notes: what was left out of it, and where, in sentences.
        execution_counts: for each code cell's number the count it was last run with.
    """

    path: Path
    kind: Literal["notebook", "script"]
    cells: tuple[Cell, ...]
    statements: tuple[Statement, ...]
    requirements: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    execution_counts: dict[int, int | None] = field(default_factory=dict)
