"""The tree of a script, as `reader.py` makes it and `runner.py` runs it."""

from __future__ import annotations

from dataclasses import dataclass

from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment


@dataclass(frozen=True, slots=True)
class Node:
    """A statement of a script with its text."""

    source: Fragment


@dataclass(frozen=True, slots=True)
class SqlStatement(Node):
    """A statement that is not of the procedural language: a query, DML or DDL."""


@dataclass(frozen=True, slots=True)
class Declare(Node):
    """`DECLARE a, b INT64 DEFAULT 1`; without a type it is the default's."""

    names: tuple[str, ...]
    kind: str | None
    default: Fragment | None


@dataclass(frozen=True, slots=True)
class Assign(Node):
    """`SET x = 1` or `SET (a, b) = (1, 2)`."""

    names: tuple[str, ...]
    value: Fragment
    is_struct: bool


@dataclass(frozen=True, slots=True)
class AssignSystem(Node):
    """`SET @@time_zone = 'UTC'`."""

    name: str
    value: Fragment


@dataclass(frozen=True, slots=True)
class Block(Node):
    """Statements, and those that run when one of them fails; None without EXCEPTION."""

    label: str | None
    statements: tuple[Node, ...]
    handler: tuple[Node, ...] | None = None


@dataclass(frozen=True, slots=True)
class Branches(Node):
    """`IF`, or `CASE` with or without a subject: the first condition that holds decides."""

    subject: Fragment | None
    branches: tuple[tuple[Fragment, tuple[Node, ...]], ...]
    otherwise: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Loop(Node):
    """`LOOP`, `WHILE condition DO` or `REPEAT … UNTIL condition`."""

    label: str | None
    condition: Fragment | None
    body: tuple[Node, ...]
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class ForEach(Node):
    """`FOR row IN (query) DO`."""

    label: str | None
    variable: str
    query: Fragment
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Leave(Node):
    """`BREAK` or `LEAVE`, of the innermost loop or of the one with the label."""

    label: str | None


@dataclass(frozen=True, slots=True)
class Continue(Node):
    """`CONTINUE` or `ITERATE`."""

    label: str | None


@dataclass(frozen=True, slots=True)
class Return(Node):
    """`RETURN`."""


@dataclass(frozen=True, slots=True)
class Raise(Node):
    """`RAISE`, with a message or of the error that is handled."""

    message: Fragment | None


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`CALL dataset.procedure(…)`."""

    path: tuple[str, ...]
    arguments: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class ExecuteImmediate(Node):
    """`EXECUTE IMMEDIATE sql INTO a, b USING 1 AS c`."""

    sql: Fragment
    into: tuple[str, ...]
    using: tuple[tuple[Fragment, str | None], ...]


@dataclass(frozen=True, slots=True)
class Transaction(Node):
    """`BEGIN TRANSACTION`, `COMMIT TRANSACTION` or `ROLLBACK TRANSACTION`; `verb` is the first."""

    verb: str
