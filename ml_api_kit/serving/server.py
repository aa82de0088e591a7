"""The production server: granian, with what an API of this kind needs set.

Steps of a run:

1. The address is bound once in passing, so that a port that is taken is said in one sentence.
2. granian starts `workers` processes, each with `threads` threads that run the views. They share
   a temporary folder, for what must be counted over all of them.
3. One line says where it listens, once a worker has loaded the application. Where that fails the
   server ends, and says why.
4. At SIGTERM or Ctrl-C it stops listening, finishes the requests in flight, and ends with 0.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from ml_api_kit.decorators.workers_lock import WorkersLock
from ml_api_kit.errors import ServerStartError, SettingsError
from ml_api_kit.serving.load_news import LoadNews
from ml_api_kit.serving.wakeful import keep_main_thread_wakeful
from ml_api_kit.serving.worker import load_in_worker

_LAST_PORT = 65_535

_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "ml_api_kit.serving.json_lines.JsonLines"}},
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "line",
        }
    },
    "root": {"handlers": ["stdout"], "level": "INFO"},
    "loggers": {
        # granian's own lines of start and stop say less than the one line printed here.
        "_granian": {"handlers": ["stdout"], "level": "WARNING", "propagate": False},
    },
}


def serve(
    app_import: str,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int | None = None,
    threads: int = 4,
    backlog: int = 1024,
    connections_per_worker: int = 512,
    graceful_timeout_s: int = 30,
    is_factory: bool = False,
) -> None:
    """Nothing, once the server was told to stop; until then it answers.

    Args:
        app_import: the WSGI application, such as `student_api.app:app`, or with `is_factory` the
            function that makes it, such as `student_api.app:create_app`. Each worker imports it.
        host: the address to listen on; `0.0.0.0` for all.
        port: the port.
        workers: the number of processes; one per processor where it is None.
        threads: the number of views that a worker runs at once.
        backlog: the number of connections that the system holds until they are taken.
        connections_per_worker: the number of connections that a worker holds, also idle ones that
            clients keep open (30 seconds at most); further ones wait in the backlog.
        graceful_timeout_s: how long a request in flight may go on after SIGTERM, in seconds.
        is_factory: True where `app_import` names a function that makes the application.

    The log is written to standard output, in lines of JSON (`JsonLines`).

    Workers are in process groups of their own, so that Ctrl-C reaches the main process alone. A
    service manager, too, should signal that one only (systemd: `KillMode=mixed`).

    A worker that dies is started anew; where one dies twice within seconds the server ends with 1.

    Raises ServerStartError: when the address cannot be listened on, the application cannot be
        loaded, or granian is not installed.
    Raises SettingsError: when a number cannot be used.
    """
    count = workers if workers is not None else os.cpu_count() or 1
    _check_numbers(workers=count, threads=threads, port=port)
    server = _granian(
        app_import,
        address=host,
        port=port,
        workers=count,
        blocking_threads=threads,
        backlog=backlog,
        backpressure=connections_per_worker,
        workers_kill_timeout=graceful_timeout_s,
    )
    check_address(host, port)
    listening = _listening(host, port, workers=count, threads=threads)
    _run(server, LoadNews(listening), is_factory=is_factory)


def _run(server: Any, news: LoadNews, *, is_factory: bool) -> None:
    """Nothing, once the server has ended.

    Raises ServerStartError: when a worker could not load the application.
    """
    folder = Path(tempfile.mkdtemp(prefix="mlapi-"))
    load = partial(
        load_in_worker,
        is_factory=is_factory,
        news=news,
        shared_folder=folder,
        lock=WorkersLock(),
    )
    keep_main_thread_wakeful()
    try:
        server.serve(target_loader=load)
    finally:  # granian may leave by SystemExit, which says less
        shutil.rmtree(folder)
        news.raise_failure()


def _check_numbers(*, workers: int, threads: int, port: int) -> None:
    for name, value in (("workers", workers), ("threads", threads), ("port", port)):
        if value < 1:
            raise SettingsError(name, value, "1 or more")
    if port > _LAST_PORT:
        raise SettingsError("port", port, f"{_LAST_PORT} or less")


def _granian(app_import: str, **options: Any) -> Any:
    try:
        from granian import Granian
        from granian.constants import Interfaces
        from granian.log import LogLevels
    except ImportError as error:
        raise ServerStartError(
            "The server granian is not installed; install ml-api-kit[serve]."
        ) from error

    return Granian(
        app_import,
        interface=Interfaces.WSGI,
        blocking_threads_idle_timeout=600,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        log_dictconfig=_LOGGING,
        **options,
    )


def check_address(host: str, port: int) -> None:
    """Nothing, where `host` and `port` can be listened on.

    Raises ServerStartError: when they cannot: the port is taken, needs rights, or the host is
    none of this machine.
    """
    try:
        [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        with socket.socket(family, kind, protocol) as probe:
            # As the server itself does: a port that only lingers after a stop is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        raise ServerStartError(
            f"Cannot listen on {host} port {port}: {error.strerror}. Stop what listens there, or"
            " choose another port."
        ) from error


def _listening(host: str, port: int, *, workers: int, threads: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    processes = "1 worker" if workers == 1 else f"{workers} workers"
    return (
        f"Listening on http://{shown}:{port}, {processes} of {threads} threads each; Ctrl-C stops."
    )
