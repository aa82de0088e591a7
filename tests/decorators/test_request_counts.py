from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ml_api_kit.decorators import merged_series
from ml_api_kit.decorators.request_counts import BEYOND, IN_FLIGHT, REQUESTS, RequestCounts
from ml_api_kit.decorators.series_file import SIZE_BYTES, SeriesFile

ROUTE = "/v1/items/<int:number>"


def answer(
    counts: RequestCounts, *, times: int = 1, method: str = "GET", rows: int = 0, status: int = 200
) -> None:
    environ: dict[str, Any] = {"REQUEST_METHOD": method}
    if rows:
        environ["ml_api_kit.rows"] = rows
    for _ in range(times):
        counts.begin()
        counts.end(environ, ROUTE, status, 0.003)


def answered(counts: RequestCounts) -> float:
    return sum(sum(each[:-1]) for key, each in counts.read().items() if key[0] == REQUESTS)


def work(folder: Path, times: int, is_killed: bool) -> None:
    counts = RequestCounts(folder, models=("prices",))
    answer(counts, times=times, rows=2)
    counts.begin()  # one that is never answered
    if is_killed:
        os.kill(os.getpid(), signal.SIGKILL)


def run_worker(folder: Path, *, times: int, is_killed: bool = False) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=work, args=(folder, times, is_killed)
    )
    process.start()
    process.join()


@pytest.mark.parametrize("is_shared", [True, False])
def test_requests_are_counted_by_method_route_status_and_duration(
    is_shared: bool, tmp_path: Path
) -> None:
    counts = RequestCounts(tmp_path / "counts" if is_shared else None)
    answer(counts, times=3)
    answer(counts, status=404)
    counts.begin()
    series = counts.read()
    assert series[(REQUESTS, "GET", ROUTE, "200")][:4] == (0, 0, 3, 0)
    assert series[(REQUESTS, "GET", ROUTE, "200")][-1] == pytest.approx(0.009)
    assert sum(series[(REQUESTS, "GET", ROUTE, "404")][:-1]) == 1
    assert series[(IN_FLIGHT,)] == (1,)


def test_no_count_is_lost_between_threads() -> None:
    counts = RequestCounts(None)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: answer(counts, times=500, rows=1), range(8)))
    series = counts.read()
    assert series[(REQUESTS, "GET", ROUTE, "200")][2] == 4_000
    assert series[("rows", ROUTE)] == (4_000,)
    assert series[(IN_FLIGHT,)] == (0,)


def test_counts_of_several_processes_add_up(tmp_path: Path) -> None:
    one, other = RequestCounts(tmp_path), RequestCounts(tmp_path, models=("prices",))
    answer(one, times=2)
    answer(other, times=3)
    assert answered(one) == answered(other) == 5
    assert one.read()[("workers",)] == (2,)
    assert one.read()[("models", "prices")] == (1,)


@pytest.mark.parametrize("is_killed", [True, False])
def test_what_an_ended_process_counted_is_kept_and_its_file_is_not(
    is_killed: bool, tmp_path: Path
) -> None:
    counts = RequestCounts(tmp_path)
    for _ in range(3):
        run_worker(tmp_path, times=5, is_killed=is_killed)
        answer(counts)
        series = counts.read()
    assert answered(counts) == 18
    assert series[("rows", ROUTE)] == (30,)
    assert series[("workers",)] == (1,)
    assert series[(IN_FLIGHT,)] == (0,)
    assert ("models", "prices") not in series
    assert len(list(tmp_path.glob("*.series"))) == 1


def test_putting_away_that_was_cut_short_counts_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_worker(tmp_path, times=5)
    counts = RequestCounts(tmp_path)

    def cut(path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(merged_series.Path, "unlink", cut)
        with pytest.raises(KeyboardInterrupt):
            counts.read()
    assert answered(counts) == 5
    assert answered(counts) == 5
    assert len(list(tmp_path.glob("*.series"))) == 1


def test_forked_process_counts_in_a_file_of_its_own(tmp_path: Path) -> None:
    counts = RequestCounts(tmp_path)
    answer(counts)
    process = multiprocessing.get_context("fork").Process(target=answer, args=(counts,))
    process.start()
    process.join()
    assert answered(counts) == 2


def test_words_that_clients_invent_do_not_become_series() -> None:
    counts = RequestCounts(None)
    for number in range(100):
        answer(counts, method=f"BREW{number}")
    methods = {key[1] for key in counts.read() if key[0] == REQUESTS}
    assert methods == {"OTHER"}
    assert answered(counts) == 100


def test_more_series_than_there_is_room_for_are_counted_together() -> None:
    counts = RequestCounts(None)
    for number in range(SIZE_BYTES // 100):
        counts.begin()
        counts.end({"REQUEST_METHOD": "GET"}, f"/{number}", 200, 0.1)
    beyond = sum(counts.read()[(BEYOND,)][:-1])
    assert beyond > 0
    assert answered(counts) + beyond == SIZE_BYTES // 100


def test_series_are_read_as_they_were_written(tmp_path: Path) -> None:
    file = SeriesFile(tmp_path)
    for size, key in enumerate([("a",), ("b", 'ä"\\\n'), ("c", "x" * 300, "y")], start=1):
        slot = file.add(key, size)
        assert slot is not None
        for each in range(size):
            file.values[slot + each] = size + each / 10
    assert file.read() == {
        ("a",): (1.0,),
        ("b", 'ä"\\\n'): (2.0, 2.1),
        ("c", "x" * 300, "y"): (3.0, 3.1, 3.2),
    }
