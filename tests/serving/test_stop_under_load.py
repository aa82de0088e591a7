"""SIGTERM while clients ask without a pause: what the application has taken is answered."""

from __future__ import annotations

import http.client
import json
import signal
import threading
import time
from dataclasses import dataclass, field

import pytest

from tests.serving.running_server import RunningServer, free_port, start_server
from tests.serving.sample_app import TOKEN

BODY = b'{"students": [{"name": "Ada", "grade": 3}]}'
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
CLIENTS = 16
WORKERS = 3


@dataclass
class Client:
    """Asks until nobody listens any more; each answer it gets is kept."""

    server: RunningServer
    keeps_connection: bool
    answered: list[int] = field(default_factory=list)
    unanswered: int = 0

    def run(self) -> None:
        connection = self._new()
        while True:
            try:
                if connection.sock is None:
                    connection.connect()
                connection.request("POST", "/v1/means", BODY, HEADERS)
                answer = connection.getresponse()
                answer.read()
                self.answered.append(answer.status)
                if not self.keeps_connection:
                    connection.close()
            except ConnectionRefusedError:
                return
            except (ConnectionError, http.client.HTTPException):
                self.unanswered += 1
                connection.close()

    def _new(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)


@pytest.mark.parametrize("keeps_connection", [True, False])
def test_stop_under_load_loses_no_request_that_was_taken(keeps_connection: bool) -> None:
    """Where a connection is closed before its request was taken, the client may ask again."""
    server = start_server(port=free_port(), workers=WORKERS)
    clients = [Client(server, keeps_connection) for _ in range(CLIENTS)]
    threads = [threading.Thread(target=client.run) for client in clients]
    for thread in threads:
        thread.start()
    time.sleep(0.7)
    exit_status, output = server.stop(signal.SIGTERM)
    for thread in threads:
        thread.join()
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    taken = [line["status"] for line in lines if line.get("route") == "/v1/means"]
    answered = [status for client in clients for status in client.answered]
    assert exit_status == 0
    assert len(answered) > CLIENTS
    assert set(answered) == {200}
    assert len(taken) == len(answered)
    assert sum(client.unanswered for client in clients) <= WORKERS * CLIENTS
