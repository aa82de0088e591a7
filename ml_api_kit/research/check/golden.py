"""Golden cases: raw rows and the answers that the research code itself gave for them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_api_kit.errors import ProjectError

SAMPLE_ROWS = 50
LEAST_SAMPLE_ROWS = 5
SAMPLE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """One case: the raw `row`, the `answer`, and the row's place in the data source, from 0."""

    row: Mapping[str, Any]
    answer: Mapping[str, Any]
    raw_index: int | None = None


def read_golden(path: Path) -> list[GoldenCase]:
    """The cases in a file of JSON lines, which may be gzipped (`.gz`).

    Raises ProjectError: when the file cannot be read, or a line of it is no case.
    """
    try:
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        lines = content.decode().split("\n")
    except (OSError, EOFError, ValueError) as error:
        raise ProjectError(f"{path} cannot be read: {error}. Convert the notebook anew.") from error
    return [_case(line, number, path) for number, line in enumerate(lines, 1) if line.strip()]


def write_golden(path: Path, cases: Iterable[GoldenCase]) -> None:
    """Write the cases as JSON lines, gzipped where the name ends in `.gz`."""
    text = "".join(f"{_line(case)}\n" for case in cases).encode()
    # Without a time in it the same cases give the same bytes.
    path.write_bytes(gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)


def spread_places(count: int, *, size: int) -> list[int]:
    """At most `size` places of `count`, evenly spread, the first and the last among them.

    >>> spread_places(9, size=3)
    [0, 4, 8]
    """
    if count <= size:
        return list(range(count))
    return [round(step * (count - 1) / (size - 1)) for step in range(size)]


def sample_size(row_seconds: float) -> int:
    """How many cases a project's tests use: fewer where one answer takes `row_seconds` long.

    >>> sample_size(0.001), sample_size(0.2), sample_size(60)
    (50, 15, 5)
    """
    if row_seconds * SAMPLE_ROWS <= SAMPLE_SECONDS:
        return SAMPLE_ROWS
    return max(LEAST_SAMPLE_ROWS, int(SAMPLE_SECONDS / row_seconds))


def spread_sample(cases: Sequence[GoldenCase], *, size: int = SAMPLE_ROWS) -> list[GoldenCase]:
    """At most `size` of the cases, evenly spread, the first and the last among them."""
    return [cases[place] for place in spread_places(len(cases), size=size)]


def iter_batches(
    cases: Sequence[GoldenCase], *, most_rows: int, most_bytes: int
) -> Iterator[list[GoldenCase]]:
    """The cases in batches, none larger than `most_rows` nor, as JSON, than `most_bytes`.

    A case that is larger by itself is a batch of its own.
    """
    batch: list[GoldenCase] = []
    size_bytes = 0
    for case in cases:
        case_bytes = len(json.dumps(case.row)) + 1
        if batch and (len(batch) == most_rows or size_bytes + case_bytes > most_bytes):
            yield batch
            batch, size_bytes = [], 0
        batch.append(case)
        size_bytes += case_bytes
    if batch:
        yield batch


def _case(line: str, number: int, path: Path) -> GoldenCase:
    try:
        found = json.loads(line)
        return GoldenCase(found["row"], found["answer"], found.get("raw_index"))
    except (ValueError, KeyError, TypeError) as error:
        raise ProjectError(
            f"{path}, line {number}, is no golden case ({error!r}): convert the notebook anew."
        ) from error


def _line(case: GoldenCase) -> str:
    return json.dumps(
        {"row": case.row, "answer": case.answer, "raw_index": case.raw_index}, ensure_ascii=False
    )
