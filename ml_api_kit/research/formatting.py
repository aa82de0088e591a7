"""Written code as ruff formats it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def format_modules(*folders: Path) -> None:
    """Format every module in folders, and sort its imports.

    Raises subprocess.CalledProcessError: when a module is no valid Python.
    """
    modules = sorted(str(module) for folder in folders for module in folder.glob("*.py"))
    if not modules:
        return
    ruff = [sys.executable, "-m", "ruff"]
    rules = [
        "--no-cache",
        "--select",
        "I,F401",
        "--fix",
        "--line-length",
        "100",
        "--isolated",
        "--quiet",
        "--config",
        'lint.isort.known-first-party=["__package__name__"]',
    ]
    subprocess.run([*ruff, "check", *rules, *modules], check=False, capture_output=True)
    subprocess.run(
        [*ruff, "format", "--no-cache", "--line-length", "100", "--isolated", "--quiet", *modules],
        check=True,
        capture_output=True,
    )
