"""Runs the local server: `python -m ml_api_kit.gcp_accessor.local --folder FOLDER`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

# Statements are trees, which are walked by functions that call themselves.
_RECURSION_LIMIT = 10_000


def main() -> int:
    """The exit code of the server; 1 with one line on the error stream when it cannot start."""
    options = _options()
    sys.setrecursionlimit(_RECURSION_LIMIT)
    if options.ready_fd is not None:
        _detach(options.ready_fd)
    import logging

    from ml_api_kit.errors import MlApiError
    from ml_api_kit.gcp_accessor.paused_collection import paused_collection

    with paused_collection():
        from ml_api_kit.gcp_accessor.local.server import serve

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    # Waitress warns of every request that waits for a thread: with parallel uploads many do.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        serve(
            options.folder,
            port=options.port,
            idle_timeout_s=options.idle_timeout_s,
            on_ready=lambda: _tell(options.ready_fd),
        )
    except MlApiError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ml_api_kit.gcp_accessor.local")
    parser.add_argument("--folder", type=Path, required=True, help="where the data lies")
    parser.add_argument("--port", type=int, default=0, help="0 for the last one, or a free one")
    parser.add_argument("--idle-timeout-s", type=float, help="end after so long without a request")
    parser.add_argument("--ready-fd", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


def _detach(ready_fd: int) -> None:
    """Go on in a child with a session of its own, so that whoever started it need not wait for it.

    It comes before the imports: forking is cheap then, and there is no thread yet.
    """
    if os.fork():
        os._exit(0)
    os.setsid()
    os.write(ready_fd, f"{os.getpid()}\n".encode())


def _tell(ready_fd: int | None) -> None:
    if ready_fd is not None:
        os.write(ready_fd, b"ready\n")
        os.close(ready_fd)


def _run() -> None:
    """End the process with the exit code of the server, whatever its threads do still.

    The data is closed by then: a statement that does not end would keep a process nobody finds.
    """
    try:
        status = main()
    except SystemExit as ended:  # Of a wrong option, or a signal.
        status = ended.code if isinstance(ended.code, int) else 0
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    _run()
