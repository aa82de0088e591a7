from collections import OrderedDict

import pytest

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.rows import column_values, has_column_names, same_columns
from tests.preprocessing.tables import NAN


def test_has_column_names_tells_dicts_from_lists():
    assert has_column_names([])
    assert has_column_names([{}, OrderedDict()])
    assert not has_column_names([[], (1, 2)])


@pytest.mark.parametrize(
    ("rows", "fault"),
    [([{}, []], "Row 1 is a list"), ([[], {}], "Row 1 is a dict"), ([7], "Row 0")],
)
def test_has_column_names_refuses_a_mixture(rows, fault):
    with pytest.raises(PreprocessingError, match=fault):
        has_column_names(rows)


def test_same_columns_of_rows_without_any():
    assert same_columns([]) == []
    assert same_columns([{}, {}]) == []


@pytest.mark.parametrize("values", [[None, NAN, 1.5], [NAN, "A", True], [None, 1, "A"]])
def test_column_values_has_one_missing_value(values):
    expected = [None if value != value else value for value in values]
    assert column_values([{"a": value} for value in values], ["a"]) == [expected]
