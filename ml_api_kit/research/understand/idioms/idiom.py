"""One place where research code uses pandas for what a request needs."""

from __future__ import annotations

import ast
from dataclasses import asdict, dataclass
from typing import Any

from ml_api_kit.research.source.code import Statement
from ml_api_kit.research.understand.smells.secrets import sentence_without_secrets, without_secrets
from ml_api_kit.research.understand.tables import is_test_of_rows

# fmt: off
_CHOOSING = frozenset(
    {
        "drop_duplicates", "dropna", "fit_resample", "head", "query", "sample", "shuffle",
        "sort_values", "tail", "train_test_split",
    }
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Idiom:
    """A statement in pandas, and what becomes of it for the rows of a request.

    Attributes:
        cell: its cell.
        line: its line in the cell, from 1.
        pandas: the statement.
        frozen: the line that it is on the request path, with what was learned as names; None where
            it is none there, or was not run.
        replacement: the plain Python that takes its place; None where it stays, or goes.
        rules: the rules of `mlapi refactor` that it was rewritten by.
        reason: why nothing takes its place; None where something does.
    """

    cell: int
    line: int
    pandas: str
    frozen: str | None
    replacement: str | None
    rules: tuple[str, ...]
    reason: str | None

    @classmethod
    def gone(cls, statement: Statement) -> Idiom:
        """A statement that leaves nothing behind on the request path, and why."""
        where = statement.cell, statement.line, statement.text
        return cls(*where, None, None, (), f"goes: {_why_gone(statement.text)}")

    @property
    def fate(self) -> str:
        """What becomes of it: `replaced`, `goes` or `stays`."""
        if self.replacement is not None:
            return "replaced"
        return "goes" if str(self.reason).startswith("goes: ") else "stays"

    def _reason(self) -> str | None:
        """The reason, without the statement itself where that stands beside it."""
        if self.reason is None:
            return None
        reason = " ".join(self.reason.split())
        for source in (self.frozen or "", self.pandas):
            if reason == f"no rule for `{' '.join(source.split())}`":
                return "no rule knows it"
        return sentence_without_secrets(reason)

    def to_json(self) -> dict[str, Any]:
        """The idiom as reports write it: secrets hidden."""
        return {
            **asdict(self),
            "pandas": without_secrets(self.pandas),
            "frozen": self.frozen and without_secrets(self.frozen),
            "replacement": self.replacement and without_secrets(self.replacement),
            "rules": list(self.rules),
            "reason": self._reason(),
            "fate": self.fate,
        }


def only_chooses_rows(value: ast.expr | None) -> bool:
    """Whether an expression only picks, orders or splits rows.

    >>> only_chooses_rows(ast.parse("df[df.age > 3]", mode="eval").body)
    True
    """
    if isinstance(value, ast.Subscript):
        return is_test_of_rows(value.slice) or isinstance(value.slice, ast.Slice)
    if not isinstance(value, ast.Call):
        return False
    return ast.unparse(value.func).rpartition(".")[2] in _CHOOSING


def _why_gone(source: str) -> str:
    value = getattr(ast.parse(source).body[0], "value", None)
    if only_chooses_rows(value):
        return "it only chooses or makes rows, and a request brings its own"
    if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.List | ast.Name):
        return "columns are chosen once, where the model's input is made"
    return "nothing of it reaches the model's input"
