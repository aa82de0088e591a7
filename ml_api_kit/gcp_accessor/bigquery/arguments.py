"""What the methods of the accessor are called with, looked at before anything is sent.

The client takes some of it silently for something else, and fails on the rest in its own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_api_kit.errors import QueryError


def checked_labels(labels: object) -> dict[str, str]:
    """The labels as a mapping; an empty one for None.

    Raises QueryError: for what is no mapping of texts.
    """
    if labels is None:
        return {}
    if not isinstance(labels, Mapping) or not all(
        isinstance(text, str) for pair in labels.items() for text in pair
    ):
        raise QueryError(
            f'labels is {labels!r}; give a mapping of texts, such as {{"team": "ml"}}.'
        )
    return dict(labels)


def check_timeout(timeout_s: object) -> None:
    """Let None and a number of seconds above 0 pass.

    Raises QueryError: for anything else.

    >>> check_timeout(0.5)
    """
    is_number = isinstance(timeout_s, int | float) and not isinstance(timeout_s, bool)
    if timeout_s is not None and not (is_number and timeout_s > 0):  # type: ignore[operator]
        raise QueryError(f"timeout_s is {timeout_s!r}; give a number of seconds above 0, or None.")


def check_batch_rows(batch_rows: object) -> None:
    """Let a whole number from 1 pass.

    Raises QueryError: for anything else.
    """
    if not isinstance(batch_rows, int) or isinstance(batch_rows, bool) or batch_rows < 1:
        raise QueryError(f"batch_rows is {batch_rows!r}; give a whole number from 1.")


def check_rows_kind(rows: object) -> None:
    """Let the two forms of an answer's rows pass.

    Raises QueryError: for anything else.
    """
    if rows not in ("lists", "dicts"):
        raise QueryError(f'rows is {rows!r}; give "lists" or "dicts".')


def check_job_names(job_id: object, job_id_prefix: object) -> None:
    """Let one name of a job pass, or none.

    Raises QueryError: for both.
    """
    if job_id is not None and job_id_prefix is not None:
        raise QueryError("job_id and job_id_prefix are both given; the first names the job alone.")


def check_frame(frame: Any) -> None:
    """Let a DataFrame pass that a table can be made of.

    Raises QueryError: for anything else, and for columns without a name of their own.
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise QueryError(
            f"frame is a {type(frame).__name__}; give a DataFrame, or rows to load_rows."
        )
    if unnamed := [name for name in frame.columns if not isinstance(name, str)]:
        raise QueryError(
            f"A column of the frame is named {unnamed[0]!r}, which is no text; give each a text,"
            ' for instance by frame.add_prefix("column_").'
        )
    if repeated := [str(name) for name in frame.columns[frame.columns.duplicated()]]:
        raise QueryError(
            f"The frame has more than one column {repeated[0]!r}; give each a name of its own."
        )
