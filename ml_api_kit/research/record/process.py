"""Runs research code once, in a process of its own, and says in one sentence what went wrong.

1. copied:   the notebook's folder, into a temporary one; nothing of the user's is written
2. started:  a child in a session of its own, with limits of time and memory
3. watched:  where it is, told to whoever asked
4. ended:    the child and whatever it started, always
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml_api_kit.errors import (
    ConversionError,
    NotebookFailedError,
    NotebookLimitError,
)
from ml_api_kit.research.record.job import (
    FAILURE_FILE,
    PROGRESS_FILE,
    RESULT_FILE,
    Job,
    read_json,
)

_COPIED_BYTES = 500_000_000
_LEFT_OUT = {".git", ".venv", "venv", "node_modules", "__pycache__", ".ipynb_checkpoints", ".mlapi"}
_POLL_S = 0.05
_PARENTS = 3
_MOST_LINKS = 1000
_OUTPUT_KEPT = 4000
_SCRATCH_VARIABLE = "TMPDIR"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use.

    Attributes:
        timeout_s: how long it may take, in seconds.
        memory_bytes: the memory it may take beyond what the libraries need; 0 for no limit.
        allow_network: whether it may open connections.
    """

    timeout_s: float = 600.0
    memory_bytes: int = 8_000_000_000
    allow_network: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: the cell and line of its statement, of how many, since how many seconds."""

    cell: int
    line: int
    statement: int
    of: int
    elapsed_s: float
    stage: str = field(default="run")


def record(
    notebook: Path,
    work_folder: Path,
    *,
    limits: Limits | None = None,
    options: dict[str, Any] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> None:
    """Run a notebook or script once; what was made of it is in `work_folder` afterwards.

    Raises NotebookFailedError: when the code raised, or its process died.
    Raises NotebookLimitError: when it took more time or memory than it may.
    Raises ConversionError: when it ran, and nothing could be made of it.
    """
    limits = limits or Limits()
    run_folder = _copy_folder(notebook, work_folder / "run")
    job = Job(
        str((run_folder / notebook.name).resolve()),
        str(run_folder.resolve()),
        str(work_folder.resolve()),
        limits.memory_bytes,
        limits.allow_network,
        options or {},
    )
    job.write(work_folder / "job.json")
    with _child(work_folder) as child:
        status = _watch(child, work_folder, limits, on_progress)
    shutil.rmtree(work_folder / "run", ignore_errors=True)
    shutil.rmtree(work_folder / "scratch", ignore_errors=True)
    if status != 0 or not (work_folder / RESULT_FILE).is_file():
        raise _error(notebook, work_folder, status, limits)


def _copy_folder(notebook: Path, root: Path) -> Path:
    """Copy the notebook's folder to below `root`, with what lies beside its parents linked to.

    Notebooks read `../data/x.csv`: for that the copy has the same parents, and in each of them
    links to what the real one holds. A folder that is too large to copy has its files linked to as
    well; writing through a link is refused, since what it leads to lies outside.

    Returns:
        The copy of the folder.
    """
    folder = notebook.resolve().parent
    ancestors = [folder, *list(folder.parents)[:_PARENTS]]
    ancestors = [one for one in ancestors if one.parent != one]
    target = root
    for parent, child in zip(ancestors[:0:-1], ancestors[-2::-1], strict=True):
        target.mkdir(parents=True, exist_ok=True)
        _link_all(parent, target, without=child.name)
        target = target / child.name
    if _size_bytes(folder) > _COPIED_BYTES:
        target.mkdir(parents=True)
        _link_all(folder, target, without=notebook.name)
        shutil.copy2(notebook, target / notebook.name)
        return target
    work = str(root.parent.resolve())

    def ignored(parent: str, names: list[str]) -> set[str]:
        # A notebook in /tmp has the work folder beside it: copied, it would be copied into itself.
        return {name for name in names if name in _LEFT_OUT or os.path.join(parent, name) == work}  # noqa: PTH118

    shutil.copytree(folder, target, ignore=ignored, ignore_dangling_symlinks=True)
    return target


def _link_all(folder: Path, target: Path, *, without: str) -> None:
    try:
        entries = list(folder.iterdir())
    except PermissionError:
        return
    for path in entries[:_MOST_LINKS]:
        if path.name != without and path.name not in _LEFT_OUT:
            (target / path.name).symlink_to(path)


def _size_bytes(folder: Path) -> int:
    size = 0
    for path in folder.rglob("*"):
        if not _LEFT_OUT.intersection(path.relative_to(folder).parts) and path.is_file():
            size += path.stat().st_size
        if size > _COPIED_BYTES:
            break
    return size


@contextmanager
def _child(work_folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (work_folder / "output.txt").open("wb") as output:
        child = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "ml_api_kit.research.record.child",
                str((work_folder / "job.json").resolve()),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=_environment(work_folder),
        )
        try:
            yield child
        finally:
            _end(child, work_folder)


def _environment(work_folder: Path) -> dict[str, str]:
    """The child's variables: what libraries keep for themselves goes into the work folder."""
    scratch = _scratch(work_folder)
    scratch.mkdir(exist_ok=True)
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(scratch),
        "XDG_CACHE_HOME": str(scratch),
        _SCRATCH_VARIABLE: str(scratch),
    }


