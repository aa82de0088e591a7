"""What research code may not do while it is recorded: reach out, ask, write or delete elsewhere."""

from __future__ import annotations

import builtins
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from ml_api_kit.settings import Settings

_DELETES = {
    "os.remove",
    "os.rmdir",
    "os.unlink",
    "shutil.rmtree",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "os.link",
    "os.symlink",
    "os.mkdir",
}
_MOVES = {"os.rename", "shutil.move", "shutil.copyfile", "shutil.copytree"}
_CONNECTS = {
    "socket.connect",
    "socket.sendto",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.bind",
}
_STARTS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn"}

# PR_SET_PDEATHSIG of <sys/prctl.h>.
_END_WITH_PARENT = 1


class RefusedError(PermissionError):
    """Research code tried what is not allowed while it is recorded."""


def limit_memory(size_bytes: int) -> None:
    """Let this process have that much memory above what it has now; 0 for no limit.

    A second call counts from what it has then. No file that it writes may be larger than that.
    """
    if size_bytes:
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, most))
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        limit = used + size_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))


def end_with_parent() -> None:
    """Have the kernel end this process when the one that started it ends, however that came."""
    import ctypes

    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):  # Linux.
        libc.prctl(_END_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def refuse_input() -> None:
    """Let `input` and `getpass` say that nobody is there to answer."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise RefusedError(
            "it asks for input, and nobody is there to answer: write the value into the code"
        )

    builtins.input = refuse
    import getpass

    getpass.getpass = refuse


def guard(
    folders: tuple[Path, ...],
    *,
    allow_network: bool,
    files_read: set[str],
    emulators: frozenset[tuple[str, int]] = frozenset(),
) -> None:
    """Refuse writes and deletes outside `folders`, other programs, and connections.

    The names of the files that are read go into `files_read`. `emulators` are the addresses on this
    machine that may be connected to all the same, as `emulator_addresses` gives them.

    What cannot be undone: an audit hook stays for the life of the process.
    """
    roots = tuple(str(folder.resolve()) + os.sep for folder in folders)
    hook = _hook(roots, files_read, allow_network=allow_network, emulators=emulators)
    sys.addaudithook(hook)


def emulator_addresses(settings: Settings) -> frozenset[tuple[str, int]]:
    """The hosts and ports of the emulators that the settings name, where they are on this machine.

    >>> emulator_addresses(Settings(bigquery_emulator="http://127.0.0.1:9050"))
    frozenset({('127.0.0.1', 9050)})
    >>> emulator_addresses(Settings(bigquery_emulator="bigquery.example.com:9050"))
    frozenset()
    """
    found = set()
    for text in (settings.bigquery_emulator, settings.storage_emulator):
        parts = urlsplit(text if not text or "://" in text else f"http://{text}")
        if text and parts.port and parts.hostname in _THIS_MACHINE:
            found |= {(host, parts.port) for host in _same_host(str(parts.hostname))}
    return frozenset(found)


_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


def _same_host(name: str) -> tuple[str, ...]:
    return _THIS_MACHINE if name == "localhost" else (name,)


def _hook(
    roots: tuple[str, ...],
    files_read: set[str],
    *,
    allow_network: bool,
    emulators: frozenset[tuple[str, int]],
) -> Callable[[str, tuple[Any, ...]], None]:
    def is_inside(path: Any) -> bool:
        if isinstance(path, int):
            return True
        name = os.path.realpath(os.fsdecode(path))
        return (name + os.sep).startswith(roots) or name.startswith(("/dev/null", "/dev/shm"))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if not writes and isinstance(path, str | os.PathLike):
                # Links are not followed: what matters is where the code looked.
                files_read.add(os.path.abspath(os.fspath(path)))  # noqa: PTH100
            if writes and not isinstance(path, int) and not is_inside(path):
                raise RefusedError(f"it would write to {os.fsdecode(path)}, outside its folder")
        elif event in _DELETES and arguments and not is_inside(arguments[0]):
            raise RefusedError(
                f"it would change or delete {os.fsdecode(arguments[0])}, outside its folder"
            )
        elif event in _MOVES and not all(map(is_inside, arguments[:2])):
            raise RefusedError(
                f"it would move or copy {os.fsdecode(arguments[0])}, outside its folder"
            )
        elif event in _CONNECTS and not allow_network:
            if not (event == "socket.connect" and _is_unix(arguments)) and not _is_emulator(
                event, arguments, emulators
            ):
                raise RefusedError(
                    "it would use the network: allow that with --allow-network, or keep the data "
                    "in a file beside the notebook"
                )
        elif event in _STARTS:
            program = arguments[0] if arguments else ""
            if not _is_own(program):
                raise RefusedError(f"it would start another program ({program!r})")

    return hook


def _is_emulator(
    event: str, arguments: tuple[Any, ...], emulators: frozenset[tuple[str, int]]
) -> bool:
    """Whether a connection, or the search for an address, leads to one of the emulators."""
    if event == "socket.getaddrinfo":
        return (str(arguments[0]), int(arguments[1] or 0)) in emulators
    is_address = event == "socket.connect" and isinstance(arguments[1], tuple)
    return is_address and arguments[1][:2] in emulators


def _is_unix(arguments: tuple[Any, ...]) -> bool:
    return len(arguments) > 1 and isinstance(arguments[1], str | bytes)


def _is_own(program: Any) -> bool:
    """Whether a program is what libraries start for themselves: joblib's workers, lscpu."""
    name = Path(os.fsdecode(program)).name if program else ""
    return name.startswith(("python", "lscpu", "uname", "ldconfig", "gcc", "fc-list", "sh")) and (
        name != "sh"
    )
