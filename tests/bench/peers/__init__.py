"""One view behind each of several libraries, as their own documentation writes it.

Each module has a function `create_app`. They run in an environment of their own, that of
`requirements-bench.txt`, and import nothing of the package they are compared with; `guarded` and
`guarded_fast` are that package.
"""
