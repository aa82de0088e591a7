"""The local BigQuery without its server: a DuckDB file that answers BigQuery's SQL."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.jobs.query_sessions import QuerySessions
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest, QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.script_state import ScriptState
from ml_api_kit.gcp_accessor.local.bigquery.scripting.runner import dry_run_request, run_request
from ml_api_kit.gcp_accessor.local.bigquery.tables.remade_views import remake_readers


class Engine(Database):
    """BigQuery's datasets, tables and SQL in the folder `folder`.

    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = tempfile.TemporaryDirectory()
    >>> engine = Engine(Path(folder.name), project="local")
    >>> result = engine.run(QueryRequest("SELECT 7 / 2 AS half"))
    >>> engine.rows_json(result.table_sql, result.fields, start=0, count=1)
    ['{"f":[{"v":"3.5"}]}']
    >>> engine.close()
    >>> folder.cleanup()
    """

    def __init__(self, folder: Path, *, project: str) -> None:
        """Open the database of the folder, or make both.

        Raises duckdb.IOException: when another process has the database open.
        """
        super().__init__(folder, project=project)
        self.query_sessions = QuerySessions(self)
        self.tables_changed = partial(remake_readers, self)

    def close(self) -> None:
        """End all sessions, write everything to the file and let go of it."""
        self.query_sessions.close()
        super().close()

    def run(self, request: QueryRequest) -> QueryResult:
        """The answer of a statement or script.

        Raises BigQueryError: when it is wrong, or not supported by the local BigQuery.
        """
        if request.session_id is None:
            state = ScriptState()
            result = run_request(self, request, state)
        else:
            with self.query_sessions.within(request.project, request.session_id) as state:
                result = run_request(self, request, state)
        while state.aborted_sessions:
            self.query_sessions.end(request.project, state.aborted_sessions.pop())
        return result

    def dry_run(self, request: QueryRequest) -> QueryResult:
        """The schema of a statement's answer and the bytes it would read; nothing is run.

        Raises BigQueryError: as `run` would, but for what only the data shows.
        """
        if request.session_id is None:
            return dry_run_request(self, request, ScriptState())
        with self.query_sessions.within(request.project, request.session_id) as state:
            return dry_run_request(self, request, replace(state, functions=dict(state.functions)))
