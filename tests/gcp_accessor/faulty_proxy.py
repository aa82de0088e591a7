"""A real HTTP proxy before a local server, that does to chosen requests what networks do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

# What is done to a request: None passes it on.
Fault = str | tuple[int, str] | None
Choose = Callable[[str, str], Fault]


class FaultyProxy:
    """Counts requests, and lets `choose(method, path)` say what becomes of each."""

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target).netloc
        self.choose: Choose = lambda method, path: None
        self.seen: list[tuple[str, str]] = []
        self.url = ""

    def once(self, method: str, part: str, fault: Fault) -> None:
        """Do `fault` to the first request of the method whose path has the part."""
        self.times(1, method, part, fault)

    def times(self, count: int, method: str, part: str, fault: Fault) -> None:
        """Do `fault` to the first `count` such requests."""
        left = [count]

        def choose(found_method: str, path: str) -> Fault:
            if found_method == method and part in path and left[0]:
                left[0] -= 1
                return fault
            return None

        self.choose = choose

    def count(self, method: str, part: str) -> int:
        """How many such requests came."""
        return sum(one == method and part in path for one, path in self.seen)


@contextmanager
def faulty_proxy(target: str) -> Iterator[FaultyProxy]:
    proxy = FaultyProxy(target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            proxy.seen.append((self.command, self.path))
            fault = proxy.choose(self.command, self.path)
            if isinstance(fault, tuple):
                self._answer(fault[0], _error(*fault), {"Content-Type": "application/json"})
                return
            if fault == "cut before":
                self.close_connection = True
                return
            answer = _forward(proxy.target, self, body)
            if fault == "cut after":
                # The server did it, and the client never hears of it.
                self.close_connection = True
                return
            self._answer(*answer)

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

        def log_message(self, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _forward(
    target: str, handler: BaseHTTPRequestHandler, body: bytes
) -> tuple[int, bytes, dict[str, str]]:
    connection = HTTPConnection(target, timeout=30)
    try:
        # The host stays that of the proxy, so that upload addresses lead through it too.
        headers = dict(handler.headers.items())
        connection.request(handler.command, handler.path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())
    finally:
        connection.close()


def _error(status: int, reason: str) -> bytes:
    detail = {"reason": reason, "message": f"{reason}, said the stand-in", "domain": "global"}
    return json.dumps(
        {"error": {"code": status, "message": detail["message"], "errors": [detail]}}
    ).encode()
