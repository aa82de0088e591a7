"""Signals are heard at once, though the main thread sleeps.

Python runs the handler of a signal in the main thread, between two of its steps. A signal that
comes after the last step and before the thread sleeps, waiting for a lock, wakes nobody: it is
heard at the next signal. A worker that missed the one to stop was killed when its time was over.

Steps for each signal:

1. Python writes its number to a socket, whichever thread it came to.
2. A thread that reads the socket interrupts the main thread by SIGURG, which means nothing else.
3. The main thread runs the handlers of all signals that came; that of SIGURG comes last, and tells
   the thread that it may rest.

Source: https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time

_AGAIN_AFTER_S = 0.02
_MOST_NUMBERS = 256


def keep_main_thread_wakeful() -> None:
    """Nothing; from now on each signal to this process is heard at once.

    To be called in the main thread, once in each process. Where there is no SIGURG, on Windows,
    it changes nothing. Processes that are forked from this one are left as Python makes them.

    Raises ValueError: when called in another thread.
    """
    if hasattr(signal, "SIGURG"):
        _Waker().start()


class _Waker:
    def __init__(self) -> None:
        self._numbers, self._written = socket.socketpair()
        self._written.setblocking(False)
        self._main_thread = threading.get_ident()
        self._times_woken = 0

    def start(self) -> None:
        signal.signal(signal.SIGURG, self._count)
        signal.set_wakeup_fd(self._written.fileno(), warn_on_full_buffer=False)
        os.register_at_fork(after_in_child=self._stop)
        threading.Thread(target=self._wake, name="signals", daemon=True).start()

    def _count(self, number: int, frame: object) -> None:
        self._times_woken += 1

    def _wake(self) -> None:
        while numbers := self._numbers.recv(_MOST_NUMBERS):
            if set(numbers) == {signal.SIGURG}:
                continue
            before = self._times_woken
            while self._times_woken == before:
                signal.pthread_kill(self._main_thread, signal.SIGURG)
                time.sleep(_AGAIN_AFTER_S)

    def _stop(self) -> None:
        # What a forked process hears would be written to the socket of this one.
        signal.set_wakeup_fd(-1)
        self._numbers.close()
        self._written.close()