def _end(child: subprocess.Popen[bytes], work_folder: Path) -> None:
    """End the child and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for process in _left_behind(work_folder):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def _left_behind(work_folder: Path) -> list[int]:
    """The processes that left the child's session: they have its variables still.

    Empty where there is no `/proc` to read.
    """
    mark = os.fsencode(f"{_SCRATCH_VARIABLE}={_scratch(work_folder)}")
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # Ended meanwhile, or another user's.
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def _scratch(work_folder: Path) -> Path:
    return (work_folder / "scratch").resolve()


def _watch(
    child: subprocess.Popen[bytes],
    work_folder: Path,
    limits: Limits,
    on_progress: Callable[[Progress], None] | None,
) -> int:
    started = time.monotonic()
    while True:
        try:
            return child.wait(timeout=_POLL_S)
        except subprocess.TimeoutExpired:
            elapsed_s = time.monotonic() - started
        told = read_json(work_folder / PROGRESS_FILE)
        if on_progress is not None and told is not None:
            on_progress(
                Progress(
                    told.get("cell", 0),
                    told.get("line", 0),
                    told.get("statement", 0),
                    told.get("of", 0),
                    elapsed_s,
                    told.get("stage", "run"),
                )
            )
        if elapsed_s > limits.timeout_s:
            return _TIMED_OUT


_TIMED_OUT = -1000


def _error(notebook: Path, work_folder: Path, status: int, limits: Limits) -> Exception:
    failure = read_json(work_folder / FAILURE_FILE)
    told = read_json(work_folder / PROGRESS_FILE) or {}
    where = f"{notebook}, cell {told.get('cell', 1)}, line {told.get('line', 1)}"
    if status == _TIMED_OUT:
        return NotebookLimitError(
            f"{where}: still running after {limits.timeout_s:g} s, and was ended. Allow more with "
            "--timeout, or make the cell do less."
        )
    if failure is None:
        how = f"signal {-status}" if status < 0 else f"exit status {status}"
        return NotebookFailedError(
            f"{where}: the process ended there ({how}): {_last_line(work_folder)}"
        )
    if failure["kind"] == "conversion":
        return ConversionError(failure["message"])
    where = f"{notebook}, cell {failure['cell']}, line {failure['line']}"
    if failure["kind"] == "memory":
        return NotebookLimitError(
            f"{where}: it needs more memory than the {limits.memory_bytes / 1e9:g} GB it may have. "
            "Allow more with --memory, or read less data."
        )
    return NotebookFailedError(f"{where}: {_raised(failure)}")


def _raised(failure: dict[str, Any]) -> str:
    message = " ".join(str(failure["message"]).split())[:400]
    if failure["error"] == "RefusedError":
        return f"{message}."
    if failure["error"] == "DefaultCredentialsError":
        return (
            "it asks for Google's credentials, and there are none. Set the variables that `mlapi"
            " gcp start` prints to read the local BigQuery, or log in to Google Cloud (gcloud auth"
            " application-default login) and allow it with --allow-network."
        )
    if failure["error"] == "SystemExit":
        return "it ends the process with exit(); take that out."
    hint = ""
    if failure["error"] == "ModuleNotFoundError":
        hint = " Install it beside ml-api-kit, then try again."
    elif failure["error"] == "FileNotFoundError":
        hint = " Put the file where the notebook looks for it, beside it, then try again."
    said = f"{failure['error']}: {message}" if message else failure["error"]
    return f"{said}.{hint}".replace("..", ".")


def _last_line(work_folder: Path) -> str:
    output = (work_folder / "output.txt").read_bytes()[-_OUTPUT_KEPT:].decode(errors="replace")
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing."
