import pytest
from hypothesis import given

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import to_rows
from tests.preprocessing.tables import COLUMNS, from_frame, lists, normal, to_frame, unchanged


@given(lists)
def test_to_rows_agrees_with_pandas(values):
    expected = from_frame(to_frame(values).set_axis(list(COLUMNS), axis=1))
    assert normal(unchanged(to_rows, values, COLUMNS)) == expected


def test_to_rows_takes_tuples_and_a_generator_of_names():
    assert to_rows([("A", 1)], (name for name in ["name", "score"])) == [{"name": "A", "score": 1}]


@pytest.mark.parametrize("row", [["B"], ["B", 1, 2]])
def test_to_rows_refuses_a_row_of_another_length(row):
    with pytest.raises(
        PreprocessingError, match=r"Row 1 has \d values for 2 columns \(name, score\)"
    ):
        to_rows([["A", 1], row], ["name", "score"])


def test_to_rows_refuses_a_name_twice():
    with pytest.raises(PreprocessingError, match="'name' is named twice"):
        to_rows([], ["name", "name"])
