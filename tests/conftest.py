"""What holds for all tests."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

_LONGEST = Path(__file__).parent / "template" / "test_ways_to_bake.py"


def pytest_configure() -> None:
    # A shell ignores Ctrl-C for what it starts in the background, and so would all that it starts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # It installs two environments: at the end, all other workers would wait for it.
    items.sort(key=lambda item: item.path != _LONGEST)
