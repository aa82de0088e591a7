"""Reads notebooks and scripts."""
