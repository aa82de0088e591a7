import socket

import pytest
import requests

from ml_api_kit.gcp_accessor.local.dispatch import is_loopback_host
from ml_api_kit.gcp_accessor.local.process import LocalServer


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:8080", True),
        ("localhost:1", True),
        ("[::1]:80", True),
        ("example.com", False),
        ("127.0.0.1.example.com", False),
        ("10.0.0.1:80", False),
        ("", False),
        ("[", False),
    ],
)
def test_loopback_host_is_told_from_others(host: str, expected: bool) -> None:
    assert is_loopback_host(host) is expected


def test_status_tells_process_folder_and_version(server: LocalServer) -> None:
    answer = requests.get(f"{server.url}/_mlapi/status").json()
    assert (answer["pid"], answer["folder"]) == (server.pid, str(server.folder))
    assert answer["version"]
    assert answer["instance"]


def test_read_api_is_served_from_when_it_is_asked_for(server: LocalServer) -> None:
    first = requests.get(f"{server.url}/_mlapi/read-api").json()["address"]
    host, port = first.split(":")
    with socket.create_connection((host, int(port)), timeout=5):
        assert requests.get(f"{server.url}/_mlapi/read-api").json()["address"] == first
