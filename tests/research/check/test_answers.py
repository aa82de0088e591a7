import math
from typing import Any

import pytest

from ml_api_kit.research.check import FirstDifference, compare_answers, relative_difference


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (1, 1),
        (1, 1.0),
        (1.0, 1),
        ("a", "a"),
        (True, True),
        (None, None),
        (math.nan, None),
        (None, math.nan),
        (0.1 + 0.2, 0.3),
        (math.inf, math.inf),
        ([1.0, "a"], [1.0, "a"]),
    ],
)
def test_equal_values_are_equal(expected: Any, found: Any) -> None:
    assert compare_answers([{"a": expected}], [{"a": found}]).is_equal


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (1, 2),
        # A label has no neighbours, however near they are.
        (1_000_000_000_000, 1_000_000_000_001),
        (1, True),
        (True, 1),
        (0, None),
        (0.0, None),
        (None, 0.0),
        ("1", 1),
        ("a", "A"),
        (1.0, "1.0"),
        (1.0, 1.0 + 3e-9),
        (math.inf, -math.inf),
        (math.inf, 1.0),
        ([1.0], [1.0, 2.0]),
        ([1.0, 2.0], [1.0, 3.0]),
    ],
)
def test_values_that_differ_are_found(expected: Any, found: Any) -> None:
    compared = compare_answers([{"a": expected}], [{"a": found}])
    assert compared.unequal == (0,)
    assert compared.first_difference == FirstDifference(0, "a", expected, found)


def test_nothing_compared_is_not_equal() -> None:
    assert not compare_answers([], []).is_equal


def test_an_answer_that_is_missing_differs() -> None:
    compared = compare_answers([{"a": 1}, {"a": 2}], [{"a": 1}])
    assert compared.unequal == (1,)


def test_a_row_that_differs_twice_counts_once() -> None:
    compared = compare_answers([{"a": 1, "b": 1}, {"a": 2, "b": 2}], [{"a": 0, "b": 0}, {}])
    assert compared.unequal == (0, 1)


def test_columns_that_are_not_expected_are_not_looked_at() -> None:
    assert compare_answers([{"a": 1}], [{"a": 1, "row_id": 7}]).is_equal


def test_the_rest_of_large_numbers_is_not_asked_for_more_digits_than_they_had() -> None:
    expected = [{"a": 1e6}, {"a": 1e-9}]
    assert compare_answers(expected, [{"a": 1e6}, {"a": 1.1e-9}]).is_equal
    assert not compare_answers(expected[1:], [{"a": 1.1e-9}]).is_equal


def test_the_largest_difference_is_told_though_all_is_equal() -> None:
    compared = compare_answers([{"a": 2.0}], [{"a": 2.0 * (1 + 5e-10)}])
    assert compared.is_equal
    assert compared.largest_relative_difference == pytest.approx(5e-10, rel=1e-5)


def test_relative_difference_is_symmetric() -> None:
    assert relative_difference(1.0, 4.0) == relative_difference(4.0, 1.0) == 0.75
