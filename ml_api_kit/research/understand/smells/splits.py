"""Where rows are split into those to train on and those to test on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ml_api_kit.research.understand.smells.evidence import Called, Evidence

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
    """Every call of a splitter whose results get names, in order."""
    for call in evidence.calls:
        if call.last not in _SPLITTERS:
            continue
        node = evidence.trees[call.place].body[0]
        targets = node.targets[0] if isinstance(node, ast.Assign) else None
        names = [one.id for one in getattr(targets, "elts", []) if isinstance(one, ast.Name)]
        yield Split(call.place, _given(call), frozenset(names[::2]), frozenset(names[1::2]))


def is_called_test(name: str) -> bool:
    """Whether a variable's name says that it holds rows to test on."""
    return any(word in _TEST_WORDS for word in name.lower().split("_")) or name.lower() in (
        "xtest",
        "ytest",
    )


def _given(call: Called) -> frozenset[str]:
    return frozenset(
        inner.id
        for argument in call.node.args
        for inner in ast.walk(argument)
        if isinstance(inner, ast.Name)
    )
