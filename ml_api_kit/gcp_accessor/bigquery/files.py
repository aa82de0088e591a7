"""Which load options a file's name asks for."""

from __future__ import annotations

from pathlib import Path

from ml_api_kit.errors import DataAccessError

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
