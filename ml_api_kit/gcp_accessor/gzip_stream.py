"""Packs and unpacks gzip piece by piece, in memory that depends on no size in it."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

_MOST_BLOCK_BYTES = 1 << 20
_SLICE_BYTES = 1 << 16
# isal packs CSV at this level, of 0 to 3, as tightly as zlib at 6, in a tenth of its time.
_ISAL_LEVEL = 2
_ZLIB_LEVEL = 6
_logger = logging.getLogger("ml_api_kit.gcp_accessor")


def pack_gzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The gzip of what `pieces` hold together, in pieces.

    It bears modification time 0: equal pieces give equal bytes where equal packages are installed.
    The package isal packs; where it is missing, zlib does, which takes several times as long, and
    one line in the log says so.

    Source: RFC 1952.

    >>> import gzip
    >>> gzip.decompress(b"".join(pack_gzip([b"ab", b"c"])))
    b'abc'
    """
    packer = _packer_module().compressobj(_level(), wbits=31)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()


@cache
def _packer_module() -> Any:
    try:
        from isal import isal_zlib
    except ImportError:
        _logger.warning(
            "The package isal is not installed: gzip is packed by zlib, which takes several times"
            " as long. To change that: pip install isal"
        )
        return zlib
    return isal_zlib


def _level() -> int:
    return _ZLIB_LEVEL if _packer_module() is zlib else _ISAL_LEVEL


def unpack_gzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The unpacked bytes of the gzip in `pieces`, in blocks of at most 1 MiB.

    It may have several members, one behind the other, and zeros behind the last.

    Raises zlib.error: when it is no gzip, or not what its checksum says.
    Raises EOFError: when it ends within a member.

    Source: RFC 1952.

    >>> import gzip
    >>> b"".join(unpack_gzip([gzip.compress(b"ab"), gzip.compress(b"c")]))
    b'abc'
    """
    unpacker = None
    for piece in pieces:
        for start in range(0, len(piece), _SLICE_BYTES):
            packed = piece[start : start + _SLICE_BYTES]
            while packed:
                if unpacker is None:
                    # Zeros between and behind members are padding.
                    packed = packed.lstrip(b"\0")
                    if not packed:
                        break
                    unpacker = zlib.decompressobj(wbits=31)
                block = unpacker.decompress(packed, _MOST_BLOCK_BYTES)
                if block:
                    yield block
                packed = unpacker.unconsumed_tail
                if unpacker.eof:
                    packed, unpacker = unpacker.unused_data, None
    yield from _rest(unpacker)


def _rest(unpacker: zlib._Decompress | None) -> Iterator[bytes]:
    """What is left in an unpacker that was given everything."""
    while unpacker is not None and not unpacker.eof:
        block = unpacker.decompress(b"", _MOST_BLOCK_BYTES)
        if not block and not unpacker.eof:
            raise EOFError("it ends within its packed bytes")
        yield block
