import gzip
import sys
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_api_kit.gcp_accessor import gzip_stream
from ml_api_kit.gcp_accessor.gzip_stream import unpack_gzip


@settings(deadline=None)
@given(st.lists(st.binary(max_size=2000), min_size=1, max_size=4), st.integers(1, 300))
def test_members_come_out_joined_however_they_are_cut(members: list[bytes], size: int) -> None:
    packed = b"".join(gzip.compress(member) for member in members) + b"\0" * 9
    pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
    assert b"".join(unpack_gzip(pieces)) == b"".join(members) == gzip.decompress(packed)


def test_well_packed_bytes_come_in_small_blocks() -> None:
    packed = gzip.compress(bytes(50 << 20))
    sizes = [len(block) for block in unpack_gzip([packed])]
    assert sum(sizes) == 50 << 20
    assert max(sizes) <= 1 << 20


@pytest.mark.parametrize("cut", [1, 5, 9, 15, 100])
def test_cut_short_is_told(cut: int) -> None:
    packed = gzip.compress(bytes(range(256)) * 10)
    with pytest.raises(EOFError):
        list(unpack_gzip([packed[:-cut]]))


def test_altered_checksum_and_garbage_are_told() -> None:
    packed = bytearray(gzip.compress(b"abc"))
    packed[-6] ^= 1
    for data in (bytes(packed), b"no gzip", gzip.compress(b"a") + b"garbage"):
        with pytest.raises(zlib.error):
            list(unpack_gzip([data]))


def test_missing_isal_is_told_once_and_zlib_packs(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "isal", None)
    gzip_stream._packer_module.cache_clear()
    try:
        packed = [b"".join(gzip_stream.pack_gzip([b"abc" * 1000])) for _ in range(2)]
    finally:
        gzip_stream._packer_module.cache_clear()
    assert [gzip.decompress(one) for one in packed] == [b"abc" * 1000] * 2
    assert sum("pip install isal" in record.message for record in caplog.records) == 1
