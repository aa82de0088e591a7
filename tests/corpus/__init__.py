"""Converts a corpus of notebooks that lie outside the repository: `make corpus`."""
