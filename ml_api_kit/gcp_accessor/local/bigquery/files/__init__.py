"""Files into tables, and rows into files."""
