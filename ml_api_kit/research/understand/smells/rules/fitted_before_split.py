"""A scaler, encoder, imputer or selector is fitted to all rows, and they are split afterwards."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ml_api_kit.research.understand.dataflow import root_name
from ml_api_kit.research.understand.evidence import Called, Evidence, Place
from ml_api_kit.research.understand.smells import learners
from ml_api_kit.research.understand.smells.splits import find_splits

WHY = "What it learned knows the test rows, so the test says less than it seems to."
ADVICE = "Split first and fit it to the training rows, or put it into a Pipeline with the model."

_FITS = ("fit", "fit_transform", "fit_resample")


def find(evidence: Evidence) -> Iterator[Place]:
    """Each fit whose rows, or what they became, are split later."""
    splits = list(find_splits(evidence))
    for call in evidence.calls:
        is_fit = call.last in _FITS and call.node.args and call.is_now
        if not is_fit or not _learns(call):
            continue
        for split in splits:
            if split.place > call.place and _is_split_later(evidence, call, split.place):
                yield evidence.at(call.place, call.node, f"{_fitted(call)} before the split")
                break


def _learns(call: Called) -> bool:
    if call.owner:
        return learners.is_transformer(call.owner) or learners.is_resampler(call.owner)
    # A class that is not known: `fit_transform` is said to transformers, `fit` to models as well.
    return call.last == "fit_transform" and not learners.is_harmless_name(call.receiver)


def _is_split_later(evidence: Evidence, call: Called, split: int) -> bool:
    """Whether a split is of what was fitted to, or of what became of it."""
    behind = evidence.makers(split)
    if call.place in behind:
        return True
    given = set(root_name(call.node.args[0]))
    made_by = {
        edge.maker for edge in evidence.edges if edge.reader == call.place and edge.name in given
    }
    is_used = any(edge.maker == call.place for edge in evidence.edges)
    return is_used and bool(made_by & behind)


def _fitted(call: Called) -> str:
    name = call.owner.rpartition(".")[2] or ast.unparse(call.node.func).rpartition(".")[0]
    does = "makes rows of" if learners.is_resampler(call.owner) else "is fitted to"
    return f"{name} {does} `{ast.unparse(call.node.args[0])[:60]}`"
