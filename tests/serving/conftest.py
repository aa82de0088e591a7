from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.serving.running_server import RunningServer, free_port, start_server
from tests.serving.sample_app import create_app


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    running = start_server(port=free_port())
    yield running
    running.stop()


@pytest.fixture
def client():
    return create_app().test_client()
