"""Many requests leave nothing behind; `make bench` asks a hundred thousand of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.bench_endurance import MIX, ask_mix, memory_mb
from tests.serving.running_server import RunningServer

# What a round may leave: the allocator's own pools grow for some rounds, a leak in every one.
_ROUNDS = 8
_LEFT_MB = 2


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="memory is read from /proc")
def test_requests_leave_no_growth_in_memory(server: RunningServer) -> None:
    pid = server.process.pid
    held_mb: list[float] = []
    for _ in range(_ROUNDS):
        ask_mix(f"http://127.0.0.1:{server.port}", server_pid=pid, requests=4_000)
        held_mb.append(memory_mb(pid))
        if len(held_mb) > 1 and held_mb[-1] - held_mb[-2] < _LEFT_MB:
            break
    assert held_mb[-1] - held_mb[-2] < _LEFT_MB, held_mb
    assert {status for _, status, _ in MIX} >= {200, 401, 404, 413, 422}
