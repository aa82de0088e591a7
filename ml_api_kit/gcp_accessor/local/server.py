"""The local server: BigQuery and Cloud Storage over one folder, on one port of this machine.

1. The folder's server lock is taken; there is never a second server.
2. The port is bound: the one asked for, else that of the last server, else any.
3. The state file is written, and who started the server is told.
4. BigQuery is opened in a thread while requests are answered already; the Storage Read API when it
   is asked for, or behind BigQuery in a server that is to stay.
5. A signal, or having been idle and without users for long enough, ends it: requests under way are
   finished, the data is closed.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import signal
import socket
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import ml_api_kit
from ml_api_kit.errors import LocalServerError
from ml_api_kit.gcp_accessor.local.dispatch import Activity, Dispatcher
from ml_api_kit.gcp_accessor.local.instance import (
    HOST,
    Instance,
    has_users,
    is_server_lock,
    keep_instance,
    read_instance,
    sign_server_lock,
    take_server_lock,
    write_instance,
)
from ml_api_kit.gcp_accessor.local.lazy_bigquery import LazyBigQuery
from ml_api_kit.gcp_accessor.local.reserved_port import ReservedPort
from ml_api_kit.gcp_accessor.local.storage import Store, create_app
from ml_api_kit.settings import LOCAL_PROJECT

# Some of them wait for jobs to end, which have threads of their own.
_THREADS = 16
_MOST_BODY_BYTES = 5 << 40  # an object of Cloud Storage may have 5 TiB
_FINISH_WITHIN_S = 5.0
_logger = logging.getLogger(__name__)


def serve(
    folder: Path, *, port: int, idle_timeout_s: float | None, on_ready: Callable[[], None]
) -> None:
    """Serve the data in `folder` until a signal, or until idle for `idle_timeout_s` (None: never).

    Port 0 is the last server's, else any that is free. `on_ready` is called once when the first
    request can come. It must run in the main thread of a process, which SIGTERM and SIGINT end.

    Raises LocalServerError: when the folder has a server already, when the port is taken, or when
    the data cannot be opened.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = take_server_lock(folder)
    if lock is None:
        raise LocalServerError(f"{folder} has a local server already; see: mlapi gcp status")
    sign_server_lock(lock)
    try:
        _serve_locked(folder, lock, port, idle_timeout_s, on_ready)
    finally:
        os.close(lock)


def _serve_locked(
    folder: Path, lock: int, port: int, idle_timeout_s: float | None, on_ready: Callable[[], None]
) -> None:
    # Bodies are received on the disk that they are for, so that one message tells when it is full.
    tempfile.tempdir = str(_emptied(folder / "requests"))
    listener = _listener(folder, port)
    instance = Instance(uuid.uuid4().hex, os.getpid(), listener.getsockname()[1])
    # The port behind that of HTTP, so that it is mostly the same one after a restart.
    read_port = ReservedPort(HOST, (instance.port + 1) % 65536)
    with read_port, closing(Store(folder / "storage")) as store:
        life = Lifetime(folder, lock=lock, idle_timeout_s=idle_timeout_s)
        bigquery = LazyBigQuery(
            folder / "bigquery",
            project=LOCAL_PROJECT,
            store=store,
            activity=life.activity,
            read_port=read_port,
        )
        with closing(bigquery):
            app = _dispatcher(folder, instance, store, bigquery, life, read_port)
            server = _http_server(listener, app)
            write_instance(folder, instance)
            life.watch(lambda: keep_instance(folder, instance))
            _logger.info("The data in %s is served at http://%s:%d.", folder, HOST, instance.port)
            on_ready()
            bigquery.warm_up()
            if idle_timeout_s is None:
                bigquery.warm_up_read_api()
            server.run()
            server.close()
    _logger.info("The local server has ended.")


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    return folder


