"""`CALL BQ.ABORT_SESSION()`, which ends the session of the query, or another one.

Source: https://cloud.google.com/bigquery/docs/reference/system-procedures#bqabort_session
"""

from __future__ import annotations

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.scripting import variables
from ml_api_kit.gcp_accessor.local.bigquery.scripting.nodes import Call


def abort(context: Context, node: Call) -> None:
    """Let the session end when its statement has; without an argument it is that of the query.

    Raises BigQueryError: when the query runs in none and names none.
    """
    if len(node.arguments) > 1:
        raise invalid_query("Procedure BQ.ABORT_SESSION takes at most one argument, a session id")
    session_id = context.state.session_id
    if node.arguments:
        session_id = variables.text(context, node.arguments[0])
    if session_id is None:
        raise invalid_query("BQ.ABORT_SESSION without a session id must be called in a session")
    context.state.aborted_sessions.append(session_id)
