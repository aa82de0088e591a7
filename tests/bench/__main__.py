"""Runs the benchmarks: `make bench` all of them, `python -m tests.bench requests` one.

Each is a module `bench_NAME.py` of this folder, found by walking it, with a function `main`. Every
one measures its variants in turn and prints medians and ratios.
"""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module
from pathlib import Path

PREFIX = "bench_"


def main(names: list[str]) -> int:
    """The exit status of running the benchmarks called `names`, all where there are none."""
    modules = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    known = sorted(name.removeprefix(PREFIX) for name in modules if name.startswith(PREFIX))
    unknown = sorted(set(names) - set(known))
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(known)}.")
        return 2
    for name in names or known:
        print(f"\n== {name}\n", flush=True)
        import_module(f"tests.bench.{PREFIX}{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
