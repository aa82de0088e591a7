"""What the workers tell the main process of the server: the application is loaded, or why not."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time

from ml_api_kit.errors import ServerStartError

# The main process ends its workers at once; one that it told before it could listen ends itself.
_STOPPED_WITHIN_S = 2


class LoadNews:
    """The news of all workers, shared by their processes; made in the main one."""

    def __init__(self, listening: str) -> None:
        """Keep the line that is printed when the first worker has loaded the application."""
        self._listening = listening
        self._is_said = multiprocessing.Value("b", 0)
        self._failures: multiprocessing.SimpleQueue[str] = multiprocessing.SimpleQueue()

    def tell_loaded(self) -> None:
        """Nothing; prints the line, unless another worker has."""
        with self._is_said:
            if not self._is_said.value:
                self._is_said.value = 1
                sys.stdout.write(f"{self._listening}\n")
                sys.stdout.flush()

    def tell_failure(self, sentence: str) -> None:
        """Never returns: tells why the application cannot be loaded, and ends the server by that.

        A worker that just ended would be started anew, to fail in the same way.
        """
        self._failures.put(sentence)
        os.kill(os.getppid(), signal.SIGTERM)
        time.sleep(_STOPPED_WITHIN_S)
        sys.exit(1)

    def raise_failure(self) -> None:
        """Nothing, where every worker could load the application.

        Raises ServerStartError: with what the first that could not has told.
        """
        if not self._failures.empty():
            raise ServerStartError(self._failures.get())
