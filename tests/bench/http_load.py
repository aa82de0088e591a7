"""Asks a server a fixed number of times over kept-alive connections and measures what it costs.

The client is bounded: each connection sends its next request when it has the whole answer to the
last, so that a slow server is asked less often and never piles up work. Besides requests per
second, which depend on the client as well, it measures the CPU seconds of the server's processes
per request, which do not.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

import psutil

_CHUNK_BYTES = 65_536
_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What `requests` answered requests took: wall time, and CPU time of the server's processes.

    `reconnects` counts how often the server ended a connection that could have been kept.
    """

    requests: int
    elapsed_s: float
    server_cpu_s: float
    reconnects: int

    @property
    def requests_per_s(self) -> float:
        """Answered requests per second of wall time."""
        return self.requests / self.elapsed_s

    @property
    def server_cpu_ms_per_request(self) -> float:
        """CPU milliseconds of the server's processes per answered request."""
        return 1000 * self.server_cpu_s / self.requests


def measure_http(
    url: str,
    *,
    server_pid: int,
    requests: int,
    connections: int,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    expected_status: int = 200,
) -> LoadResult:
    """The cost of `requests` requests to `url`, a POST where there is a `body`, else a GET.

    They are shared out evenly over `connections`, each in a thread of its own.

    Raises ValueError: when an answer has another status, or no Content-Length.
    Raises OSError: when the server cannot be reached or does not answer within 30 s.
    """
    message = _message(url, body=body, headers=headers or {})
    address = (urlsplit(url).hostname or "", urlsplit(url).port or 80)
    shares = [requests // connections + (n < requests % connections) for n in range(connections)]
    start = threading.Barrier(connections + 1, timeout=_TIMEOUT_S)

    def ask(connection: _Connection, share: int) -> int:
        with connection:
            start.wait()
            for _ in range(share):
                status = connection.ask(message)
                if status != expected_status:
                    raise ValueError(f"{url} answered {status} where {expected_status} is right")
            return connection.reconnects

    # Connected before any thread waits for the start, so that a refusal is seen at once.
    opened = [_Connection(address) for _ in shares]
    with ThreadPoolExecutor(max_workers=connections) as pool:
        asking = [pool.submit(ask, *each) for each in zip(opened, shares, strict=True)]
        start.wait()
        cpu_before_s, before_s = tree_cpu_s(server_pid), time.perf_counter()
        reconnects = sum(each.result() for each in asking)
        elapsed_s, cpu_after_s = time.perf_counter() - before_s, tree_cpu_s(server_pid)
    return LoadResult(requests, elapsed_s, cpu_after_s - cpu_before_s, reconnects)


def tree_cpu_s(pid: int) -> float:
    """CPU seconds, user and system, of process `pid` and all its descendants, ended ones too."""
    root = psutil.Process(pid)
    return sum(_cpu_s(each) for each in (root, *root.children(recursive=True)))


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    # `children_…` counts descendants that have ended and been waited for, and only those.
    ended_s = sum(times[2:4])
    if sys.platform == "linux":
        # The clock of the process (clock_getcpuclockid), where /proc counts hundredths of a second.
        return time.clock_gettime((~process.pid << 3) | 2) + ended_s
    return sum(times[:2]) + ended_s


def _message(url: str, *, body: bytes | None, headers: Mapping[str, str]) -> bytes:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = {"Host": parts.netloc} | dict(headers)
    if body is not None:
        fields = {"Content-Type": "application/json", "Content-Length": str(len(body))} | fields
    lines = [
        f"{'GET' if body is None else 'POST'} {target} HTTP/1.1",
        *(f"{name}: {value}" for name, value in fields.items()),
    ]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + (body or b"")


class _Connection:
    """A connection over which one request after the other is asked, opened anew where it must."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._socket = self._connect()
        self.reconnects = 0

    def __enter__(self) -> _Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, message: bytes) -> int:
        """The status of the answer, which is read to its end."""
        self._socket.sendall(message)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        status, fields = _parse_head(received[:end])
        missing = int(fields[b"content-length"]) - (len(received) - end - 4)
        while missing > 0:
            missing -= len(self._receive())
        if fields.get(b"connection", b"").lower() == b"close":
            self._socket.close()
            self._socket = self._connect()
            self.reconnects += 1
        return status

    def _connect(self) -> socket.socket:
        connected = socket.create_connection(self._address, timeout=_TIMEOUT_S)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def _receive(self) -> bytes:
        received = self._socket.recv(_CHUNK_BYTES)
        if not received:
            raise ConnectionError("the server closed the connection within an answer")
        return received


def _parse_head(head: bytes) -> tuple[int, dict[bytes, bytes]]:
    first, *lines = head.split(b"\r\n")
    pairs = (line.partition(b":") for line in lines)
    fields = {name.strip().lower(): value.strip() for name, _, value in pairs}
    if b"content-length" not in fields:
        raise ValueError(f"an answer has no Content-Length: {head[:200]!r}")
    return int(first.split()[1]), fields
