"""What the methods of the accessor are called with, looked at before anything is sent.

The client takes some of it silently for something else, and fails on the rest in its own words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
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
    if timeout_s is not None and not (is_number and 0 < timeout_s < math.inf):  # type: ignore[operator]
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

    Raises QueryError: for both, and for what is no text.
    """
    for name, given in (("job_id", job_id), ("job_id_prefix", job_id_prefix)):
        if given is not None and not (isinstance(given, str) and given):
            raise QueryError(f"{name} is {given!r}; give a text, or None.")
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
    if not len(frame.columns):
        raise QueryError("The frame has no columns; a table needs one.")


def check_job_config(job_config: object, kind: type) -> None:
    """Let None and a configuration of the client of this kind pass.

    Raises QueryError: for anything else.
    """
    if job_config is not None and not isinstance(job_config, kind):
        found = type(job_config).__name__
        raise QueryError(f"job_config is a {found}; give a bigquery.{kind.__name__}, or None.")


def check_progress(progress: object) -> None:
    """Let None and a function pass.

    Raises QueryError: for anything else.
    """
    if progress is not None and not callable(progress):
        raise QueryError(f"progress is {progress!r}; give a function of one argument, or None.")


def checked_path(path: object) -> Path:
    """The path of a file that is to be loaded.

    Raises QueryError: for what is no path.
    """
    if not isinstance(path, str | Path):
        raise QueryError(f"path is a {type(path).__name__}; give that of a file, as text or Path.")
    return Path(path)


def checked_schema(schema: Any) -> list[Any] | None:
    """The columns of a table as the client's fields; None for None.

    Raises QueryError: for anything but fields of the client, or mappings of what they have.
    """
    if schema is None:
        return None
    from google.cloud.bigquery import SchemaField

    fields = list(schema) if isinstance(schema, Iterable) else []
    is_known = all(isinstance(one, SchemaField | Mapping) for one in fields)
    if isinstance(schema, str | Mapping) or not fields or not is_known:
        raise QueryError(
            f"schema is a {type(schema).__name__} that names no columns; give a list such as"
            ' [bigquery.SchemaField("score", "FLOAT64")].'
        )
    return fields


def check_dataset(dataset: object) -> None:
    """Let the name of a dataset pass.

    Raises QueryError: for anything else.
    """
    if not isinstance(dataset, str) or not dataset:
        raise QueryError(f"{dataset!r} names no dataset; give its name as text.")
