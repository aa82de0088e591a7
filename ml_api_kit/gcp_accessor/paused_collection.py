"""Imports of large libraries, without a search for garbage in what they make.

They make hundreds of thousands of objects that all stay, and the collector of cycles looks through
them again and again: for Google's clients that takes a quarter of the time.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

_lock = threading.Lock()
_pauses = 0
_was_enabled = False


@contextmanager
def paused_collection() -> Iterator[None]:
    """No automatic garbage collection in this process, until the last who paused it has ended.

    >>> with paused_collection():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    global _pauses, _was_enabled
    with _lock:
        if _pauses == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _pauses += 1
    try:
        yield
    finally:
        with _lock:
            _pauses -= 1
            if _pauses == 0 and _was_enabled:
                gc.enable()


def import_large(module: str) -> None:
    """Import a module by its full name.

    Raises ImportError: when it is not installed.
    """
    with paused_collection():
        import_module(module)
