"""Runs research code once, and records what its expressions were."""
