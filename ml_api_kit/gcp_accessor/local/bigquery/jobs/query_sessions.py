"""Sessions of queries: temporary tables and functions, variables and a transaction that last.

Other writers go on beside an open transaction, unlike beside that of a script; where both change
the same rows, the later one fails.

Source: https://cloud.google.com/bigquery/docs/sessions-intro
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ml_api_kit.gcp_accessor.local.bigquery.cancellation import WriteLock
from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import not_found
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName
from ml_api_kit.gcp_accessor.local.bigquery.script_state import ScriptState
from ml_api_kit.gcp_accessor.local.bigquery.session import Session

_MOST_IDLE_S = 24 * 3600.0
_MOST_AGE_S = 7 * 24 * 3600.0


@dataclass(slots=True)
class QuerySession:
    """What the queries of a session share; they take turns."""

    id: str
    session: Session
    state: ScriptState
    begun_s: float
    used_s: float
    lock: WriteLock


class QuerySessions:
    """The sessions of one database, until they are aborted, or too long idle. Thread-safe."""

    def __init__(self, database: Database) -> None:
        """Start without sessions: they end with the process."""
        self._database = database
        self._sessions: dict[tuple[str, str], QuerySession] = {}
        self._lock = threading.Lock()

    def begin(self, project: str) -> str:
        """The id of a new session."""
        self._end_old()
        session_id, now_s = uuid.uuid4().hex, time.monotonic()
        state = ScriptState(session_id=session_id)
        lock = WriteLock(self._database.cancellation.check)
        found = QuerySession(session_id, self._database.new_session(), state, now_s, now_s, lock)
        with self._lock:
            self._sessions[(project, session_id)] = found
        return session_id

    @contextmanager
    def within(self, project: str, session_id: str) -> Iterator[ScriptState]:
        """What the session has made so far, to be used and added to by this thread meanwhile.

        Raises BigQueryError: 404, when there is no such session.
        """
        found = self._get(project, session_id)
        with found.lock, self._database.resumed(found.session):
            # It may have ended while this waited for its turn.
            self._get(project, session_id)
            found.used_s = time.monotonic()
            try:
                yield found.state
            except BaseException:
                self._roll_back_stopped(found.session)
                raise

    def transaction_id(self, project: str, session_id: str) -> str | None:
        """The id of the transaction that is open in a session; None where there is none."""
        return self._get(project, session_id).session.transaction_id

    def end(self, project: str, session_id: str) -> None:
        """Roll back what is open in a session, and drop its temporary tables.

        Raises BigQueryError: 404, when there is no such session.
        """
        found = self._get(project, session_id)
        parent = DatasetName(project, found.state.temporary_id)
        # Waiting for a query of it may be given up, but not its end half-way.
        with found.lock, self._database.cancellation.shielded():
            self._get(project, session_id)
            with self._lock:
                del self._sessions[(project, session_id)]
            found.session.close()
            with self._database.writing() as cursor:
                if self._database.catalog.find_dataset(cursor, parent) is not None:
                    self._database.catalog.drop_dataset(cursor, parent, has_contents_deleted=True)

    def close(self) -> None:
        """Let go of all sessions; their tables are dropped when the database is opened again."""
        with self._lock:
            sessions = list(self._sessions.values())
            self._sessions.clear()
        for found in sessions:
            found.session.close()

    def _roll_back_stopped(self, session: Session) -> None:
        """Roll back the transaction within which a query was stopped: it may be half done."""
        cancellation = self._database.cancellation
        if cancellation.is_stopped and session.is_in_transaction:
            with cancellation.shielded():
                session.rollback()

    def _get(self, project: str, session_id: str) -> QuerySession:
        with self._lock:
            found = self._sessions.get((project, session_id))
        if found is None:
            raise not_found(f"Session {session_id}")
        return found

    def _end_old(self) -> None:
        now_s = time.monotonic()
        with self._lock:
            old = [
                key
                for key, found in self._sessions.items()
                if now_s - found.used_s > _MOST_IDLE_S or now_s - found.begun_s > _MOST_AGE_S
            ]
        for project, session_id in old:
            self.end(project, session_id)
