"""One rule per file: what it finds, what the schema really does, and the mend."""
