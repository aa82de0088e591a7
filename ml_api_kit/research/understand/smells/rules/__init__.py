"""One smell per file: what it is, why it is trouble, what to do, and how it is found."""
