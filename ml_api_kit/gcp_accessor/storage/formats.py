"""Rows in objects: gzipped CSV, JSON lines and Parquet."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml_api_kit.gcp_accessor.storage.csv_gzip import Row, pack_rows, unpack_rows
from ml_api_kit.gcp_accessor.storage.json_lines import pack_json_lines, unpack_json_lines
from ml_api_kit.gcp_accessor.storage.parquet_file import parquet_file, read_parquet
from ml_api_kit.gcp_accessor.storage.transfers import Transfers
from ml_api_kit.gcp_accessor.storage.uris import takes_uri, to_uri

if TYPE_CHECKING:
    import pyarrow as pa

_GZIP = "application/gzip"


class Formats(Transfers):
    """Rows, up and down."""

    @takes_uri
    def upload_csv_gzip(
        self,
        bucket: str,
        path: str,
        rows: Iterable[Row],
        *,
        header: Sequence[str] | None = None,
        if_generation_match: int | None = None,
    ) -> int:
        """The generation of the object that now holds `rows` as gzipped CSV.

        `rows` may be any iterable of lists, or of dicts, for which a header is written; it is read
        once and never held as a whole. Everything is written as text: None as an empty value (as
        `""` is), numbers in full precision, quotes, line ends and any character as they are. Equal
        rows give equal bytes. The object appears whole, with its checksum verified, or not at all:
        whatever `rows` raises comes out unchanged, and what was there before stays.

        With `if_generation_match` it is written only over that generation, 0 for no object.

        Raises PreconditionError: when the object is of another generation.
        Raises DataNotFoundError: when there is no such bucket.
        Raises PreprocessingError: for a row that is neither list nor dict, or has another column.
        """
        pieces = pack_rows(rows, header=header)
        return self._upload_pieces(
            bucket, path, pieces, _GZIP, if_generation_match=if_generation_match
        )

    @takes_uri
    def download_csv_gzip(self, bucket: str, path: str) -> Iterator[list[str]]:
        """The rows of a gzipped CSV, every value as text, a header as the first row.

        They are fetched while they are read; the memory does not grow with them. All of them are of
        one generation of the object, whose checksum is verified before the last ones are given.

        Raises DataNotFoundError: when there is no such object.
        Raises PreconditionError: when the object is written anew while it is read.
        Raises DataAccessError: when it is damaged, or no gzipped CSV.
        """
        return unpack_rows(self._pieces(bucket, path), subject=to_uri(bucket, path))

    @takes_uri
    def upload_json_lines(
        self,
        bucket: str,
        path: str,
        rows: Iterable[Mapping[str, Any]],
        *,
        if_generation_match: int | None = None,
    ) -> int:
        """The generation of the object that now holds `rows`, one JSON object per line.

        A path that ends in `.gz` is gzipped. `rows` may be any iterable of mappings, and is never
        held as a whole; the object appears whole or not at all, as by `upload_csv_gzip`.

        Raises PreprocessingError: for a row that is no mapping, or a value that JSON cannot hold.
        Raises PreconditionError: when the object is not of the generation `if_generation_match`.
        Raises DataNotFoundError: when there is no such bucket.
        """
        is_gzipped = path.endswith(".gz")
        pieces = pack_json_lines(rows, is_gzipped=is_gzipped)
        kind = _GZIP if is_gzipped else "application/x-ndjson"
        return self._upload_pieces(
            bucket, path, pieces, kind, if_generation_match=if_generation_match
        )

    @takes_uri
    def download_json_lines(self, bucket: str, path: str) -> Iterator[dict[str, Any]]:
        """The objects of JSON lines, gzipped or plain, fetched while they are read.

        They are verified as those of `download_csv_gzip` are.

        Raises DataNotFoundError: when there is no such object.
        Raises PreconditionError: when the object is written anew while it is read.
        Raises DataAccessError: when it is damaged, or a line is no JSON object.
        """
        return unpack_json_lines(self._pieces(bucket, path), subject=to_uri(bucket, path))

    @takes_uri
    def upload_parquet(
        self, bucket: str, path: str, data: Any, *, if_generation_match: int | None = None
    ) -> int:
        """The generation of the object that now holds an Arrow table, or rows, as Parquet.

        Rows are mappings, of any iterable; at most 50,000 of them are in memory at once.

        Raises PreprocessingError: for rows that do not fit one type per column.
        Raises PreconditionError: when the object is not of the generation `if_generation_match`.
        Raises DataNotFoundError: when there is no such bucket.
        """
        with parquet_file(data) as file:
            return self.upload_file(
                bucket,
                path,
                file,
                content_type="application/vnd.apache.parquet",
                if_generation_match=if_generation_match,
            )

    @takes_uri
    def download_parquet(self, bucket: str, path: str) -> pa.Table:
        """The Arrow table in a Parquet object.

        Raises DataNotFoundError: when there is no such object.
        Raises DataAccessError: when it is no Parquet, or damaged.
        """
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "object.parquet"
            self.download_file(bucket, path, file)
            return read_parquet(file, subject=to_uri(bucket, path))
