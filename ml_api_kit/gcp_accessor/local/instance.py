"""The file that says where the local server of a folder is, and the locks beside it.

    server.json   where the server is, or was last: instance, process id, port
    server.lock   held by the server as long as it lives, so that there is never a second one; in it
                  lies its process id
    start.lock    held by who is starting or stopping it
    users.lock    shared by the processes that use the server; it does not end for being idle then

A lock of the operating system ends with the process that holds it, however that ends.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

HOST = "127.0.0.1"
STATUS_PATH = "/_mlapi/status"
STAY_PATH = "/_mlapi/stay"
READ_API_PATH = "/_mlapi/read-api"
STATE_FILE = "server.json"
LOG_FILE = "server.log"
SERVER_LOCK_FILE = "server.lock"
_held_folders: set[Path] = set()


@dataclass(frozen=True, slots=True)
class Instance:
    """A run of the local server: a random identifier, its process, its port on 127.0.0.1."""

    id: str
    pid: int
    port: int


def write_instance(folder: Path, instance: Instance) -> None:
    """Write `instance` to the folder's state file, whole or not at all."""
    path = folder / STATE_FILE
    temporary = path.with_suffix(f".{instance.pid}.tmp")
    temporary.write_text(json.dumps(asdict(instance)) + "\n")
    temporary.replace(path)


def keep_instance(folder: Path, instance: Instance) -> None:
    """Write `instance` anew where the state file is damaged or gone, as long as the folder is."""
    if read_instance(folder) != instance:
        # The folder may be deleted, or its disk be full, at this very moment: then nobody can be
        # helped, and the next call tries again.
        with suppress(OSError):
            write_instance(folder, instance)


def read_instance(folder: Path) -> Instance | None:
    """The folder's last server, which may have ended; None where there was none.

    A state file that this version cannot read counts as none: the server writes it anew.

    Raises OSError: when this user may not read it, or the folder's name is none.
    """
    try:
        values = json.loads((folder / STATE_FILE).read_text())
        instance = Instance(str(values["id"]), int(values["pid"]), int(values["port"]))
        return instance if 0 < instance.port < 65536 else None
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return None


def absolute_folder(folder: Path) -> Path:
    """The folder from the root on, without links; it need not be there.

    Raises OSError: where links lead in a circle, where the directory that this process is in is
        gone, or where the name is not in UTF-8, in which DuckDB takes it.
    """
    try:
        name = os.path.realpath(folder, strict=True)
    except (FileNotFoundError, NotADirectoryError):
        name = os.path.realpath(folder)
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise OSError(errno.EILSEQ, "its name is not in UTF-8", name) from error
    return Path(name)


def take_start_lock(folder: Path) -> int:
    """The descriptor of the folder's start lock, as soon as no other process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "start.lock", os.O_RDWR | os.O_CREAT, 0o644)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def take_server_lock(folder: Path) -> int | None:
    """The descriptor of the folder's server lock; None when another server holds it."""
    return _try_lock(folder / SERVER_LOCK_FILE, fcntl.LOCK_EX)


def sign_server_lock(descriptor: int) -> None:
    """Write this process's id into the server lock that it holds."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def server_pid(folder: Path) -> int | None:
    """The process that holds the folder's server lock, or held it last; None where none signed it.

    >>> server_pid(Path("no/such/folder")) is None
    True
    """
    try:
        return int((folder / SERVER_LOCK_FILE).read_text())
    except (FileNotFoundError, ValueError):
        return None


def is_server_lock(folder: Path, descriptor: int) -> bool:
    """Whether the lock file of the folder still is the one behind a descriptor."""
    try:
        return os.path.samestat(os.fstat(descriptor), (folder / SERVER_LOCK_FILE).stat())
    except OSError:
        return False


def hold_users_lock(folder: Path) -> None:
    """Keep the folder's server from ending for being idle, until this process ends."""
    folder = absolute_folder(folder)
    if folder not in _held_folders:
        folder.mkdir(parents=True, exist_ok=True)
        # The descriptor is never closed: the lock is to end with the process, and with its forks.
        descriptor = os.open(folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o644)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        _held_folders.add(folder)


def has_users(folder: Path) -> bool:
    """Whether any process holds the folder's users lock."""
    descriptor = _try_lock(folder / "users.lock", fcntl.LOCK_EX)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def _try_lock(path: Path, kind: int) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
