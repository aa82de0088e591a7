"""A database with all functions made and no rows, kept for the folders that begin later.

Making the functions takes a second, before the first change in a folder. Once per version they are
kept in the cache folder of the user, in a file whose name has its own checksum; a new folder begins
with a copy of it.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.cache_folder import cache_folder

_PREFIX = "bigquery-"
_logger = logging.getLogger(__name__)


def begin_with_library(target: Path, version: str) -> None:
    """Make a copy of what is kept for the version; nothing where there is none.

    A copy that cannot be made costs time, no more, and the log says why.
    """
    if target.exists():
        return
    try:
        for kept in cache_folder().glob(f"{_name(version)}-*"):
            content = kept.read_bytes()
            if hashlib.sha256(content).hexdigest() == kept.name.rpartition("-")[2]:
                return _write(target, content)
            _logger.warning("%s is damaged; it is removed, and made anew.", kept)
            kept.unlink()
    except (OSError, RuntimeError) as error:
        _logger.warning("The functions of the local BigQuery are made anew: %s", error)


def keep_library(connection: DuckDBPyConnection, database: Path, version: str) -> None:
    """Keep a database that has the functions of the version, and no rows, where none is kept.

    Nothing may be written into the database meanwhile. Where it cannot be kept, the log says why.
    """
    try:
        folder = cache_folder()
        if any(folder.glob(f"{_name(version)}-*")) or _has_rows(connection):
            return
        connection.execute("CHECKPOINT")
        content = database.read_bytes()
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / f"{_name(version)}-{hashlib.sha256(content).hexdigest()}", content)
    except (OSError, RuntimeError, duckdb.TransactionException) as error:
        _logger.warning("The functions of the local BigQuery cannot be kept: %s", error)
        return
    for other in folder.glob(f"{_PREFIX}*"):
        if not other.name.startswith(_name(version)):
            other.unlink(missing_ok=True)


def _has_rows(connection: DuckDBPyConnection) -> bool:
    sizes = "SELECT 1 FROM duckdb_tables() WHERE database_name = current_database()"
    return connection.execute(f"{sizes} AND estimated_size > 0 LIMIT 1").fetchone() is not None


def _name(version: str) -> str:
    return f"{_PREFIX}{duckdb.__version__}-{version[:16]}"


def _write(target: Path, content: bytes) -> None:
    # Renamed when whole: nobody reads half a file, also of those who write the same one.
    written = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
    try:
        written.write_bytes(content)
        written.replace(target)
    finally:
        written.unlink(missing_ok=True)
