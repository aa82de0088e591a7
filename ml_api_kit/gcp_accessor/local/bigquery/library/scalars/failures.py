"""Errors raised by a query itself."""

from __future__ import annotations

from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import (
    Refusal,
    SqlError,
    scalar,
)


@scalar("py_error", "NULL", takes_nulls=True)
def fail(message: Any) -> None:
    """Nothing: the query fails with the message.

    Raises SqlError: always.
    """
    raise SqlError(str(message))


@scalar("py_refuse", "NULL", takes_nulls=True)
def refuse(what: Any) -> None:
    """Nothing: the query is refused.

    Raises Refusal: always.
    """
    raise Refusal(str(what))


@scalar("bq_error", "NULL", takes_nulls=True)
def error(message: Any) -> None:
    """ERROR: the query fails with the message.

    Raises SqlError: always.
    """
    raise SqlError("" if message is None else str(message))
