import pytest

from tests.bench.interleave import compare, interleave


def test_interleave_turns_the_order_round_every_second_time():
    order = []

    def variant(name):
        def measure():
            order.append(name)
            return float(len(order))

        return measure

    measured = interleave({name: variant(name) for name in "ABC"}, rounds=3, warmups=1)
    assert "".join(order) == "ABC" + "ABC" + "CBA" + "ABC"
    assert measured == {"A": [4.0, 9.0, 10.0], "B": [5.0, 8.0, 11.0], "C": [6.0, 7.0, 12.0]}


def test_compare_takes_ratios_within_a_round():
    # The machine slows down fivefold meanwhile; B costs twice A in every round all the same.
    rows = compare({"A": [1.0, 3.0, 5.0], "B": [2.0, 6.0, 10.0]}, baseline="A")
    assert [row.ratio for row in rows] == [1.0, 2.0]
    assert (rows[1].ratio_low, rows[1].ratio_high) == (2.0, 2.0)


def test_compare_refuses_what_it_cannot_pair():
    with pytest.raises(KeyError):
        compare({"A": [1.0]}, baseline="B")
    with pytest.raises(ValueError, match="no rounds"):
        compare({"A": []}, baseline="A")
    with pytest.raises(ValueError, match="longer"):
        compare({"A": [1.0, 2.0], "B": [1.0]}, baseline="A")
