"""Files in forms that DuckDB does not read, as files beside them in forms that it does."""

from __future__ import annotations

import codecs
import gzip
import zlib
from pathlib import Path

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError

_ENCODINGS = {
    "ISO-8859-1": "latin-1",
    "UTF-16BE": "utf-16-be",
    "UTF-16LE": "utf-16-le",
    "UTF-32BE": "utf-32-be",
    "UTF-32LE": "utf-32-le",
}
_BLOCK_BYTES = 1 << 20
# What reading a gzip raises that is cut off or altered.
GZIP_FAULTS = (gzip.BadGzipFile, EOFError, zlib.error)
_GZIP_MAGIC = b"\x1f\x8b"


def recoded(path: Path, encoding: str) -> Path:
    """The text of a file, gzipped or not, as a file in UTF-8.

    Raises BigQueryError: when BigQuery knows no such encoding, or the text is not in it.
    """
    if encoding not in _ENCODINGS:
        raise BigQueryError(f"Invalid value for encoding: {encoding}")
    decode = codecs.getincrementaldecoder(_ENCODINGS[encoding])().decode
    target = path.with_name(f"{path.name}.utf-8")
    is_gzip = _is_gzip(path)
    try:
        with (gzip.open if is_gzip else open)(path, "rb") as source, target.open("wb") as result:
            while block := source.read(_BLOCK_BYTES):
                result.write(decode(block).encode())
            result.write(decode(b"", final=True).encode())
    except (UnicodeError, *GZIP_FAULTS) as error:
        raise BigQueryError(
            f"Error while reading data, error message: the text is not {encoding}."
        ) from error
    return target


def with_plain_line_ends(path: Path, quote_mark: str) -> Path:
    """The lines of a CSV file, gzipped or not, that end in CRLF as ones that end in LF.

    DuckDB takes a newline within quotes for the way that lines end. Without quotes there is none.

    Raises BigQueryError: when it is no gzip after its beginning.
    """
    try:
        return _with_plain_line_ends(path, quote_mark.encode())
    except GZIP_FAULTS as error:
        raise BigQueryError(
            "Error while reading data, error message: a file is no gzip after its beginning:"
            f" {error}"
        ) from error


def _with_plain_line_ends(path: Path, mark: bytes) -> Path:
    if not _has_crlf(path) or not mark:
        return path
    target = path.with_name(f"{path.name}.lines")
    is_within = False
    with (gzip.open if _is_gzip(path) else open)(path, "rb") as source, target.open("wb") as result:
        for line in source:
            is_within ^= bool(line.count(mark) % 2)
            is_plain = is_within or not line.endswith(b"\r\n")
            result.write(line if is_plain else line[:-2] + b"\n")
    return target


def orc_as_parquet(path: Path) -> Path:
    """The rows of an ORC file as a Parquet file.

    Raises BigQueryError: when it is no ORC file.
    """
    import pyarrow as pa
    import pyarrow.orc as orc
    import pyarrow.parquet as pq

    target = path.with_name(f"{path.name}.parquet")
    try:
        pq.write_table(orc.read_table(path), target)
    except (pa.ArrowException, OSError) as error:
        raise BigQueryError(
            "Error while reading data, error message: this is no ORC file."
        ) from error
    return target


def _has_crlf(path: Path) -> bool:
    with (gzip.open if _is_gzip(path) else open)(path, "rb") as file:
        last = b""
        while block := file.read(_BLOCK_BYTES):
            if b"\r\n" in last + block:
                return True
            last = block[-1:]
    return False


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _GZIP_MAGIC
