"""Turns rows into gzipped CSV and back, in memory that does not grow with the rows."""

from __future__ import annotations

import codecs
import csv
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from ml_api_kit.errors import DataAccessError, PreprocessingError
from ml_api_kit.gcp_accessor.given_rows import checked_rows
from ml_api_kit.gcp_accessor.gzip_stream import pack_gzip, unpack_gzip
from ml_api_kit.gcp_accessor.storage.csv_text import csv_text
from ml_api_kit.gcp_accessor.storage.csv_values import NestedValueError, text_of

Row = Sequence[Any] | Mapping[str, Any]

_BATCH_ROWS = 500


def pack_rows(rows: Iterable[Row], *, header: Sequence[str] | None = None) -> Iterator[bytes]:
    r"""The gzip of the CSV of `rows`, in pieces; the same rows give the same bytes.

    `rows` are sequences, or mappings, for which a header is written: `header`, else the keys of the
    first; a key that a mapping lacks is written as a missing value. Before sequences `header` is
    written if it is given. The CSV is that of RFC 4180 in UTF-8: a value is written as `str` has it
    (a float in full precision), None and pandas' NA as nothing, bytes in base64, as BigQuery loads
    and extracts them; quotes, line ends and commas are quoted.

    Raises PreprocessingError: when a row is neither, when both kinds come, when a mapping has a
    key that is not in the header, or when a value is a list, a mapping or an array.

    Source: RFC 4180 and RFC 1952.

    >>> import gzip
    >>> gzip.decompress(b"".join(pack_rows([{"id": 1, "text": "a,b"}, {"id": 2}])))
    b'id,text\r\n1,"a,b"\r\n2,\r\n'
    """
    if isinstance(header, str | bytes):
        raise PreprocessingError(f"header is {header!r}; give a list of the names of columns.")
    tables = _tables(iter(checked_rows(rows)), header)
    return pack_gzip(_encoded(batch, done) for batch, done in _counted(tables))


def _counted(
    tables: Iterator[list[Sequence[Any]]],
) -> Iterator[tuple[list[Sequence[Any]], int]]:
    """Each table with the number of records before it, the header among them."""
    done = 0
    for batch in tables:
        yield batch, done
        done += len(batch)


def _encoded(batch: Sequence[Sequence[Any]], done: int) -> bytes:
    try:
        text = csv_text(batch)
    except NestedValueError as error:
        at = next(at for at, row in enumerate(batch) if _is_nested(row, error.column))
        raise PreprocessingError(f"Record {done + at + 1} of the file: {error}") from error
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        start = max(error.start - 20, 0)
        raise PreprocessingError(
            f"A value cannot be written in UTF-8: {text[start : error.end + 20]!r} holds half of a"
            " character (a surrogate). Decode it again from its bytes."
        ) from error


def _is_nested(row: Sequence[Any], column: int) -> bool:
    try:
        text_of(row[column], column)
    except (NestedValueError, IndexError) as error:
        return isinstance(error, NestedValueError)
    return False


def unpack_rows(packed: Iterable[bytes], *, subject: str) -> Iterator[list[str]]:
    r"""The rows of the gzipped CSV in `packed`: every value as text, a missing one as `""`.

    `subject` names it in an error.

    Raises DataAccessError: when it is no gzip, is cut short or altered, or is no CSV in UTF-8.

    >>> import gzip
    >>> list(unpack_rows([gzip.compress(b'a,"b,c"\r\n1,\r\n')], subject="it"))
    [['a', 'b,c'], ['1', '']]
    """
    # Chained in batches rather than yielded one by one, so that most rows never leave C.
    return chain.from_iterable(_row_batches(packed, subject=subject))


def _row_batches(packed: Iterable[bytes], *, subject: str) -> Iterator[list[list[str]]]:
    reader = csv.reader(chain.from_iterable(_texts(unpack_gzip(packed))))
    try:
        while batch := list(islice(reader, _BATCH_ROWS)):
            yield batch
    except (EOFError, zlib.error) as error:
        raise DataAccessError(
            f"{subject} is damaged, or is no gzip, at line {reader.line_num} ({error}). Upload"
            " it again."
        ) from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataAccessError(
            f"{subject} cannot be read as CSV in UTF-8 at line {reader.line_num} ({error}). For"
            " a longer value call csv.field_size_limit first."
        ) from error


def _texts(blocks: Iterable[bytes]) -> Iterator[io.StringIO]:
    """The text in `blocks` as files of whole lines, whose ends may be any of CR, LF and CRLF."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    pending: list[str] = []
    for block in blocks:
        head, end, tail = decode(block).rpartition("\n")
        if end:
            yield io.StringIO("".join(pending) + head + end, newline="")
            pending = []
        pending.append(tail)
    pending.append(decode(b"", final=True))
    yield io.StringIO("".join(pending), newline="")


def _tables(rows: Iterator[Row], header: Sequence[str] | None) -> Iterator[list[Sequence[Any]]]:
    """The rows in batches, all of them sequences, the header first."""
    first = next(rows, None)
    if isinstance(first, Mapping):
        header = list(first) if header is None else header
    if header is not None:
        yield [header]
    if first is None:
        return
    remaining: Iterator[Row] = chain([first], rows)
    is_mapping = isinstance(first, Mapping)
    done_rows = 0
    while batch := list(islice(remaining, _BATCH_ROWS)):
        if any(_is_wrong(kind, is_mapping=is_mapping) for kind in set(map(type, batch))):
            raise _wrong_row(batch, done_rows, is_mapping=is_mapping)
        if is_mapping and header is not None:
            yield _value_rows(batch, header, done_rows)  # type: ignore[arg-type]
        else:
            yield batch  # type: ignore[misc]
        done_rows += len(batch)


def _is_wrong(kind: type, *, is_mapping: bool) -> bool:
    if issubclass(kind, str | bytes) or not hasattr(kind, "__iter__"):
        return True
    return issubclass(kind, Mapping) is not is_mapping


def _wrong_row(batch: list[Row], done_rows: int, *, is_mapping: bool) -> PreprocessingError:
    at, row = next(
        (at, row) for at, row in enumerate(batch) if _is_wrong(type(row), is_mapping=is_mapping)
    )
    expected = "a mapping as the first row is" if is_mapping else "a list of values"
    return PreprocessingError(
        f"Row {done_rows + at} is of type {type(row).__name__}; give every row as {expected}, and"
        ' a DataFrame as frame.to_dict("records").'
    )


def _value_rows(
    batch: list[Mapping[str, Any]], header: Sequence[str], done_rows: int
) -> list[Sequence[Any]]:
    width = len(set(header))
    if len(header) == width > 1 and set(map(len, batch)) == {width}:
        try:
            return list(map(itemgetter(*header), batch))
        except KeyError:
            # One of them has other keys, which the slower way names.
            pass
    return [_values(row, header, done_rows + at) for at, row in enumerate(batch)]


def _values(row: Mapping[str, Any], header: Sequence[str], number: int) -> list[Any]:
    values = [row.get(column) for column in header]
    if len(row) > len(header) or not row.keys() <= set(header):
        unknown = sorted(map(str, row.keys() - set(header)))
        raise PreprocessingError(
            f"Row {number} has {', '.join(unknown)}, which the header has not; name every column in"
            " header=[…]."
        )
    return values
