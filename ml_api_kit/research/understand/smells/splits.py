"""Where rows are split into those to train on and those to test on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ml_api_kit.research.understand.evidence import Evidence

_SPLITTERS = ("train_test_split", "random_split", "temporal_train_test_split")
_TEST_WORDS = ("test", "val", "valid", "validation", "holdout")


@dataclass(frozen=True, slots=True)
class Split:
    """One split.

    Attributes:
        place: the number of its statement.
        given: the variables that were split.
        train: the variables that hold rows to train on.
        test: the variables that hold rows to test on.
    """

    place: int
    given: frozenset[str]
    train: frozenset[str]
    test: frozenset[str]


def find_splits(evidence: Evidence) -> Iterator[Split]:
    """Every call of a splitter, and every cut into what is called train, in order."""
    called = {call.place: call for call in evidence.calls if call.last in _SPLITTERS}
    for place, tree in enumerate(evidence.trees):
        node = tree.body[0]
        names = _targets(node)
        if place in called:
            given = _names(*called[place].node.args)
            yield Split(place, given, frozenset(names[::2]), frozenset(names[1::2]))
        elif any("train" in name.lower().split("_") for name in names) and _cuts(node):
            test = frozenset(name for name in names if is_called_test(name))
            given = _names(getattr(node, "value", node)) - {"len"}
            yield Split(place, given, frozenset(names) - test, test)


def _targets(node: ast.stmt) -> list[str]:
    """The variables that an assignment gives values, in order."""
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    return [one.id for one in getattr(target, "elts", [target]) if isinstance(one, ast.Name)]


def _cuts(node: ast.stmt) -> bool:
    """Whether an assignment takes some rows out of a variable that holds all: `X[:800]`."""
    value = getattr(node, "value", None)
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    return any(
        (isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Slice))
        or (isinstance(part, ast.Call) and ast.unparse(part.func).endswith(".sample"))
        for part in parts
    )


def is_called_test(name: str) -> bool:
    """Whether a variable's name says that it holds rows to test on."""
    return any(word in _TEST_WORDS for word in name.lower().split("_")) or name.lower() in (
        "xtest",
        "ytest",
    )


def _names(*expressions: ast.AST) -> frozenset[str]:
    return frozenset(
        node.id
        for expression in expressions
        for node in ast.walk(expression)
        if isinstance(node, ast.Name)
    )
