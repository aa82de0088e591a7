from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.decorators.tokens.issuer import Time
from tests.decorators.tokens.key_server import KeyServer, key_server


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    with key_server() as served:
        yield served


@pytest.fixture
def elapsed() -> Time:
    return Time(1000.0)
