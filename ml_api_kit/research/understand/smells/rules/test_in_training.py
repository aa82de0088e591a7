"""A model or a transformer is fitted to rows that it is tested on."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ml_api_kit.research.understand.evidence import Called, Evidence, Place
from ml_api_kit.research.understand.smells.splits import Split, find_splits, is_called_test

WHY = "What has seen the test rows answers them better than new ones: the test says nothing."
ADVICE = "Fit to the training rows alone; on the test rows call `transform` or `predict`."

_FITS = ("fit", "fit_transform", "fit_resample", "partial_fit")
_ASKS = ("predict", "predict_proba", "score", "transform", "evaluate")


def find(evidence: Evidence) -> Iterator[Place]:
    """Each fit to test rows, and each to all rows whose model answers for the test rows."""
    splits = list(find_splits(evidence))
    test = set().union(*(split.test for split in splits))
    for call in evidence.calls:
        if call.last not in _FITS or not call.node.args or not call.is_now:
            continue
        if "label" in (call.owner + call.receiver).lower():
            continue
        rows = call.node.args[0]
        name = rows.id if isinstance(rows, ast.Name) else ""
        if name and (name in test or (splits and is_called_test(name))):
            yield evidence.at(call.place, call.node, f"`{call.last}` of the test rows `{name}`")
        else:
            yield from _fitted_to_all(evidence, call, name, splits)


def _fitted_to_all(
    evidence: Evidence, call: Called, rows: str, splits: list[Split]
) -> Iterator[Place]:
    """A fit to what was split before, of a model that is asked for the test rows afterwards."""
    before = [split for split in splits if split.place < call.place and rows in split.given]
    is_same = before and not any(
        rows in evidence.names[place].defines for place in range(before[-1].place, call.place)
    )
    if not is_same or not call.receiver:
        return
    for later in evidence.calls:
        if later.place < call.place or later.receiver != call.receiver:
            continue
        if later.place > call.place and later.last in ("fit", "fit_transform"):
            return
        given = later.node.args[0] if later.node.args else None
        if later.last in _ASKS and isinstance(given, ast.Name) and given.id in before[-1].test:
            what = f"`{call.receiver}` is fitted to all of `{rows}`, then asked for `{given.id}`"
            yield evidence.at(call.place, call.node, what)
            return
