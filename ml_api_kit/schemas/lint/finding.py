"""What a rule finds, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ml_api_kit.schemas.lint.document import Path, SchemaDocument

#: An error refuses the application at start-up; a warning is only told by `mlapi schema lint`.
Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One place that a rule found.

    Attributes:
        path: the place.
        what: what is wrong there, as a sentence without its full stop.
        mend: what to do there, where that is more than the rule's own advice.
    """

    path: Path
    what: str
    mend: str | None = None


@dataclass(frozen=True, slots=True)
class LintRule:
    """One way in which a schema cannot mean what it says.

    Attributes:
        id: `S` and three digits; never given to another rule.
        name: the name of its file, with hyphens.
        level: `error` or `warning`.
        summary: what it finds, in a sentence.
        why: what the schema really does.
        mend: what to do.
        wrong: a schema in which it finds something.
        right: the same one, mended.
        find: the places where it is.
    """

    id: str
    name: str
    level: Level
    summary: str
    why: str
    mend: str
    wrong: Any
    right: Any
    find: Callable[[SchemaDocument], Iterable[Fault]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault as it is told.

    Attributes:
        id: the rule's id.
        name: the rule's name.
        level: `error` or `warning`.
        pointer: a JSON Pointer to the place.
        line: its line in the file, from 1; None where there is no file.
        column: its column, from 1.
        what: what is wrong.
        why: what the schema really does.
        mend: what to do.
    """

    id: str
    name: str
    level: Level
    pointer: str
    line: int | None
    column: int | None
    what: str
    why: str
    mend: str

    def to_json(self) -> dict[str, Any]:
        """The finding as `mlapi schema lint --json` writes it."""
        return asdict(self)
