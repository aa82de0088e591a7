"""Which load options a file's name asks for, and the columns that a schema file names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ml_api_kit.errors import DataAccessError

if TYPE_CHECKING:
    from google.cloud.bigquery import SchemaField

_FORMATS = {
    ".csv": "CSV",
    ".jsonl": "NEWLINE_DELIMITED_JSON",
    ".ndjson": "NEWLINE_DELIMITED_JSON",
    ".json": "NEWLINE_DELIMITED_JSON",
    ".parquet": "PARQUET",
}


def source_format(path: Path) -> str:
    """BigQuery's name of the file's format, from its ending without `.gz`.

    Raises DataAccessError: when the ending is none that BigQuery loads.

    >>> source_format(Path("answers.csv.gz"))
    'CSV'
    """
    ending = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    if ending.lower() not in _FORMATS:
        raise DataAccessError(
            f"{path}: the ending {ending!r} is no format that BigQuery loads; use one of "
            f"{', '.join(_FORMATS)}, each but .parquet also with .gz."
        )
    return _FORMATS[ending.lower()]


def read_table_schema(path: Path) -> list[SchemaField]:
    """The columns that a schema file of BigQuery's own format names.

    Raises DataAccessError: when the file is not such a list of columns.
    Source: https://cloud.google.com/bigquery/docs/schemas#specifying_a_json_schema_file
    """
    from google.cloud.bigquery import SchemaField

    try:
        columns = json.loads(path.read_bytes())
        # The client itself would take a column without a type, and the load then fail.
        return [SchemaField.from_api_repr(column | {"type": column["type"]}) for column in columns]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataAccessError(
            f"{path} is no table schema ({error!r}); write a list such as "
            '[{"name": "score", "type": "FLOAT64", "mode": "NULLABLE"}].'
        ) from error
