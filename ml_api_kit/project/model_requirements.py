"""What a converted project needs beside ml-api-kit: to answer, and to train."""

from __future__ import annotations

import ast
import json
import pickletools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

_RUNTIME = ("onnxruntime", "numpy")
# What `freeze_estimator` converts with.
_FREEZING = ("scikit-learn", "joblib", "onnx", "onnxruntime", "skl2onnx")


@dataclass(frozen=True, slots=True)
class Requirements:
    """Exact pins: what answers need, and what training needs beside them."""

    answering: tuple[str, ...]
    training: tuple[str, ...]


def split_requirements(
    pins: Sequence[str], *, answering_sources: Iterable[str], artifacts: Path, trains: bool
) -> Requirements:
    """The pins split by what imports them.

    Answering needs what `answering_sources` import, what the pickles among the artifacts are made
    of, and onnxruntime where there is a graph. Training needs the rest, and what freezes estimators
    where `trains`. A library that none of it pins is pinned to the version installed here.
    """
    roots = {root for source in answering_sources for root in _imported_roots(source)}
    roots |= set(_artifact_roots(artifacts))
    by_name = {_canonical(re.split(r"[=<>!~\[ ;@]", pin, maxsplit=1)[0]): pin for pin in pins}
    answering = {name for name in by_name if roots & import_names(name)}
    wanted = [name for name in _RUNTIME if name in roots]
    answering |= {name for name in wanted if _add_pin(by_name, name)}
    freezing = [name for name in _FREEZING if trains and _add_pin(by_name, name)]
    training = (set(by_name) - answering) | (set(freezing) - answering)
    return Requirements(
        tuple(by_name[name] for name in sorted(answering)),
        tuple(by_name[name] for name in sorted(training)),
    )


def _add_pin(by_name: dict[str, str], name: str) -> bool:
    """Whether the library is pinned, to the version installed here where nothing else was said."""
    if name not in by_name:
        try:
            by_name[name] = f"{name}=={distribution(name).version}"
        except PackageNotFoundError:
            return False
    return True


def _imported_roots(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _artifact_roots(folder: Path) -> Iterator[str]:
    files = json.loads((folder / "manifest.json").read_bytes())["files"]
    for name, entry in files.items():
        if entry["kind"] == "onnx":
            yield from _RUNTIME
        elif entry["kind"] == "pickle":
            yield from _pickled_roots((folder / name).read_bytes())


def _pickled_roots(content: bytes) -> Iterator[str]:
    """First parts of every text in a pickle that could name a module; nothing is unpickled."""
    for opcode, argument, _ in pickletools.genops(content):
        if opcode.name == "GLOBAL":
            yield str(argument).partition(" ")[0].partition(".")[0]
        elif isinstance(argument, str) and re.fullmatch(r"[A-Za-z_][\w.]*", argument):
            yield argument.partition(".")[0]


def import_names(name: str) -> set[str]:
    """The names under which a library is imported, as it is installed here.

    >>> sorted(import_names("pytest"))
    ['_pytest', 'py', 'pytest']
    """
    try:
        files = distribution(name).files or ()
    except PackageNotFoundError:
        return {name.replace("-", "_")}
    tops = {file.parts[0] for file in files if file.suffix == ".py"}
    return {top.removesuffix(".py") for top in tops if "." not in top.removesuffix(".py")}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()
