"""What a script has made so far: variables, temporary functions and tables, the last error."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, duckdb_type
from ml_api_kit.gcp_accessor.local.bigquery.names import TEMPORARY, DatasetName, TableName
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import Variable


@dataclass(frozen=True, slots=True)
class ScriptVariable:
    """A variable: the DuckDB variable that holds it, and its type as a field."""

    slot: str
    field: Field

    def to_node(self) -> exp.Expr:
        """The variable as a node of a statement."""
        return Variable(
            this=exp.to_identifier(self.field["name"]),
            slot=self.slot,
            duckdb_type=duckdb_type(self.field),
        )


@dataclass(frozen=True, slots=True)
class CaughtError:
    """The error that a handler deals with, and what `@@error` says of it."""

    error: BigQueryError
    statement_text: str
    stack: tuple[Mapping[str, Any], ...]


@dataclass(slots=True)
class ScriptState:
    """What the statements of a script share; a procedure has variables of its own.

    `functions` are temporary routines by their name in small letters, in the REST form; `tables`
    the temporary tables by their name.
    """

    functions: dict[str, dict[str, Any]] = field(default_factory=dict)
    tables: dict[str, TableName] = field(default_factory=dict)
    variables: dict[str, ScriptVariable] = field(default_factory=dict)
    errors: list[CaughtError] = field(default_factory=list)
    is_script: bool = False
    session_id: str | None = None
    aborted_sessions: list[str] = field(default_factory=list)
    row_count: int | None = None
    temporary_id: str = field(default_factory=lambda: f"{TEMPORARY}{uuid.uuid4().hex}")
    depth: int = 0
    using: tuple[tuple[str | None, ScriptVariable], ...] | None = None
    """What EXECUTE IMMEDIATE gives its statement, in the place of the request's parameters."""

    @property
    def may_have_temporary(self) -> bool:
        """Whether temporary tables would last longer than the statement that makes them."""
        return self.is_script or self.session_id is not None

    def for_procedure(self) -> ScriptState:
        """The state within a procedure that is called: without variables and handled errors."""
        return replace(self, variables={}, errors=[], depth=self.depth + 1, using=None)

    def temporary_dataset(self, project: str) -> DatasetName:
        """The hidden dataset that temporary tables are in."""
        return DatasetName(project, self.temporary_id)


def bind_variables(
    tree: exp.Expr, given: Sequence[tuple[str | None, ScriptVariable]], mark_count: int
) -> exp.Expr:
    """The tree with each `@name` and `?` as the variable that USING gives for it.

    Raises BigQueryError: when it gives none.
    """
    root = exp.Paren(this=tree)
    named = {name: variable for name, variable in given if name is not None}
    for node in list(root.find_all(exp.Parameter)):
        if node.name.lower() not in named:
            raise invalid_query(f"Query parameter '{node.name.lower()}' not found")
        node.replace(named[node.name.lower()].to_node())
    others = [variable for name, variable in given if name is None][mark_count:]
    marks = list(root.find_all(exp.Placeholder, bfs=False))
    if len(marks) > len(others):
        raise invalid_query(f"Query parameter number {len(others) + 1} is not defined")
    for mark, variable in zip(marks, others, strict=False):
        mark.replace(variable.to_node())
    result: exp.Expr = root.this
    result.pop()
    return result
