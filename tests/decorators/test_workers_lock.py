from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ml_api_kit.decorators import workers_lock
from ml_api_kit.decorators.window_table import WindowTable
from ml_api_kit.decorators.workers_lock import WorkersLock

VISITS = 200


def come(table: WindowTable) -> bool:
    return table.visit("ada", length_s=10, now_s=0.0, limit=100, amount=1)[0]


def come_often(path: Path, lock: WorkersLock, let_in: multiprocessing.Queue[int]) -> None:
    table = WindowTable(path, lock=lock)
    let_in.put(sum(come(table) for _ in range(VISITS)))


def die_within(lock: WorkersLock) -> None:
    with lock:
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers_let_no_more_in_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    context = multiprocessing.get_context(method)
    monkeypatch.setattr(multiprocessing, "Lock", context.Lock)  # as where it is the usual method
    let_in: multiprocessing.Queue[int] = context.Queue()
    lock = WorkersLock()
    workers = [
        context.Process(target=come_often, args=(tmp_path / "table", lock, let_in))  # type: ignore[attr-defined]
        for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(let_in.get() for _ in workers) == 100


def test_threads_let_no_more_in_together(tmp_path: Path) -> None:
    table = WindowTable(tmp_path / "table", lock=WorkersLock())
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: come(table), range(VISITS))) == 100


def test_a_worker_that_is_killed_holds_up_nobody_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers_lock, "DEAD_AFTER_S", 0.01)
    lock = WorkersLock()
    killed = multiprocessing.get_context("fork").Process(target=die_within, args=(lock,))
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    table = WindowTable(tmp_path / "table", lock=lock)
    assert [come(table) for _ in range(3)] == [True, True, True]


def test_two_who_went_on_without_it_leave_it_as_a_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_lock, "DEAD_AFTER_S", 0.01)
    lock = WorkersLock()
    with lock, lock:
        pass
    assert lock._lock.acquire(block=False)
    assert not lock._lock.acquire(block=False)
