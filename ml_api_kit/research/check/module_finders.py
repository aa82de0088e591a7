"""Changes what this process imports: as if pandas were not installed, or other files as modules."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any


def hide_library(name: str) -> None:
    """Nothing; from now on this process finds no library `name`, as if it were not installed.

    None in `sys.modules` would keep it out as well, but libraries that work without it (such as
    scikit-learn without pandas) look there for what was imported, and stumble over the None.

    Raises RuntimeError: when it was imported already.
    """
    if name in sys.modules:
        raise RuntimeError(f"{name} was imported already and cannot be hidden.")
    sys.meta_path[:] = [_Hiding(finder, name) for finder in sys.meta_path]


def import_in_place(files: Mapping[str, Path]) -> None:
    """Nothing; from now on the modules of these full names come from these files."""
    sys.meta_path.insert(0, _InPlace(files))


class _Hiding(MetaPathFinder):
    """Finds what another finder does, but for one library."""

    def __init__(self, finder: Any, hidden: str) -> None:
        self._finder = finder
        self._hidden = hidden

    def __getattr__(self, name: str) -> Any:
        return getattr(self._finder, name)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] == self._hidden:
            return None
        spec: ModuleSpec | None = self._finder.find_spec(fullname, path, target)
        return spec


class _InPlace(MetaPathFinder):
    """Finds modules in files of any name."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._files:
            return None
        loader = SourceFileLoader(fullname, str(self._files[fullname]))
        return spec_from_loader(fullname, loader)
