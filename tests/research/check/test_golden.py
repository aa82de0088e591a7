from pathlib import Path

import pytest

from ml_api_kit.errors import ProjectError
from ml_api_kit.research.check import GoldenCase, read_golden, spread_sample, write_golden
from ml_api_kit.research.check.golden import iter_batches

CASES = [GoldenCase({"a": None, "ü": place / 3}, {"b": "x\u2028y"}, place) for place in range(7)]


@pytest.mark.parametrize("name", ["golden.jsonl", "golden.jsonl.gz"])
def test_golden_cases_come_back_as_they_were(tmp_path: Path, name: str) -> None:
    write_golden(tmp_path / name, CASES)
    assert read_golden(tmp_path / name) == CASES


def test_the_same_cases_give_the_same_bytes(tmp_path: Path) -> None:
    write_golden(tmp_path / "one.gz", CASES)
    write_golden(tmp_path / "two.gz", CASES)
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()


@pytest.mark.parametrize("line", ["{", "[]", '{"row": {}}', "3"])
def test_a_line_that_is_no_case_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "golden.jsonl"
    file.write_text('{"row": {}, "answer": {}}\n' + line)
    with pytest.raises(ProjectError, match=r"golden\.jsonl, line 2, is no golden case"):
        read_golden(file)


@pytest.mark.parametrize("size", [2, 3, 6])
def test_a_sample_is_spread_from_the_first_to_the_last(size: int) -> None:
    places = [case.raw_index for case in spread_sample(CASES, size=size)]
    assert len(set(places)) == size
    assert (places[0], places[-1]) == (0, 6)


@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_sample_of_few_is_all_of_them(count: int) -> None:
    assert spread_sample(CASES[:count], size=7) == CASES[:count]


def test_batches_keep_every_case_in_order_and_both_limits() -> None:
    batches = list(iter_batches(CASES, most_rows=3, most_bytes=10_000))
    assert [len(batch) for batch in batches] == [3, 3, 1]
    assert [case for batch in batches for case in batch] == CASES
    by_bytes = list(iter_batches(CASES, most_rows=100, most_bytes=1))
    assert [len(batch) for batch in by_bytes] == [1] * 7
    assert list(iter_batches([], most_rows=3, most_bytes=10)) == []
