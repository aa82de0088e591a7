"""From a notebook to a checked project.

1. convert:  the notebook runs once; its parts become modules, artifacts and golden rows
2. bake:     the scaffold is filled with them, in a hidden folder
3. check:    the golden rows go through the project's server, and its tests are run
4. move:     the project takes its place, whatever the check found; an interruption leaves nothing
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_api_kit.project.bake import bake_project
from ml_api_kit.project.converted_filling import ConvertedFilling
from ml_api_kit.project.work_folder import read_work_folder
from ml_api_kit.research.check.check_project import check_project
from ml_api_kit.research.check.conversion import Conversion


@dataclass(frozen=True, slots=True)
class ConversionWishes:
    """What whoever converts a notebook may wish for.

    Attributes:
        model: the variable of the model to serve; the last one fitted that predicts when None.
        noun: the name of one answer; taken from the target when None.
        timeout_s: how long the notebook may run, in seconds.
        memory_gb: the memory it may take beyond what its libraries need, in gigabytes.
        allow_network: whether it may open connections while it runs.
        with_ranges: whether requests must keep to the smallest and largest numbers of the data.
    """

    model: str | None = None
    noun: str | None = None
    timeout_s: float = 600.0
    memory_gb: float = 8.0
    allow_network: bool = False
    with_ranges: bool = False


@dataclass(frozen=True, slots=True)
class ConvertedProject:
    """A project that was made of a notebook: its folder, and what the check found of it."""

    folder: Path
    conversion: Conversion


def convert_project(
    source: Path,
    name: str,
    *,
    output_folder: Path,
    answers: Mapping[str, str],
    wishes: ConversionWishes | None = None,
    on_progress: Callable[[str], None] = lambda step: None,
) -> ConvertedProject:
    """The project made of the notebook or script `source`, inside `output_folder`, checked.

    A `source` that is a folder is one that was converted already, as `interface.json` in it says.
    `answers` go to the scaffold's questions. `on_progress` is told what is being done.

    Raises ResearchError: when the notebook cannot be read, does not run, or takes too much.
    Raises ProjectError: when the project cannot be made; nothing is left behind.
    """
    started_s = time.monotonic()
    wishes = wishes or ConversionWishes()
    found: list[Conversion] = []
    with _converted(source, wishes, on_progress) as work:
        filling = ConvertedFilling(
            read_work_folder(work, notebook=source.name),
            with_ranges=wishes.with_ranges,
            started_s=None if source.is_dir() else started_s,
        )
        on_progress("making the project")
        folder = bake_project(
            name,
            output_folder=output_folder,
            answers=answers,
            filling=filling,
            on_baked=lambda project: found.append(check_project(project, on_progress=on_progress)),
        )
    return ConvertedProject(folder, found[0])


@contextmanager
def _converted(
    source: Path, wishes: ConversionWishes, on_progress: Callable[[str], None]
) -> Iterator[Path]:
    """The work folder that `source` is converted into, or is already."""
    if source.is_dir():
        yield source
        return
    from ml_api_kit.research.convert import ConversionOptions, convert
    from ml_api_kit.research.record.process import Limits

    limits = Limits(
        timeout_s=wishes.timeout_s,
        memory_bytes=int(wishes.memory_gb * 1e9),
        allow_network=wishes.allow_network,
    )
    options = ConversionOptions(model=wishes.model, noun=wishes.noun, limits=limits)
    with tempfile.TemporaryDirectory(prefix="mlapi-convert-") as folder:
        work = Path(folder)
        convert(source, work, options=options, on_progress=lambda at: on_progress(_said(at)))
        yield work


def _said(progress: Any) -> str:
    return (
        f"{progress.stage}: cell {progress.cell}, line {progress.line} · {progress.elapsed_s:.0f} s"
    )
