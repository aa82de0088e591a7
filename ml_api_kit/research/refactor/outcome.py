"""What became of a module that was refactored, function by function and statement by statement."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RefactoredStatement:
    """What became of a statement.

    Attributes:
        before: its source on frames.
        after: its source on rows; None where it stays.
        reason: why it stays; None where it does not.
        rules: the rules that were applied.
    """

    before: str
    after: str | None
    reason: str | None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefactoredFunction:
    """What became of a function.

    Attributes:
        name: its name.
        is_rewritten: whether it works on rows now.
        reason: why not; None where it does.
        rules: the rules that were applied.
        statements: what became of those of its statements that work on frames.
    """

    name: str
    is_rewritten: bool
    reason: str | None
    rules: tuple[str, ...] = ()
    statements: tuple[RefactoredStatement, ...] = ()


@dataclass(frozen=True, slots=True)
class Refactored:
    """A module after refactoring.

    Attributes:
        source: its source.
        functions: what became of each function that works on frames.
    """

    source: str
    functions: tuple[RefactoredFunction, ...]

    @property
    def is_plain(self) -> bool:
        """Whether every function works on rows."""
        return all(one.is_rewritten for one in self.functions)
