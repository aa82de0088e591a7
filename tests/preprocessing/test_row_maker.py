import pytest

from ml_api_kit.preprocessing.row_maker import name_values, pick_rows


@pytest.mark.parametrize("count", [0, 1, 2, 300])
def test_rows_of_any_number_of_columns_are_made(count):
    names = [f"name of {place}" for place in range(count)]
    lists = [list(range(count)), list(range(count, 2 * count))]
    expected = [dict(zip(names, values, strict=True)) for values in lists]
    assert name_values(iter(lists), names) == expected
    assert pick_rows(iter(lists), names, range(count)) == expected


@pytest.mark.parametrize("name", ['"', "'''", "{row}", "\\", "n0", "__import__('os')", None, (1,)])
def test_names_are_never_code(name):
    assert pick_rows([{name: 1}], [name], [name]) == [{name: 1}]
    assert name_values([[1]], [name]) == [{name: 1}]


def test_values_that_do_not_fit_the_names_are_refused():
    with pytest.raises(ValueError, match="too many values"):
        name_values([[1, 2, 3]], ["a", "b"])
    with pytest.raises(ValueError, match="not enough values"):
        name_values([[1]], ["a", "b"])
    with pytest.raises(KeyError, match="b"):
        pick_rows([{"a": 1}], ["b"], ["b"])
