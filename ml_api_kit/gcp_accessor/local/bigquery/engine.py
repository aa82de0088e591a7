"""The local BigQuery without its server: a DuckDB file that answers BigQuery's SQL."""

from __future__ import annotations

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest, QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.scripting.runner import dry_run_request, run_request


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

    def run(self, request: QueryRequest) -> QueryResult:
        """The answer of a statement or script.

        Raises BigQueryError: when it is wrong, or not supported by the local BigQuery.
        """
        return run_request(self, request)

    def dry_run(self, request: QueryRequest) -> QueryResult:
        """The schema of a statement's answer and the bytes it would read; nothing is run.

        Raises BigQueryError: as `run` would, but for what only the data shows.
        """
        return dry_run_request(self, request)
