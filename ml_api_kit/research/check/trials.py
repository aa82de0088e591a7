"""Tries the modules of a conversion again and again, in a process that imported their libraries.

    python -m ml_api_kit.research.check.trials WORK_FOLDER

It answers each line of its input with a line, what `trial.outcome` gives for the modules as they
are then. Every trial runs in a copy of the process (a fork), so that none leaves anything to the
next, and none waits for pandas and scikit-learn to be imported, which takes longer than all else.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ml_api_kit.research.check.trial import child_environment, outcome, try_modules

_TIMEOUT_S = 60
_READ_BYTES = 65_536


class Trials:
    """Trials of the modules in a work folder; the process ends when the `with` block is left."""

    def __init__(self, work: Path) -> None:
        """Start the process, which imports the libraries meanwhile."""
        self._work = work
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ml_api_kit.research.check.trials", str(work)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            # Ended by this process, with all that a model's libraries may have started.
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def run(self) -> dict[str, Any]:
        """How the modules answer the golden rows now, as `try_modules` tells it.

        Where the process does not answer, as with libraries that cannot be copied while they run,
        the trial is made in a process of its own.
        """
        answer = self._ask()
        if answer is None:
            self._end()
            return try_modules(self._work)
        found: dict[str, Any] = json.loads(answer)
        return found

    def _ask(self) -> bytes | None:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None or self._process.poll() is not None:
            return None
        try:
            stdin.write(b"try\n")
            stdin.flush()
        except BrokenPipeError:
            return None
        answer = b""
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([stdout], [], [], _TIMEOUT_S)
            part = os.read(stdout.fileno(), _READ_BYTES) if ready else b""
            if not part:
                return None
            answer += part
        return answer

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()


def main(work: Path) -> None:
    """Answer each line of the input with the outcome of a trial."""
    answers = os.dup(1)
    # What a model prints is no answer.
    os.dup2(2, 1)
    _import_libraries(work)
    for _ in sys.stdin:
        os.write(answers, _tried_in_a_copy(work) + b"\n")


def _tried_in_a_copy(work: Path) -> bytes:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        # What a module reads is not what the next trials are asked by.
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        with os.fdopen(writer, "wb") as out:
            out.write(json.dumps(outcome(work)).encode())
        # Without the end of the interpreter, which is the other process's.
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as found:
        text = found.read()
    os.waitpid(pid, 0)
    return text or json.dumps({"error": "the process ended early"}).encode()


def _import_libraries(work: Path) -> None:
    """Import what the modules are going to import; what cannot be is for the trial to say."""
    interface = json.loads((work / "interface.json").read_text(encoding="utf-8"))
    estimator = str((interface.get("answering") or {}).get("estimator_class", ""))
    for name in ("numpy", "pandas", "ml_api_kit.contract", estimator.rpartition(".")[0]):
        if name:
            with suppress(ImportError):
                import_module(name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
