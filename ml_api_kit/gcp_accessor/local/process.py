"""Starts, finds and stops the local server of a folder."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from ml_api_kit.errors import LocalServerError
from ml_api_kit.gcp_accessor.local.detached import kill_detached, last_line, run_detached
from ml_api_kit.gcp_accessor.local.full_disk import full_disk_message
from ml_api_kit.gcp_accessor.local.instance import (
    HOST,
    LOG_FILE,
    STATUS_PATH,
    STAY_PATH,
    Instance,
    absolute_folder,
    hold_users_lock,
    read_instance,
    server_pid,
    take_server_lock,
    take_start_lock,
)

# Requests under way have five seconds, then the queries that still run as many.
STOP_WITHIN_S = 20.0
_ANSWER_WITHIN_S = 5.0
# An empty database and index take half of this.
_LEAST_FREE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A local server that answers: its process, its address, the folder of its data.

    `idle_timeout_s` is how long it stays without requests and users, None until it is stopped;
    `read_api` is where it serves the Storage Read API, as `host:port`, soon after it is started
    to stay; None for a server of an earlier version; `is_new` says whether this call started it.
    """

    pid: int
    port: int
    url: str
    folder: Path
    idle_timeout_s: float | None
    read_api: str | None
    is_new: bool = False


def start_local_server(
    folder: Path,
    *,
    port: int = 0,
    idle_timeout_s: float | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> LocalServer:
    """The server of `folder`, started where none answers.

    Port 0 is the port of the last server if it is free, else any. With None for `idle_timeout_s` it
    stays until it is stopped, also when it was started otherwise. Processes that start the same
    folder at once get the same server. `meanwhile` is called while it starts, if it must.

    Raises LocalServerError: when it does not start, with the last line of its log.
    """
    try:
        folder = absolute_folder(folder)
        found = _kept(folder, idle_timeout_s)
        if found is not None:
            return found
        with _locked(folder):
            _wait_for_answer_or_end(folder)
            found = _kept(folder, idle_timeout_s)
            return found or _started(folder, port, idle_timeout_s, meanwhile)
    except LocalServerError:
        raise
    except OSError as error:
        raise _unwritable(folder, error) from error


def use_local_server(
    folder: Path, *, idle_timeout_s: float, meanwhile: Callable[[], object] | None = None
) -> LocalServer:
    """The server of `folder`, started where none answers; it stays while this process lives.

    Without any process that uses it, it ends after `idle_timeout_s`, if it was started by this.
    `meanwhile` is called while it starts, if it must.

    Raises LocalServerError: when it does not start.
    """
    try:
        # Before asking for it, so that it does not end between the answer and the first request.
        hold_users_lock(folder)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return start_local_server(folder, idle_timeout_s=idle_timeout_s, meanwhile=meanwhile)


def local_server_status(folder: Path) -> LocalServer | None:
    """The server of `folder`, asked just now; None when none answers.

    Raises LocalServerError: when the folder cannot be looked into.

    >>> local_server_status(Path("no/such/folder")) is None
    True
    """
    try:
        folder = absolute_folder(folder)
        instance = read_instance(folder)
    except OSError as error:
        raise _unreadable(folder, error) from error
    answer = _ask(instance, "GET", STATUS_PATH) if instance else None
    if instance is None or answer is None or not _is_served(folder, answer):
        return None
    return _server(folder, instance, answer)


def _is_served(folder: Path, answer: dict[str, Any]) -> bool:
    """Whether a server's answer is that of the folder, and not of one that it is a copy of."""
    try:
        return folder.samefile(str(answer.get("folder")))
    except OSError:
        return False


def stop_local_server(folder: Path) -> LocalServer | None:
    """The server of `folder` that was stopped; None when none was running.

    Requests under way are finished first. Only a process that has just answered as this folder's
    server is sent a signal.

    Raises LocalServerError: when it has not ended after twenty seconds, or the folder cannot be
        looked into.
    """
    try:
        folder = absolute_folder(folder)
        if not folder.is_dir():
            return None
    except OSError as error:
        raise _unreadable(folder, error) from error
    with _locked(folder):
        _wait_for_answer_or_end(folder)
        server = local_server_status(folder)
        if server is None:
            return None
        os.kill(server.pid, signal.SIGTERM)
        _wait_for_end(folder)
        return server


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        descriptor = take_start_lock(folder)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield
    finally:
        os.close(descriptor)


def _unreadable(folder: Path, error: OSError) -> LocalServerError:
    return LocalServerError(
        f"{folder} cannot be looked into ({error.strerror}). Let MLAPI_LOCAL_FOLDER name a folder"
        " of your own."
    )


def _unwritable(folder: Path, error: OSError) -> LocalServerError:
    return LocalServerError(
        f"{folder} cannot be written to ({error.strerror}). Let MLAPI_LOCAL_FOLDER name a folder"
        " that can."
    )


def _kept(folder: Path, idle_timeout_s: float | None) -> LocalServer | None:
    """The running server; when it is to stay until stopped, it is told so."""
    server = local_server_status(folder)
    if server is None or idle_timeout_s is not None or server.idle_timeout_s is None:
        return server
    instance = read_instance(folder)
    answer = _ask(instance, "POST", STAY_PATH) if instance else None
    return _server(folder, instance, answer) if instance and answer else None


def _started(
    folder: Path,
    port: int,
    idle_timeout_s: float | None,
    meanwhile: Callable[[], object] | None,
) -> LocalServer:
    log = folder / LOG_FILE
    options = ["--folder", str(folder), "--port", str(port)]
    if idle_timeout_s is not None:
        options += ["--idle-timeout-s", str(idle_timeout_s)]
    pid, is_ready = run_detached(options, log, meanwhile)
    server = local_server_status(folder) if is_ready else None
    if server is not None:
        return replace(server, is_new=True)
    if pid is not None and not is_ready:
        kill_detached(pid)
    if shutil.disk_usage(folder).free < _LEAST_FREE_BYTES:
        raise LocalServerError(f"The local server did not start. {full_disk_message(folder)}")
    raise LocalServerError(
        f"The local server of {folder} did not start. The last line of {log} is: {last_line(log)}"
    )


def _ask(instance: Instance, method: str, path: str) -> dict[str, Any] | None:
    """The answer of that very server; None when it does not answer, or another one does."""
    connection = HTTPConnection(HOST, instance.port, timeout=_ANSWER_WITHIN_S)
    try:
        connection.request(method, path)
        answer = json.loads(connection.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        connection.close()
    is_ours = isinstance(answer, dict) and answer.get("instance") == instance.id
    return answer if is_ours else None


def _server(folder: Path, instance: Instance, answer: dict[str, Any]) -> LocalServer:
    url = f"http://{HOST}:{instance.port}"
    return LocalServer(
        instance.pid, instance.port, url, folder, answer["idle_timeout_s"], answer.get("read_api")
    )


def _wait_for_answer_or_end(folder: Path) -> None:
    """Wait for a server that is about to end, or whose state file it still has to mend."""
    deadline_s = time.monotonic() + STOP_WITHIN_S
    while not _has_ended(folder) and local_server_status(folder) is None:
        _check_time(folder, deadline_s)


def _wait_for_end(folder: Path) -> None:
    deadline_s = time.monotonic() + STOP_WITHIN_S
    while not _has_ended(folder):
        _check_time(folder, deadline_s)


def _has_ended(folder: Path) -> bool:
    lock = take_server_lock(folder)
    if lock is not None:
        os.close(lock)
    return lock is not None


def _check_time(folder: Path, deadline_s: float) -> None:
    """Pause a little, while there is time.

    Raises LocalServerError: when there is none, with the process that is in the way.
    """
    if time.monotonic() > deadline_s:
        pid = server_pid(folder)
        raise LocalServerError(
            f"The local server of {folder} (process {'unknown' if pid is None else pid})"
            f" neither answers nor ends. See {folder / LOG_FILE}, and end that process."
        )
    time.sleep(0.02)
