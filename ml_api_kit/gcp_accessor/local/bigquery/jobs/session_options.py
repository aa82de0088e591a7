"""Which session a query job runs in, and what its statistics tell of it.

Source: https://cloud.google.com/bigquery/docs/sessions
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.members import list_member

_UTC = ("UTC", "Etc/UTC")


def open_session(engine: Engine, project: str, options: Mapping[str, Any]) -> str | None:
    """The id of the session that the options name, or of a new one; None where they ask for none.

    Raises BigQueryError: when they ask for both, or for a property that is not supported.
    """
    session_id = None
    for given in list_member(options, "connectionProperties"):
        key, value = (
            (given.get("key"), given.get("value")) if isinstance(given, dict) else (given, "")
        )
        if key == "session_id" and value:
            session_id = str(value)
        elif key != "time_zone" or value not in _UTC:
            raise unsupported(f"the connection property {key} = {value}")
    if not options.get("createSession"):
        return session_id
    if session_id is not None:
        raise BigQueryError("createSession cannot be set beside the property session_id")
    return engine.query_sessions.begin(project)


def session_statistics(engine: Engine, project: str, session_id: str | None) -> dict[str, Any]:
    """The members of a job's `statistics` that tell its session, and the transaction open in it."""
    if session_id is None:
        return {}
    transaction = engine.query_sessions.transaction_id(project, session_id)
    told: dict[str, Any] = {"sessionInfo": {"sessionId": session_id}}
    return (
        told if transaction is None else {**told, "transactionInfo": {"transactionId": transaction}}
    )


def session_key(resource: Mapping[str, Any]) -> tuple[str, str] | None:
    """The project and the session that a job names, as it was given; None where it names none."""
    query = resource["configuration"].get("query")
    properties = query.get("connectionProperties") if isinstance(query, dict) else None
    for given in properties if isinstance(properties, list) else ():
        if isinstance(given, dict) and given.get("key") == "session_id" and given.get("value"):
            return resource["jobReference"]["projectId"], str(given["value"])
    return None
