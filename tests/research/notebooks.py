"""Notebooks that tests write, and what the conversion makes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ml_api_kit.research.convert import ConversionOptions, convert
from ml_api_kit.research.record.process import Limits


def notebook_text(*cells: str) -> str:
    """A notebook of version 4 with one code cell for each text."""
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {},
            "cells": [
                {
                    "cell_type": "code",
                    "id": str(number),
                    "metadata": {},
                    "outputs": [],
                    "execution_count": None,
                    "source": cell,
                }
                for number, cell in enumerate(cells)
            ],
        }
    )


def write_notebook(folder: Path, *cells: str, name: str = "research.ipynb") -> Path:
    """The file of a notebook with these cells, in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(notebook_text(*cells), encoding="utf-8")
    return path


def convert_cells(folder: Path, *cells: str, timeout_s: float = 60, **options: Any) -> Conversion:
    """What the conversion makes of the cells."""
    path = write_notebook(folder / "code", *cells)
    work = folder / "work"
    work.mkdir()
    found = convert(
        path, work, options=ConversionOptions(limits=Limits(timeout_s=timeout_s), **options)
    )
    return Conversion(work, found)


class Conversion:
    """A conversion that a test made."""

    def __init__(self, work: Path, interface: dict[str, Any]) -> None:
        """Keep the work folder and the interface."""
        self.work, self.interface = work, interface
        self.columns = [column["name"] for column in interface["columns"]]
        self.request_path = interface["request_path"]

    @property
    def is_equal(self) -> bool:
        """Whether every golden row got the answer that the code gave."""
        trial = self.interface["trial"]
        return "error" not in trial and trial["rows"] == trial["equal"] > 0

    @property
    def preprocessing(self) -> str:
        """The source of the functions of the request path."""
        return (self.work / "package" / "preprocessing.py").read_text("utf-8")
