"""Runs a script: its control flow, its variables, and each of its statements in turn.

1. a request of one statement                 is no script, also after `CREATE TEMP FUNCTION …;`
2. anything else                              each statement and query is a step, told to the client

Source: https://cloud.google.com/bigquery/docs/multi-statement-queries
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.ddl.routines import CreateRoutine
from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    JobCancelledError,
    invalid_query,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest, QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.script_state import CaughtError, ScriptState
from ml_api_kit.gcp_accessor.local.bigquery.scripting import (
    dynamic,
    procedures,
    session_procedures,
    variables,
)
from ml_api_kit.gcp_accessor.local.bigquery.scripting.nodes import (
    Assign,
    AssignSystem,
    Block,
    Branches,
    Call,
    Continue,
    Declare,
    ExecuteImmediate,
    ForEach,
    Leave,
    Loop,
    Node,
    Raise,
    Return,
    SqlStatement,
    Transaction,
)
from ml_api_kit.gcp_accessor.local.bigquery.scripting.reader import read_script
from ml_api_kit.gcp_accessor.local.bigquery.scripting.steps import ScriptError, Steps
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment
from ml_api_kit.gcp_accessor.local.bigquery.statements import (
    dry_run_sql,
    read_definition,
    run_sql,
)


class _Jump(Exception):
    """Control that leaves a block, for the loop of the label or for the innermost one."""

    def __init__(self, label: str | None = None) -> None:
        super().__init__(label)
        self.label = label

    def is_for(self, label: str | None) -> bool:
        """Whether it ends at the loop or block of this label."""
        return self.label is None or self.label.lower() == (label or "").lower()


class _LeaveJump(_Jump):
    """`BREAK`."""


class _ContinueJump(_Jump):
    """`CONTINUE`."""


class _ReturnJump(_Jump):
    """`RETURN`."""


def run_request(database: Database, request: QueryRequest, state: ScriptState) -> QueryResult:
    """The answer of the statement or script of the request; what it makes goes into the state.

    Raises BigQueryError: when it is wrong, or not supported by the local BigQuery.
    """
    nodes = read_script(request.sql)
    state.is_script = not _is_single(nodes)
    context = Context(database, request, state)
    if not state.is_script:
        result = QueryResult("SCRIPT")
        for node in nodes:
            result = run_sql(context, node.source)
        return result
    if state.session_id is not None:
        result = _Script(context, Steps(database.current_session())).run_all(nodes)
        is_transaction = len(nodes) == 1 and isinstance(nodes[0], Transaction)
        return result.steps[0].result or result if is_transaction else result
    with database.session() as session:
        script = _Script(context, Steps(session))
        try:
            return script.run_all(nodes)
        finally:
            with database.cancellation.shielded():
                _drop_temporary(context)


def dry_run_request(database: Database, request: QueryRequest, state: ScriptState) -> QueryResult:
    """The schema of the answer and the bytes it would read; of a script only that it can be read.

    Raises BigQueryError: when it is wrong, or not supported by the local BigQuery.
    """
    nodes = read_script(request.sql)
    if not _is_single(nodes):
        return QueryResult("SCRIPT")
    context = Context(database, request, state)
    for node in nodes[:-1]:
        run_sql(context, node.source)
    return dry_run_sql(context, nodes[-1].source)


def _is_single(nodes: tuple[Node, ...]) -> bool:
    if not all(isinstance(node, SqlStatement) for node in nodes):
        return False
    definitions = [read_definition(node.source) for node in nodes[:-1]]
    return all(isinstance(item, CreateRoutine) and item.is_temporary for item in definitions)


def _drop_temporary(context: Context) -> None:
    parent = context.state.temporary_dataset(context.request.project)
    if context.database.is_in_transaction:
        context.database.current_session().rollback()
    with context.database.writing() as cursor:
        if context.database.catalog.find_dataset(cursor, parent) is not None:
            context.database.catalog.drop_dataset(cursor, parent, has_contents_deleted=True)


class _Script:
    """A script, or the body of a procedure, while it runs."""

    def __init__(self, context: Context, steps: Steps) -> None:
        self._context = context
        self._steps = steps
        self._runs: dict[type[Node], Callable[[Any], None]] = {
            SqlStatement: self._sql,
            Declare: self._declare,
            Assign: self._assign,
            AssignSystem: self._assign_system,
            Block: self._block,
            Branches: self._branches,
            Loop: self._loop,
            ForEach: self._for_each,
            Raise: self._raise,
            Call: self._call,
            ExecuteImmediate: self._execute,
            Transaction: self._transaction,
        }

    def run_all(self, nodes: tuple[Node, ...]) -> QueryResult:
        """The answer of the last query, DML or DDL statement that has run.

        Raises ScriptError: when a statement fails that no handler deals with.
        """
        is_kept = self._context.state.session_id is not None
        try:
            self._run_list(nodes, is_kept=is_kept)
        except _ReturnJump:
            pass
        except BigQueryError as error:
            raise ScriptError(error, self._steps) from error
        return self._steps.result()

    def _run_list(self, nodes: tuple[Node, ...], *, is_kept: bool = False) -> None:
        """Run the statements; their variables outlive them where they are kept for a session."""
        declared: list[str] = []
        for node in nodes:
            if isinstance(node, Declare):
                declared += [name.lower() for name in node.names]
            self._run(node)
        # An error may leave variables behind; the block that handles it takes them away.
        for name in [] if is_kept else declared:
            self._context.state.variables.pop(name, None)

    def _run(self, node: Node) -> None:
        if isinstance(node, Leave):
            raise _LeaveJump(node.label)
        if isinstance(node, Continue):
            raise _ContinueJump(node.label)
        if isinstance(node, Return):
            raise _ReturnJump
        with self._steps.at(node.source):
            self._runs[type(node)](node)

    def _sql(self, node: SqlStatement) -> None:
        with self._steps.step(node.source, "STATEMENT") as told:
            told.result = run_sql(self._context, node.source)

    def _declare(self, node: Declare) -> None:
        variables.declare(self._context, self._steps, node)

    def _assign(self, node: Assign) -> None:
        variables.assign(self._context, self._steps, node)

    def _assign_system(self, node: AssignSystem) -> None:
        variables.assign_system(self._context, node)

    def _block(self, node: Block) -> None:
        known = dict(self._context.state.variables)
        try:
            self._run_list(node.statements)
        except _LeaveJump as jump:
            if jump.label is None or not jump.is_for(node.label):
                raise
        except BigQueryError as error:
            if node.handler is None or isinstance(error, JobCancelledError):
                raise
            self._restore(known)
            self._handle(node.handler, error, node.label)
        finally:
            self._restore(known)

    def _restore(self, known: Mapping[str, Any]) -> None:
        """Forget the variables of a block that has ended, in whatever way."""
        present = self._context.state.variables
        for name in [name for name in present if name not in known]:
            del present[name]

    def _handle(self, handler: tuple[Node, ...], error: BigQueryError, label: str | None) -> None:
        frames = self._steps.failed_frames(error)
        text = str(frames[0].get("text") or "") if frames else ""
        stack = tuple(
            {"line": f["startLine"], "column": f["startColumn"], "location": f.get("procedureId")}
            for f in frames
        )
        errors = self._context.state.errors
        errors.append(CaughtError(error, text, stack))
        try:
            self._run_list(handler)
        except _LeaveJump as jump:
            if jump.label is None or not jump.is_for(label):
                raise
        finally:
            errors.pop()

    def _branches(self, node: Branches) -> None:
        chosen = node.otherwise
        subject = node.subject
        with variables.subject(self._context, self._steps, subject) as is_chosen:
            for condition, statements in node.branches:
                if is_chosen(condition):
                    chosen = statements
                    break
        self._run_list(chosen)

    def _loop(self, node: Loop) -> None:
        while node.is_repeat or node.condition is None or self._holds(node.condition):
            if not self._run_body(node.body, node.label):
                break
            if node.is_repeat and node.condition is not None and self._holds(node.condition):
                break

    def _holds(self, condition: Fragment) -> bool:
        return variables.holds(self._context, self._steps, condition)

    def _run_body(self, body: tuple[Node, ...], label: str | None) -> bool:
        """Whether the loop goes on after its body has run once more."""
        self._context.database.cancellation.check()
        self._steps.count()
        known = dict(self._context.state.variables)
        try:
            self._run_list(body)
        except _ContinueJump as jump:
            if not jump.is_for(label):
                raise
        except _LeaveJump as jump:
            if not jump.is_for(label):
                raise
            return False
        finally:
            self._restore(known)
        return True

    def _for_each(self, node: ForEach) -> None:
        with variables.rows(self._context, self._steps, node) as put_next:
            while put_next():
                if not self._run_body(node.body, node.label):
                    break

    def _raise(self, node: Raise) -> None:
        if node.message is None:
            raise self._context.state.errors[-1].error
        message = variables.text(self._context, node.message)
        raise invalid_query("NULL" if message is None else message)

    def _call(self, node: Call) -> None:
        if [part.upper() for part in node.path] == ["BQ", "ABORT_SESSION"]:
            session_procedures.abort(self._context, node)
            return
        called = procedures.prepare(self._context, self._steps, node)
        script = _Script(called.context, self._steps)
        with self._steps.within(called.name), contextlib.suppress(_ReturnJump):
            script._run_list(called.statements)
        procedures.finish(self._context, called)

    def _execute(self, node: ExecuteImmediate) -> None:
        context = dynamic.prepare(self._context, self._steps, node)
        sql = context.request.sql
        nodes = read_script(sql)
        if len(nodes) != 1:
            raise invalid_query("EXECUTE IMMEDIATE sql string must contain exactly one statement")
        if not isinstance(nodes[0], SqlStatement):
            raise unsupported("EXECUTE IMMEDIATE of a control statement")
        with self._steps.step(node.source, "STATEMENT", sql=sql) as told:
            told.result = run_sql(context, nodes[0].source)
            self._context.state.row_count = context.state.row_count
        if node.into:
            variables.assign_row(self._context, node, told.result)

    def _transaction(self, node: Transaction) -> None:
        context = self._context
        self._steps.transaction(node, context.database.cancellation, context.state.tables)
