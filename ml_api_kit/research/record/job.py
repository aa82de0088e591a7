"""What the parent tells the child that runs the code, and what the child tells the parent."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

PROGRESS_FILE = "progress.json"
FAILURE_FILE = "failure.json"
RESULT_FILE = "interface.json"


@dataclass(frozen=True, slots=True)
class Job:
    """One run.

    Attributes:
        notebook: the file of the research code.
        run_folder: the folder it runs in, a copy of its own.
        work_folder: where what was recorded goes.
        memory_bytes: the memory it may use; 0 for no limit.
        allow_network: whether it may open connections.
        options: what is done with the tape afterwards.
    """

    notebook: str
    run_folder: str
    work_folder: str
    memory_bytes: int
    allow_network: bool
    options: dict[str, Any]

    def write(self, path: Path) -> None:
        """Write it for the child."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Job:
        """Read what `write` wrote."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))


def write_json(path: Path, document: Any) -> None:
    """Write a file that is never seen half written."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(json.dumps(document), encoding="utf-8")
    part.replace(path)


def read_json(path: Path) -> dict[str, Any] | None:
    """What a file holds; None where it is not there."""
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return document
