"""The log of a child process."""

from __future__ import annotations

from pathlib import Path


def last_lines(log: Path, *, count: int = 15) -> str:
    """The last `count` lines of the file `log`, each indented; a note where there are none."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    return "\n".join(f"    {line}" for line in lines) or "    (it wrote nothing)"
