"""A server of keys that does not answer as it should."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from ml_api_kit.decorators.tokens import key_document
from ml_api_kit.decorators.tokens.key_document import MAX_DOCUMENT_BYTES, fetch_document
from tests.decorators.tokens.key_server import KeyServer

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"


@contextlib.contextmanager
def raw_server(answer: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """The address of a server that answers one request by `answer`, which ends at the event."""
    ending = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(65_536)
                answer(connection, ending)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/keys"
        ending.set()
        thread.join()


@pytest.fixture
def short_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_document, "TIMEOUT_S", 0.3)


def test_document_is_fetched_as_it_is(keys: KeyServer) -> None:
    keys.serve('{"keys": []}')
    assert fetch_document(keys.url) == b'{"keys": []}'


def test_document_of_exactly_the_limit_is_read(keys: KeyServer) -> None:
    keys.serve("a" * MAX_DOCUMENT_BYTES)
    assert len(fetch_document(keys.url)) == MAX_DOCUMENT_BYTES
    keys.serve("a" * (MAX_DOCUMENT_BYTES + 1))
    with pytest.raises(OSError, match="more than 262144 bytes"):
        fetch_document(keys.url)


@pytest.mark.usefixtures("short_timeout")
def test_server_that_never_answers_is_left() -> None:
    def wait(_: socket.socket, ending: threading.Event) -> None:
        ending.wait()

    with raw_server(wait) as url, pytest.raises(OSError, match="timed out"):
        fetch_document(url)


@pytest.mark.usefixtures("short_timeout")
def test_server_that_drips_is_left() -> None:
    def drip(connection: socket.socket, ending: threading.Event) -> None:
        connection.sendall(OK)
        while not ending.wait(0.02):
            connection.sendall(b" ")

    with raw_server(drip) as url, pytest.raises(TimeoutError, match=r"more than 0\.3 seconds"):
        fetch_document(url)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"garbage\r\n\r\n", "did not answer in HTTP"),
        (b"", "RemoteDisconnected"),
        (OK + b"half", "broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf", "in HTTP"),
    ],
)
def test_answer_that_is_no_whole_http_is_an_error(answer: bytes, told: str) -> None:
    with (
        raw_server(lambda connection, _: connection.sendall(answer)) as url,
        pytest.raises(OSError, match=told),
    ):
        fetch_document(url)


def test_server_that_is_not_there_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(OSError, match="refused"):
        fetch_document(f"http://127.0.0.1:{port}/keys")


def test_proxy_of_the_environment_is_not_asked_for_this_machine(
    keys: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    keys.serve("{}")
    assert fetch_document(keys.url) == b"{}"


def test_proxy_of_the_environment_is_asked_for_other_machines(
    keys: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", keys.url.removesuffix("/keys"))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    keys.serve("through the proxy")
    assert fetch_document("http://keys.example/set") == b"through the proxy"
    assert keys.paths == ["http://keys.example/set"]
