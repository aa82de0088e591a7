"""The steps of a script, as its child jobs tell of them, and where in the script each was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.cancellation import CurrentCancellation
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult, ScriptStep
from ml_api_kit.gcp_accessor.local.bigquery.scripting.nodes import Transaction
from ml_api_kit.gcp_accessor.local.bigquery.session import Session
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment
from ml_api_kit.gcp_accessor.local.bigquery.tables.resource_rows import now_ms

_MAX_ROUNDS = 100_000

Frame = Mapping[str, Any]


class ScriptError(BigQueryError):
    """The error that a script has ended with, and the steps before it."""

    def __init__(self, error: BigQueryError, steps: Steps) -> None:
        """Say where in the script it was."""
        frames = steps.failed_frames(error)
        place = f" at [{frames[0]['startLine']}:{frames[0]['startColumn']}]" if frames else ""
        message = error.message
        has_place = message.rstrip("]").rpartition(" at [")[1] != "" and message.endswith("]")
        super().__init__(
            f"Query error: {message}" + ("" if has_place else place),
            status=error.status,
            reason=error.reason,
            location=error.location,
        )
        self.steps = tuple(steps.done)


@dataclass(slots=True)
class Told:
    """What a step has given so far."""

    result: QueryResult | None = None


class Steps:
    """What has run, and the statements around what runs now, the outermost first."""

    def __init__(self, session: Session) -> None:
        """Start with nothing, in the transaction that may be open in the session."""
        self._session = session
        self.done: list[ScriptStep] = []
        self._places: list[tuple[Fragment, str | None]] = []
        self._procedures: list[str] = []
        self._failed: tuple[BigQueryError, tuple[Frame, ...]] | None = None
        self._rounds = 0

    @contextmanager
    def at(self, source: Fragment) -> Iterator[None]:
        """Within this, the statement is the one that runs."""
        procedure = self._procedures[-1] if self._procedures else None
        self._places.append((source, procedure))
        try:
            yield
        except BigQueryError as error:
            if self._failed is None or self._failed[0] is not error:
                self._failed = (error, self._frames())
            raise
        finally:
            self._places.pop()

    @contextmanager
    def within(self, procedure: str) -> Iterator[None]:
        """Within this, statements are those of the procedure."""
        self._procedures.append(procedure)
        try:
            yield
        finally:
            self._procedures.pop()

    def failed_frames(self, error: BigQueryError) -> tuple[Frame, ...]:
        """Where an error came from, innermost first."""
        is_known = self._failed is not None and self._failed[0] is error
        return self._failed[1] if is_known and self._failed is not None else ()

    @contextmanager
    def step(self, source: Fragment, evaluation: str, *, sql: str | None = None) -> Iterator[Told]:
        """A statement or expression that runs, whose end is told."""
        start_ms, told = now_ms(), Told()
        frames = self._frames(source)
        text = source.text if sql is None else sql
        transaction = self._session.transaction_id
        try:
            yield told
        except BigQueryError as error:
            self.done.append(
                ScriptStep(text, evaluation, frames, start_ms, now_ms(), None, error, transaction)
            )
            raise
        self.done.append(
            ScriptStep(text, evaluation, frames, start_ms, now_ms(), told.result, None, transaction)
        )

    def _frames(self, innermost: Fragment | None = None) -> tuple[Frame, ...]:
        """The call stack: one frame of the script, and one of each procedure."""
        found: list[Frame] = []
        last: str | None = ""
        for source, procedure in reversed(self._places):
            if procedure == last:
                continue
            shown = innermost if innermost is not None and not found else source
            found.append(_frame(shown, procedure))
            last = procedure
        return tuple(found)

    def count(self) -> None:
        """Count a round of a loop.

        Raises BigQueryError: when there are more than a script may have here.
        """
        self._rounds += 1
        if self._rounds > _MAX_ROUNDS:
            raise unsupported(f"a script whose loops run more than {_MAX_ROUNDS} rounds")

    def transaction(
        self,
        node: Transaction,
        cancellation: CurrentCancellation,
        tables: dict[str, TableName],
    ) -> None:
        """Begin or end a transaction; a rollback brings the temporary tables before it back."""
        session, start_ms = self._session, now_ms()
        transaction = session.transaction_id
        verbs = {"BEGIN": session.begin, "COMMIT": session.commit, "ROLLBACK": session.rollback}
        frames, error, result = self._frames(node.source), None, None
        try:
            # Waiting for other writers may be given up, but no commit in its middle.
            cancellation.check()
            with nullcontext() if node.verb == "BEGIN" else cancellation.shielded():
                verbs[node.verb]()
            self._keep_tables(node.verb, tables)
            result = QueryResult(f"{node.verb}_TRANSACTION")
        except BigQueryError as fault:
            error = fault
        self.done.append(
            ScriptStep(
                node.source.text, "STATEMENT", frames, start_ms, now_ms(), result, error,
                session.transaction_id or transaction,
            )
        )  # fmt: skip
        if error is not None:
            raise error

    def _keep_tables(self, verb: str, tables: dict[str, TableName]) -> None:
        if verb == "BEGIN":
            self._session.tables_before = dict(tables)
        if verb == "ROLLBACK":
            tables.clear()
            tables.update(self._session.tables_before)

    def result(self) -> QueryResult:
        """What the script answers: its last query, DML or DDL statement, and all of its steps."""
        results = [step.result for step in self.done if step.evaluation == "STATEMENT"]
        told = [
            item for item in results if item is not None and not item.kind.endswith("_TRANSACTION")
        ]
        last = told[-1] if told else QueryResult("SCRIPT")
        tables = tuple(dict.fromkeys(name for item in told for name in item.tables))
        return QueryResult(
            "SCRIPT",
            fields=last.fields,
            table_sql=last.table_sql,
            row_count=last.row_count,
            affected_row_count=last.affected_row_count,
            size_bytes=sum(item.size_bytes for item in told),
            tables=tables,
            dml_counts=last.dml_counts,
            steps=tuple(self.done),
        )


def _frame(source: Fragment, procedure: str | None) -> Frame:
    frame: dict[str, Any] = {
        "startLine": source.line,
        "startColumn": source.column,
        "endLine": source.end_line,
        "endColumn": source.end_column,
        "text": source.text,
    }
    return frame if procedure is None else {**frame, "procedureId": procedure}
