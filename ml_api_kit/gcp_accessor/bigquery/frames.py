"""The client's own ways between rows and DataFrames, whose types research code relies on."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ml_api_kit.errors import DataAccessError, PreprocessingError

if TYPE_CHECKING:
    import pandas as pd
    from google.cloud import bigquery


_NEEDED = {"pandas": "pandas", "pyarrow": "pyarrow", "db_dtypes": "db-dtypes"}


def check_frames() -> None:
    """Nothing, where the libraries that the client makes frames with are installed.

    Raises DataAccessError: when one is not; it says which.
    """
    missing = [library for module, library in _NEEDED.items() if find_spec(module) is None]
    if missing:
        raise DataAccessError(
            f"A frame of a query needs {', '.join(_NEEDED.values())}; install what is missing: "
            f"pip install {' '.join(missing)}."
        )


def answer_frame(answer: Any, client: bigquery.Client) -> pd.DataFrame:
    """The rows of an answer as a frame, with the types that the client chooses."""
    # The API that is faster for large answers is Google's own; no emulator has it.
    is_google = "googleapis.com" in str(client._connection.API_BASE_URL)
    with _quiet():
        frame: pd.DataFrame = answer.to_dataframe(create_bqstorage_client=is_google)
    return frame


def load_job(
    client: bigquery.Client, frame: pd.DataFrame, table: str, config: Any, *, job_id: str
) -> Any:
    """The client's job of an id that loads a frame into a table.

    Raises PreprocessingError: when a column holds values of several types.
    """
    import pyarrow as pa

    try:
        with _quiet():
            return client.load_table_from_dataframe(frame, table, job_id=job_id, job_config=config)
    except (pa.ArrowException, TypeError) as error:
        raise PreprocessingError(
            f"The frame cannot be loaded into {table}: {error}. Give each column values of one"
            " type, and one that BigQuery has."
        ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    # The client announces that another package will do this one day; until then it is the client
    # that says which types the columns have.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        # The types of such columns are those of the file, or it fails by an error of its own.
        warnings.filterwarnings("ignore", "Could not determine the type", UserWarning)
        yield