class Lifetime:
    """When the server ends: after a signal, an idle time, or when its folder is gone.

    Requests under way are finished first.
    """

    def __init__(self, folder: Path, *, lock: int, idle_timeout_s: float | None) -> None:
        """Watch the users of `folder`; None for `idle_timeout_s` stays until a signal.

        `lock` is the descriptor of the server lock; without its file nobody finds this server.
        """
        self._folder = folder
        self._lock = lock
        self._is_signalled = threading.Event()
        self._may_exit = False
        self.is_ending = False
        self.idle_timeout_s = idle_timeout_s
        self.activity = Activity()

    def stay(self) -> None:
        """Do not end for being idle any more."""
        self.idle_timeout_s = None

    def is_over(self) -> bool:
        """Whether the server is to end now."""
        if self._is_signalled.is_set() or not is_server_lock(self._folder, self._lock):
            return True
        timeout_s = self.idle_timeout_s
        is_idle = timeout_s is not None and self.activity.idle_s() >= timeout_s
        return is_idle and not has_users(self._folder)

    def watch(self, keep: Callable[[], None]) -> None:
        """Handle the signals, and watch the time in a thread of its own, which calls `keep`."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._handle)
        threading.Thread(target=self._wait, args=(keep,), name="lifetime", daemon=True).start()

    def _handle(self, number: int, frame: object) -> None:
        # The first signal lets the requests under way finish; the watching thread sends the second.
        if self._may_exit:
            raise SystemExit(0)
        self._is_signalled.set()

    def _wait(self, keep: Callable[[], None]) -> None:
        try:
            while not self.is_over():
                keep()
                self._is_signalled.wait(min(1.0, (self.idle_timeout_s or 4.0) / 4))
        except Exception:
            # Whatever it is: a server that nobody watches would hear no signal any more.
            _logger.exception("The local server ends, because nobody watches it any more.")
        self.is_ending = True
        deadline_s = time.monotonic() + _FINISH_WITHIN_S
        while self.activity.active_requests and time.monotonic() < deadline_s:
            time.sleep(0.01)
        # What was answered just now still has to leave through the loop of the main thread.
        time.sleep(0.05)
        self._may_exit = True
        os.kill(os.getpid(), signal.SIGTERM)


def _dispatcher(
    folder: Path,
    instance: Instance,
    store: Store,
    bigquery: LazyBigQuery,
    life: Lifetime,
    read_port: ReservedPort,
) -> Dispatcher:
    def status() -> dict[str, Any]:
        return {
            # Who asks now must not count on a server that is about to end.
            "instance": None if life.is_ending else instance.id,
            "pid": instance.pid,
            "folder": str(folder.resolve()),
            "version": ml_api_kit.__version__,
            "idle_timeout_s": life.idle_timeout_s,
            "read_api": read_port.address,
        }

    def stay() -> None:
        # Who starts the server in so many words is told where other programs find it.
        life.stay()
        bigquery.warm_up_read_api()

    return Dispatcher(
        storage=create_app(store),
        bigquery=bigquery,
        activity=life.activity,
        status=status,
        stay=stay,
        serve_read_api=bigquery.serve_read_api,
    )


def _http_server(listener: socket.socket, app: Dispatcher) -> Any:
    from waitress import create_server

    from ml_api_kit.gcp_accessor.local.request_bodies import BodyChannel

    server = create_server(
        app,
        sockets=[listener],
        threads=_THREADS,
        ident=None,
        max_request_body_size=_MOST_BODY_BYTES,
        clear_untrusted_proxy_headers=True,
    )
    server.channel_class = BodyChannel
    return server


def _listener(folder: Path, port: int) -> socket.socket:
    last = read_instance(folder)
    wanted = [port] if port else [last.port, 0] if last else [0]
    for one in wanted:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, one))
        except OSError as error:
            listener.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES) or one == wanted[-1]:
                raise LocalServerError(
                    f"{HOST}:{one} cannot be listened on ({error.strerror}). Choose another port,"
                    " or none to take a free one."
                ) from error
        else:
            return listener
    raise AssertionError("there is always a port to try")
