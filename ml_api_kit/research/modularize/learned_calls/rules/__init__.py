"""The rules, one kind of call per file."""
