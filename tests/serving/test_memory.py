"""Many requests leave nothing behind; `make bench` asks a hundred thousand of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.bench_endurance import MIX, ask_mix, memory_mb
from tests.serving.running_server import RunningServer


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="memory is read from /proc")
def test_requests_leave_no_growth_in_memory(server: RunningServer) -> None:
    """What a request would leave is there after every round; what is in use at a time goes."""
    held_mb = []
    for _ in range(3):
        pid = server.process.pid
        ask_mix(f"http://127.0.0.1:{server.port}", server_pid=pid, requests=4_000)
        held_mb.append(memory_mb(pid))
    assert min(held_mb[1:]) - held_mb[0] < 5
    assert {status for _, status, _ in MIX} >= {200, 401, 404, 413, 422}
