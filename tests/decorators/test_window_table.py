from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.decorators import window_table
from ml_api_kit.decorators.window_table import WindowTable

LENGTH_S = 10


def come(table: WindowTable, key: str = "ada", *, now_s: float = 0.0, limit: int = 3) -> bool:
    return table.visit(key, length_s=LENGTH_S, now_s=now_s, limit=limit, amount=1)[0]


def come_often(path: Path, times: int, let_in: multiprocessing.Queue[int]) -> None:
    table = WindowTable(path)
    let_in.put(sum(come(table, limit=100) for _ in range(times)))


def test_no_more_than_the_limit_comes_in_a_window() -> None:
    table = WindowTable(None)
    assert [come(table) for _ in range(5)] == [True, True, True, False, False]
    assert come(table, "bob")
    asked = table.visit("ada", length_s=LENGTH_S, now_s=1, limit=3, amount=0)
    assert asked == (True, 0, 3)


def test_the_window_before_counts_as_far_as_it_is_not_past() -> None:
    table = WindowTable(None)
    assert all(come(table, now_s=9) for _ in range(3))
    assert not come(table, now_s=10.1)  # 3 of 0.99 windows, and one more
    assert come(table, now_s=14)  # 3 of 0.6 windows, and one more
    assert not come(table, now_s=14)
    assert all(come(table, now_s=30) for _ in range(3))


@given(st.lists(st.tuples(st.floats(0, 12), st.sampled_from("abc")), max_size=60))
def test_it_counts_as_a_list_of_all_visits_would(visits: list[tuple[float, str]]) -> None:
    table, seen, now_s = WindowTable(None), list[tuple[str, int]](), 0.0
    for wait_s, key in visits:
        now_s += wait_s
        number = int(now_s // LENGTH_S)
        before, count = seen.count((key, number - 1)), seen.count((key, number))
        may = before * (1 - now_s % LENGTH_S / LENGTH_S) + count + 1 <= 3
        assert come(table, key, now_s=now_s) == may
        if may:
            seen.append((key, number))


def test_threads_let_no_more_in_together() -> None:
    table = WindowTable(None)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: come(table, limit=500), range(2_000))) == 500


def test_processes_let_no_more_in_together(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    let_in: multiprocessing.Queue[int] = context.Queue()  # type: ignore[assignment]
    workers = [
        context.Process(target=come_often, args=(tmp_path / "table", 200, let_in)) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(let_in.get() for _ in workers) == 100


def test_who_comes_often_is_not_forgotten_for_many_who_come_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(window_table, "PLACES", 64)
    table = WindowTable(None)
    assert [come(table) for _ in range(4)] == [True, True, True, False]
    for number in range(5_000):
        come(table, f"client {number}")
    assert not come(table)
