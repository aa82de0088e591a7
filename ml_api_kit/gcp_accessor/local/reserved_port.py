"""A port of this machine that is promised before anything listens on it."""

from __future__ import annotations

import socket

from ml_api_kit.errors import LocalServerError


class ReservedPort:
    """A port that no other program gets; connections to it are refused until it is listened on.

    >>> with ReservedPort("127.0.0.1", 0) as port:
    ...     port.address == f"127.0.0.1:{port.number}"
    True
    """

    def __init__(self, host: str, wanted: int) -> None:
        """Reserve the port `wanted` of `host`, or any other where that is taken.

        Raises LocalServerError: when there is none.
        """
        self._socket: socket.socket | None = _bound(host, wanted)
        self.host = host
        self.number = int(self._socket.getsockname()[1])
        self.address = f"{host}:{self.number}"

    def release(self) -> None:
        """Let it be listened on; to be done just before that."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def __enter__(self) -> ReservedPort:
        """The port, until the end of the block at the latest."""
        return self

    def __exit__(self, *error: object) -> None:
        """Release it."""
        self.release()


def _bound(host: str, wanted: int) -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for port in (wanted, 0):
        try:
            found.bind((host, port))
        except OSError as error:
            reason = error.strerror
        else:
            return found
    found.close()
    raise LocalServerError(f"No port of {host} can be had ({reason}).")
