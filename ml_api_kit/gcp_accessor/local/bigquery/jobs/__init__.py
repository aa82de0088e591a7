"""Jobs: what a configuration asks for, done in its turn and remembered."""
