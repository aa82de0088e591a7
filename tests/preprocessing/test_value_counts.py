import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import is_missing, value_counts
from tests.preprocessing.tables import COLUMNS, dicts, lists, one_missing, to_frame, unchanged

options = st.fixed_dictionaries(
    {name: st.booleans() for name in ("sort", "ascending", "normalize", "dropna")}
)


def one_none(key):
    return None if is_missing(key) else key


@given(dicts, st.sampled_from(COLUMNS), options)
def test_value_counts_agrees_with_pandas_in_counts_and_order(rows, column, options):
    counts = to_frame(one_missing(rows))[column].value_counts(**options)
    expected = [(one_none(key), count) for key, count in counts.items()]
    assert list(unchanged(value_counts, rows, column, **options).items()) == expected


@given(lists, options)
def test_value_counts_of_lists_agrees_with_pandas(rows, options):
    frame = to_frame(one_missing(rows))
    expected = frame[0].value_counts(**options).items() if rows else []
    found = unchanged(value_counts, rows, 0, **options)
    assert list(found.items()) == [(one_none(key), count) for key, count in expected]


@given(dicts, options)
def test_value_counts_of_several_columns_agrees_with_pandas_in_counts(rows, options):
    columns = ["name", "flag"]
    counts = to_frame(one_missing(rows)).value_counts(columns, **options)
    expected = {tuple(map(one_none, key)): count for key, count in counts.items()}
    found = unchanged(value_counts, rows, columns, **options)
    assert found == expected
    if options["sort"]:
        assert list(found.values()) == list(expected.values())


def test_value_counts_keeps_ties_as_they_are_first_seen():
    rows = [["B"], ["C"], ["A"], ["A"], ["C"]]
    assert list(value_counts(rows, 0)) == ["C", "A", "B"]
    assert list(value_counts(rows, 0, ascending=True)) == ["B", "C", "A"]
    assert list(value_counts(rows, 0, sort=False)) == ["B", "C", "A"]


def test_value_counts_of_nothing_is_empty():
    assert value_counts([], "name", normalize=True) == {}
    assert value_counts([{"name": None}], "name", normalize=True) == {}


def test_value_counts_names_what_is_at_fault():
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'nam'"):
        value_counts([{"name": 1}], "nam")
    with pytest.raises(PreprocessingError, match="Row 0, column 'name' holds a dict, which value_"):
        value_counts([{"name": {}}], ["name"])
