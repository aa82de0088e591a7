"""The child process: runs the code under its limits, then makes what is asked of the tape.

    python -m ml_api_kit.research.record.child JOB

It exits with 0 when all went well. Otherwise `failure.json` in the work folder says what happened;
where even that is missing the process was killed, and `progress.json` says at which statement.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ml_api_kit.errors import MlApiError
from ml_api_kit.research.record import limits
from ml_api_kit.research.record.emulated_clients import let_clients_in
from ml_api_kit.research.record.job import FAILURE_FILE, PROGRESS_FILE, Job, write_json
from ml_api_kit.research.source.code import Statement
from ml_api_kit.settings import load_settings


def main(job_path: str) -> int:
    """Run a job; the status to exit with."""
    job = Job.read(Path(job_path))
    work = Path(job.work_folder)
    try:
        return _run(job, work)
    except MlApiError as error:
        write_json(work / FAILURE_FILE, {"kind": "conversion", "message": str(error)})
        return 4


def _run(job: Job, work: Path) -> int:
    started = time.monotonic()
    _prepare(job)
    from ml_api_kit.research.record.execute import StatementError, execute
    from ml_api_kit.research.record.tracer import Tracer
    from ml_api_kit.research.source.reading import read_research_code

    code = read_research_code(Path(job.notebook))
    tracer = Tracer()
    files_read = _limit(job, work)
    try:
        namespace = execute(code, tracer, on_statement=_teller(work, len(code.statements)))
    except StatementError as failed:
        write_json(work / FAILURE_FILE, _failure(failed))
        return 3
    run = {
        "run_seconds": time.monotonic() - started,
        "files_read": data_files(files_read, Path(job.run_folder), work),
    }
    write_json(work / PROGRESS_FILE, {"stage": "write", "of": len(code.statements)})
    # What the code has taken it need not give back before something is made of it.
    limits.limit_memory(job.memory_bytes)
    from ml_api_kit.research.modularize.finish import finish

    finish(tracer.tape, code, namespace, work, {**job.options, **run})
    return 0


def _limit(job: Job, work: Path) -> set[str]:
    """The files that are read from now on; this process is under the limits of the job."""
    settings = load_settings(os.environ)
    let_clients_in(settings)
    files_read: set[str] = set()
    limits.guard(
        (Path(job.run_folder), work),
        allow_network=job.allow_network,
        files_read=files_read,
        emulators=limits.emulator_addresses(settings),
    )
    limits.limit_memory(job.memory_bytes)
    return files_read


def _teller(work: Path, total: int) -> Callable[[Statement], None]:
    """What writes down at which statement the run is."""

    def tell(statement: Statement) -> None:
        write_json(
            work / PROGRESS_FILE,
            {
                "cell": statement.cell,
                "line": statement.line,
                "statement": statement.number,
                "of": total,
                "stage": "run",
            },
        )

    return tell


def _prepare(job: Job) -> None:
    os.environ.setdefault("MPLBACKEND", "Agg")
    os.environ["JOBLIB_TEMP_FOLDER"] = job.work_folder
    os.chdir(job.run_folder)
    sys.path.insert(0, job.run_folder)
    # A script that reads its arguments is started without any, not with this process's own.
    sys.argv = [job.notebook]
    limits.end_with_parent()
    limits.refuse_input()


def data_files(files_read: set[str], run_folder: Path, work: Path) -> list[str]:
    """Of the files that were read, the data: relative to where the code ran, sorted."""
    root = str((work / "run").resolve()) + os.sep
    found = [
        os.path.relpath(name, run_folder)
        for name in files_read
        if name.startswith(root) and not name.endswith((".py", ".pyc", ".ipynb"))
    ]
    return sorted(name for name in found if (run_folder / name).is_file())


def _failure(failed: Any) -> dict[str, Any]:
    error = failed.__cause__
    return {
        "kind": "memory" if isinstance(error, MemoryError) else "raised",
        "cell": failed.statement.cell,
        "line": failed.line,
        "error": type(error).__name__,
        "message": str(error)[:2000],
    }


if __name__ == "__main__":
    # The code may leave threads behind that never end, and handlers that ask for more.
    status = main(sys.argv[1])
    sys.stdout.flush()
    os._exit(status)
