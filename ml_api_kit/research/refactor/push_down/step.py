"""One operation of pandas on the frame that a query gave."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.scope import LeftAloneError


@dataclass(slots=True)
class Step:
    """An operation on a frame, as a rule sees it.

    Attributes:
        code: the module.
        node: the operation: an expression over the frame, or a whole statement.
        frame: the frame: the query's call, or the variable that holds what it gave.
        taken: the names of the query's parameters.
        params: the parameters that the moved operation needs, as code by name.
    """

    code: Code
    node: ast.expr | ast.stmt
    frame: ast.Call | str
    taken: frozenset[str] = frozenset()
    params: dict[str, str] = field(default_factory=dict)

    def is_frame(self, node: ast.expr) -> bool:
        """Whether an expression is the frame."""
        if isinstance(self.frame, str):
            return isinstance(node, ast.Name) and node.id == self.frame
        return node is self.frame

    def method(self, name: str) -> ast.Call | None:
        """The operation where it calls a method of the frame; without `inplace`."""
        match self.node:
            case ast.Call(func=ast.Attribute(value=frame, attr=found)) if (
                found == name and self.is_frame(frame)
            ):
                kept = [one for one in self.node.keywords if one.arg != "inplace"]
                call = ast.Call(self.node.func, self.node.args, kept)
                return ast.copy_location(call, self.node)
        return None

    def column_of(self, node: ast.expr) -> str | None:
        """The column of the frame that an expression is: `df["a"]`, `df.a`; None for others."""
        match node:
            case ast.Subscript(value=frame, slice=ast.Constant(value=str() as column)) if (
                self.is_frame(frame)
            ):
                return column
            case ast.Attribute(value=frame, attr=column) if self.is_frame(frame):
                return None if _is_of_frames(column) else column
        return None

    def text_of(self, node: ast.expr | None) -> str:
        """The text of a literal.

        Raises LeftAloneError: when it is none.
        """
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise self.left("the columns are not written as texts")

    def left(self, reason: str) -> LeftAloneError:
        """The error that says why the operation stays."""
        first = self.code.text(self.node).partition("\n")[0]
        return LeftAloneError(f"`{first}`: {reason}")


def _is_of_frames(name: str) -> bool:
    import pandas as pd

    return hasattr(pd.DataFrame, name)
