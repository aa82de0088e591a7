"""The command `mlapi`: one file per command, found by walking this folder."""

from ml_api_kit.cli.root import main

__all__ = ["main"]
