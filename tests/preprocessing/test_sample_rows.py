import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import sample_rows
from tests.preprocessing.tables import lists, to_frame, unchanged

seeds = st.integers(0, 5)


@given(lists, st.sampled_from([0, 0.1, 0.25, 0.5, 1 / 3, 0.9, 1]), seeds)
def test_sample_rows_draws_as_many_as_pandas(rows, frac, seed):
    expected = to_frame(rows).sample(frac=frac, random_state=seed)
    found = unchanged(sample_rows, rows, frac=frac, seed=seed)
    drawn = {id(row) for row in found}
    assert len(found) == len(expected)
    assert len(drawn) == len(found), "a row was drawn twice"
    assert drawn <= {id(row) for row in rows}


@given(lists, st.data(), seeds)
def test_sample_rows_draws_n(rows, data, seed):
    n = data.draw(st.integers(0, len(rows)))
    assert len(unchanged(sample_rows, rows, n=n, seed=seed)) == n


def test_sample_rows_draws_all_rows_alike_and_in_any_order():
    draws = [sample_rows([[0], [1], [2]], n=2, seed=seed) for seed in range(300)]
    counts = {place: sum([place] in drawn for drawn in draws) for place in range(3)}
    # Each is in two of three draws; 150 and 250 are six standard deviations from 200.
    assert all(150 < count < 250 for count in counts.values())
    assert any(drawn != sorted(drawn) for drawn in draws)


@pytest.mark.parametrize("options", [{}, {"n": 1, "frac": 0.5}])
def test_sample_rows_refuses_both_n_and_frac_and_neither(options):
    with pytest.raises(PreprocessingError, match="one of n and frac"):
        sample_rows([[1]], seed=1, **options)


@pytest.mark.parametrize("n", [-1, 3])
def test_sample_rows_refuses_more_than_there_are(n):
    with pytest.raises(PreprocessingError, match=rf"n is {n}, and there are 2 rows"):
        sample_rows([[1], [2]], seed=1, n=n)


@pytest.mark.parametrize("frac", [-0.1, 1.5, float("nan")])
def test_sample_rows_refuses_a_part_that_is_none(frac):
    with pytest.raises(PreprocessingError, match="from 0 to 1"):
        sample_rows([[1]], seed=1, frac=frac)
