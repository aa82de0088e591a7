"""The request path as it is written: its lines, and where they begin and end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ml_api_kit.research.record.tape import Event, Source


@dataclass(slots=True)
class Line:
    """One statement of the request path.

    Attributes:
        text: the statement.
        writes: the variable it gives a value.
        reads: the variables it reads.
        frozen: the names of learned values it reads.
        kinds: the annotation of each variable that it reads, as it was before.
        gives: the annotation of the variable that it writes.
        statement: the number of the statement of the research code it comes from.
        line: the line in its cell.
    """

    text: str
    writes: str
    reads: tuple[str, ...]
    frozen: tuple[str, ...]
    statement: int
    line: int
    kinds: dict[str, str] = field(default_factory=dict)
    gives: str = "Any"


@dataclass(slots=True)
class RequestPath:
    """The lines from the source's rows to the model's input.

    Attributes:
        sources: what the rows come in as: one table, or arrays side by side.
        columns: the columns of a source that is a frame, which are asked of a request, in order;
            none where all columns are.
        entries: the variables that hold the sources.
        result: the variable that holds the model's input.
        lines: what is done.
        events: the events behind them, with those that only select rows.
        corrections: by the position of its row in the source, what gave a single cell of the data
            another value: left out, since it says nothing of another row.
    """

    sources: list[Source]
    columns: tuple[Any, ...]
    entries: list[str]
    result: str
    lines: list[Line] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    corrections: dict[int, Event] = field(default_factory=dict)
