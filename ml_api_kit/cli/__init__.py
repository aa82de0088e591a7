"""The command `mlapi`: one file per command, found by walking this folder."""

from __future__ import annotations

import sys
from typing import NoReturn

INTERRUPTED_EXIT_CODE = 130


def main() -> NoReturn:
    """Run `mlapi` with this process's arguments and exit with the command's status."""
    try:
        from ml_api_kit.cli.root import run_process
    except KeyboardInterrupt:
        # What a command line needs takes long enough to import for a Ctrl-C.
        print("\nInterrupted.", file=sys.stderr)
        sys.exit(INTERRUPTED_EXIT_CODE)
    run_process()
