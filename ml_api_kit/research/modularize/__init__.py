"""Makes functions, artifacts and golden cases of what was recorded."""
