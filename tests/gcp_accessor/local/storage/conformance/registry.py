"""Collects the cases, and draws the table of the documentation."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from google.cloud import storage

GROUPS = (
    "buckets",
    "objects",
    "uploads",
    "downloads",
    "listing",
    "protection",
    "deletion",
    "encryption",
    "access",
    "lists",
    "signatures",
    "xml",
    "others",
)


@dataclass(frozen=True)
class Place:
    """What a case works with: the client, a bucket of its own, a folder, the server's address."""

    client: storage.Client
    bucket: storage.Bucket
    folder: Path
    url: str


@dataclass(frozen=True)
class Case:
    group: str
    title: str
    run: Callable[[Place], None]
    is_refused: bool


def refused(run: Callable[[Place], None]) -> Callable[[Place], None]:
    run.is_refused = True  # type: ignore[attr-defined]
    return run


def cases() -> list[Case]:
    return [
        Case(group_title(module), str(run.__doc__), run, getattr(run, "is_refused", False))
        for module in (import_module(f"{__package__}.{name}") for name in GROUPS)
        for run in own_functions(module)
    ]


def own_functions(module: ModuleType) -> list[Any]:
    return [
        one
        for name, one in vars(module).items()
        if inspect.isfunction(one) and one.__module__ == module.__name__ and name[0] != "_"
    ]


def group_title(module: ModuleType) -> str:
    return str(module.__doc__).strip().rstrip(".")


def table(run: list[Case]) -> str:
    lines = ["| | works | is refused |", "| --- | --- | --- |"]
    for group in dict.fromkeys(case.group for case in run):
        titles = [
            "; ".join(
                case.title for case in run if case.group == group and case.is_refused is is_refused
            )
            for is_refused in (False, True)
        ]
        lines.append(f"| {group} | {titles[0]} | {titles[1]} |")
    return "\n".join(lines)
