"""Rewrites a module's functions from frames to rows, and keeps what still answers the same.

1. kinds:      a parameter annotated `pd.DataFrame` is a frame; what is made of it follows
2. statements: each by the first rule that knows it; a function with one that none knows stays
3. bridges:    where a function stays, rows become a frame before it and rows again after
4. accepted:   the whole module, or else function by function, by the answers of the golden rows
"""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from ml_api_kit.research.refactor.assembly import assemble
from ml_api_kit.research.refactor.attempts import Attempt, attempt
from ml_api_kit.research.refactor.kinds import constant_tables, return_kind, works_on_table
from ml_api_kit.research.refactor.outcome import Refactored, RefactoredFunction
from ml_api_kit.research.refactor.pipes import open_pipes
from ml_api_kit.research.refactor.time_columns import time_columns


def refactor_module(
    source: str, *, accepts: Callable[[str], str | None] = lambda _: None
) -> Refactored:
    """The module with its functions rewritten from frames to rows.

    `accepts` is given a candidate for the whole module, and says why it is refused, or None. What
    is refused as a whole is tried function by function: each that must stay works on frames as
    before.
    A module that works on rows already is left as it is.

    Raises SyntaxError: when the source is no valid Python.
    """
    try:
        module = cst.parse_module(source)
    except cst.ParserSyntaxError as error:
        raise SyntaxError(str(error)) from error
    module = open_pipes(module)
    functions = [
        one for one in module.body if isinstance(one, cst.FunctionDef) and works_on_table(one)
    ]
    steps = {one.name.value: return_kind(one) for one in functions}
    tables, times = constant_tables(module), time_columns(module)
    attempts = {one.name.value: attempt(one, steps, tables, times) for one in functions}
    if not any(one.node for one in attempts.values()):
        return Refactored(source, _outcomes(attempts))
    candidate = assemble(module, attempts)
    refused = accepts(candidate)
    if refused is None:
        return Refactored(candidate, _outcomes(attempts))
    return _one_by_one(module, attempts, accepts, refused)


def _outcomes(
    attempts: dict[str, Attempt], refused: dict[str, str] | None = None
) -> tuple[RefactoredFunction, ...]:
    reasons = dict(refused or {})
    whole = attempts.get("preprocess")
    if whole is not None and whole.node is None:
        # What calls the functions stays on frames, and so do they, see `assemble`.
        for name in attempts:
            reasons.setdefault(name, whole.reason or "")
    return tuple(one.outcome(reasons.get(name)) for name, one in attempts.items())


def _one_by_one(
    module: cst.Module,
    attempts: dict[str, Attempt],
    accepts: Callable[[str], str | None],
    refused: str,
) -> Refactored:
    """The module with as many functions on rows as are accepted, the others behind bridges."""
    kept: dict[str, str] = {}
    for name, one in attempts.items():
        if one.node is None or name == "preprocess":
            continue
        others = {other: "" for other in attempts if other not in (name, "preprocess")}
        others = {other: "" for other in others if other != name}
        reason = accepts(assemble(module, attempts, stay=set(others)))
        if reason is not None:
            kept[name] = reason
    candidate = assemble(module, attempts, stay=set(kept))
    reason = accepts(candidate)
    if reason is None:
        return Refactored(candidate, _outcomes(attempts, kept))
    everything = dict.fromkeys(attempts, reason or refused)
    return Refactored(module.code, _outcomes(attempts, everything))
