"""The command `mlapi`: one file per command."""
