"""What in research code would be trouble in production: where, why, and what to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from ml_api_kit.research.source.code import ResearchCode, Statement
from ml_api_kit.research.understand.names import called, import_aliases
from ml_api_kit.research.understand.use import use_of

_SECRET = re.compile(
    r"(?i)(?:password|passwd|secret|api_?key|access_?token|auth_?token)\s*=\s*['\"][^'\"]{6,}['\"]"
    r"|AKIA[0-9A-Z]{16}|ghp_[0-9A-Za-z]{30,}"
)
_ABSOLUTE = re.compile(r"^(?:/(?:home|Users|content|kaggle|mnt|data|tmp|root)/|[A-Za-z]:[\\/])")
_SEEDED = (
    "train_test_split",
    "RandomForestClassifier",
    "RandomForestRegressor",
    "KMeans",
    "ExtraTreesClassifier",
    "ExtraTreesRegressor",
    "MLPClassifier",
    "MLPRegressor",
    "GradientBoostingClassifier",
    "GradientBoostingRegressor",
    "RandomizedSearchCV",
)
_FITTING = ("fit_transform",)
_SPLITS = ("train_test_split",)


@dataclass(frozen=True, slots=True)
class Smell:
    """One place that would be trouble.

    Attributes:
        kind: what it is, such as `leakage`.
        cell: the cell.
        line: the line in it, from 1.
        what: what was found there.
        advice: what to do.
    """

    kind: str
    cell: int
    line: int
    what: str
    advice: str

    def to_json(self) -> dict[str, Any]:
        """The smell as reports write it."""
        return asdict(self)


def find_smells(code: ResearchCode) -> tuple[Smell, ...]:
    """All smells, in the order of the code."""
    trees = [ast.parse(statement.text) for statement in code.statements]
    found = [
        *_leakage(code, trees),
        *_unpinned(code, trees),
        *_paths_and_secrets(code, trees),
        *_undefined(code, trees),
        *_disorder(code),
    ]
    return tuple(sorted(found, key=lambda smell: (smell.cell, smell.line, smell.kind)))


def _at(statement: Statement, node: ast.AST | None = None) -> tuple[int, int]:
    line = getattr(node, "lineno", 1)
    return statement.cell, statement.line + line - 1


def _leakage(code: ResearchCode, trees: list[ast.Module]) -> Iterator[Smell]:
    """What was fitted to all rows before they were split has seen the test rows."""
    aliases = import_aliases(trees)
    calls = [[name.rpartition(".")[2] for name in called(tree, aliases)] for tree in trees]
    splits = [place for place, names in enumerate(calls) if set(names) & set(_SPLITS)]
    if not splits:
        return
    for place in range(splits[0]):
        if set(calls[place]) & set(_FITTING):
            statement = code.statements[place]
            yield Smell(
                "leakage",
                *_at(statement),
                f"`{_short(statement)}` is fitted before the split",
                "Fit it to the training rows alone, or put it into a Pipeline.",
            )


def _unpinned(code: ResearchCode, trees: list[ast.Module]) -> Iterator[Smell]:
    """Random choices that come out differently at every run."""
    is_seeded = any("seed(" in statement.text for statement in code.statements)
    for statement, tree in zip(code.statements, trees, strict=True):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or is_seeded:
                continue
            name = ast.unparse(node.func).rpartition(".")[2]
            if name in _SEEDED and not any(one.arg == "random_state" for one in node.keywords):
                yield Smell(
                    "unpinned seed",
                    *_at(statement, node),
                    f"{name} without random_state",
                    "Give it random_state, so that a second run gives the same model.",
                )


def _paths_and_secrets(code: ResearchCode, trees: list[ast.Module]) -> Iterator[Smell]:
    for statement, tree in zip(code.statements, trees, strict=True):
        if _SECRET.search(statement.text):
            yield Smell(
                "secret",
                *_at(statement),
                "what looks like a password or key is in the code",
                "Take it out, change it at its issuer, and read it from the environment.",
            )
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and _ABSOLUTE.match(node.value)
            ):
                yield Smell(
                    "absolute path",
                    *_at(statement, node),
                    f"`{node.value[:80]}`",
                    "Put the file beside the code and name it from there.",
                )


def _undefined(code: ResearchCode, trees: list[ast.Module]) -> Iterator[Smell]:
    """Names that are read before any cell above defines them."""
    import builtins

    known = {*dir(builtins), "display", "get_ipython"}
    later: dict[str, int] = {}
    for place, tree in enumerate(trees):
        for name in use_of(tree).defines:
            later.setdefault(name, place)
    for place, (statement, tree) in enumerate(zip(code.statements, trees, strict=True)):
        use = use_of(tree)
        if not isinstance(tree.body[0], ast.FunctionDef | ast.ClassDef):
            for name in sorted(use.reads - use.defines - known):
                if later.get(name, -1) > place:
                    yield Smell(
                        "hidden state",
                        *_at(statement),
                        f"{name} is read before it is defined",
                        "Run the cells from top to bottom, and put them in that order.",
                    )
        known |= use.defines


def _disorder(code: ResearchCode) -> Iterator[Smell]:
    """Cells whose counts say that they were run in another order."""
    highest = 0
    for cell, count in code.execution_counts.items():
        if count is None:
            continue
        if count < highest:
            yield Smell(
                "hidden state",
                cell,
                1,
                f"was run as number {count}, after cells below it",
                "Restart, run all cells in order, and see that the results are the same.",
            )
            return
        highest = count


def _short(statement: Statement) -> str:
    return statement.text.splitlines()[0][:80]
