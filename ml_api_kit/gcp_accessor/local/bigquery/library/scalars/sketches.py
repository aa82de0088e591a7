"""HLL_COUNT: sketches that count different values.

BigQuery's sketches estimate; these hold a hash of every value and count exactly. Their bytes are of
use only here.
"""

from __future__ import annotations

import hashlib
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar

_MARK = b"mlapi-hll1"
_SIZE = 8


def _sketch(hashes: set[bytes]) -> bytes:
    return _MARK + b"".join(sorted(hashes))


def _hashes(sketch: bytes) -> set[bytes]:
    if not sketch.startswith(_MARK) or (len(sketch) - len(_MARK)) % _SIZE:
        raise SqlError("Invalid or incompatible sketch in HLL_COUNT")
    body = sketch[len(_MARK) :]
    return {body[at : at + _SIZE] for at in range(0, len(body), _SIZE)}


@scalar("bq_sketch", "BLOB")
def sketch(values: list[Any]) -> bytes | None:
    """The sketch of the values; NULL of none."""
    hashes = {hashlib.blake2b(repr(value).encode(), digest_size=_SIZE).digest() for value in values}
    return _sketch(hashes) if hashes else None


@scalar("bq_sketch_merge", "BLOB")
def merge(sketches: list[bytes | None]) -> bytes | None:
    """The sketch of the values of all sketches."""
    present = [item for item in sketches if item is not None]
    return _sketch(set().union(*map(_hashes, present))) if present else None


@scalar("bq_sketch_merge_count", "BIGINT", takes_nulls=True)
def merge_count(sketches: list[bytes | None] | None) -> int:
    """How many different values all sketches hold."""
    present = [item for item in sketches or [] if item is not None]
    return len(set().union(*map(_hashes, present))) if present else 0


@scalar("bq_hll_count_extract", "BIGINT", takes_nulls=True)
def extract(value: bytes | None) -> int:
    """How many different values the sketch holds; 0 for NULL."""
    return 0 if value is None else len(_hashes(value))
