"""What the workers tell the main process of the server: the application is loaded, or why not."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, NoReturn

from ml_api_kit.errors import ServerStartError

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

# The main process ends a worker at once, unless the signal came before the worker listened to it.
_STOPPED_WITHIN_S = 2


class LoadNews:
    """The news of all workers, shared by their processes; made in the main one."""

    def __init__(self, listening: str) -> None:
        """Keep the line that is printed when the first worker has loaded the application."""
        self._listening = listening
        self._is_said = multiprocessing.Value("b", 0)
        self._has_failed = multiprocessing.Value("b", 0)
        self._failures: multiprocessing.SimpleQueue[str] = multiprocessing.SimpleQueue()

    def tell_loaded(self) -> None:
        """Nothing; prints the line, unless another worker has. Ends a worker of a failed start."""
        if self._has_failed.value:
            sys.exit(1)
        if _is_first(self._is_said):
            sys.stdout.write(f"{self._listening}\n")
            sys.stdout.flush()

    def tell_failure(self, sentence: str) -> NoReturn:
        """Never returns: tells why the application cannot be loaded, and ends the server by that.

        A worker that just ended would be started anew, to fail in the same way.
        """
        if _is_first(self._has_failed):
            self._failures.put(sentence)
            os.kill(os.getppid(), signal.SIGTERM)
        time.sleep(_STOPPED_WITHIN_S)  # one that ended by itself would be logged as a crash
        sys.exit(1)

    def raise_failure(self) -> None:
        """Nothing, where every worker could load the application.

        Raises ServerStartError: with what the first that could not has told.
        """
        if not self._failures.empty():
            raise ServerStartError(self._failures.get())


def _is_first(flag: Synchronized[int]) -> bool:
    with flag.get_lock():
        was, flag.value = flag.value, 1
    return not was
