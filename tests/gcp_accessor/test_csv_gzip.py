import csv
import gzip
import io
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_api_kit.errors import DataAccessError, PreprocessingError
from ml_api_kit.gcp_accessor.storage.csv_gzip import pack_rows, unpack_rows


def round_trip(rows: Any, **options: Any) -> list[list[str]]:
    packed = b"".join(pack_rows(rows, **options))
    return list(unpack_rows([packed[:7], packed[7:]], subject="it"))


@settings(deadline=None)
@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4)))
def test_rows_of_any_text_come_back(rows: list[list[str]]) -> None:
    assert round_trip(rows) == rows


@settings(deadline=None)
@given(st.floats(allow_nan=False))
def test_floats_come_back_in_full_precision(value: float) -> None:
    assert float(round_trip([[value]])[0][0]) == value


_VALUES = st.one_of(
    st.none(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.sampled_from([0.0001, 0.00009999, 1e16, 123456789.125, -0.0, 2**63, 2**64, "e", "null", ""]),
)


@settings(deadline=None)
@given(
    st.integers(0, 4).flatmap(
        lambda width: st.lists(st.lists(_VALUES, min_size=width, max_size=width))
    )
)
def test_text_is_that_of_a_plain_writer(rows: list[list[Any]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    assert gzip.decompress(b"".join(pack_rows(rows))).decode() == text.getvalue()


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(), st.one_of(st.none(), st.integers())), min_size=1))
def test_columns_of_numbers_are_those_of_a_plain_writer(rows: list[tuple[Any, ...]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    assert gzip.decompress(b"".join(pack_rows(rows))).decode() == text.getvalue()


def test_values_leave_as_text() -> None:
    row = [None, 1, 1.5, True, math.nan, 'say "hi"', "a\r\nb\nc\rd", "日本", ""]
    expected = ["", "1", "1.5", "True", "nan", 'say "hi"', "a\r\nb\nc\rd", "日本", ""]
    assert round_trip([row]) == [expected]


def test_no_rows_give_an_empty_file() -> None:
    assert round_trip([]) == []
    assert round_trip([], header=["a"]) == [["a"]]


def test_dicts_write_a_header_and_missing_keys_are_empty() -> None:
    rows = [{"a": 1, "b": 2}, {"b": 3}]
    assert round_trip(iter(rows)) == [["a", "b"], ["1", "2"], ["", "3"]]
    assert round_trip(rows, header=["b", "a"]) == [["b", "a"], ["2", "1"], ["3", ""]]


def test_lists_write_the_header_that_is_given() -> None:
    assert round_trip([(1, 2)], header=["a", "b"]) == [["a", "b"], ["1", "2"]]


def test_equal_rows_give_equal_bytes_without_a_time() -> None:
    packed = b"".join(pack_rows([[1, 2]]))
    assert packed == b"".join(pack_rows([[1, 2]]))
    assert packed[4:8] == b"\0\0\0\0"
    assert gzip.decompress(packed) == b"1,2\r\n"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[1], "ab"], "Row 1 is of type str"),
        ([[1], {"a": 1}], "Row 1 is of type dict"),
        ([{"a": 1}, [1]], "Row 1 is of type list"),
        ([[1]] * 600 + [7], "Row 600 is of type int"),
        ([{"a": 1}, {"a": 1, "z": 2}], "Row 1 has z"),
    ],
)
def test_row_of_another_kind_is_named(rows: Any, message: str) -> None:
    with pytest.raises(PreprocessingError, match=message):
        round_trip(rows)


@pytest.mark.parametrize("damage", ["cut", "altered", "no gzip", "no utf-8", "nothing"])
def test_damaged_file_is_told_apart(damage: str) -> None:
    packed = bytearray(b"".join(pack_rows([[number, "text"] for number in range(2000)])))
    data = {
        "cut": packed[:-20],
        "altered": packed[:-6] + bytes([packed[-6] ^ 1]) + packed[-5:],
        "no gzip": b"a,b\r\n",
        "no utf-8": gzip.compress(b"\xff\xfe\n"),
        "nothing": b"",
    }[damage]
    if damage == "nothing":
        # No bytes at all count as a gzip without members, as for gzip itself.
        assert list(unpack_rows([bytes(data)], subject="it")) == []
        return
    with pytest.raises(DataAccessError, match=r"^it "):
        list(unpack_rows([bytes(data)], subject="it"))


def test_value_over_the_limit_of_csv_is_named() -> None:
    long = "x" * (csv.field_size_limit() + 1)
    with pytest.raises(DataAccessError, match=r"at line 2 .*field_size_limit"):
        round_trip([["a"], [long]])


def test_nested_value_is_told_with_its_record() -> None:
    rows = [{"a": n, "b": n if n < 700 else [n]} for n in range(1000)]
    with pytest.raises(PreprocessingError, match=r"Record 702 of the file: A value of type list"):
        list(pack_rows(rows))
