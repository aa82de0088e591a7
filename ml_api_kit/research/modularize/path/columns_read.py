"""Which columns of a frame an event reads, for the columns of its result that are wanted."""

from __future__ import annotations

import ast
import contextlib
import types
from typing import Any

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize import columns as column_origins
from ml_api_kit.research.modularize.estimator_input import columns_taken
from ml_api_kit.research.modularize.own_code import OwnCode, is_own
from ml_api_kit.research.modularize.path.stores import (
    STATE_CHANGES,
    STORES,
    is_masked,
    stored_columns,
)
from ml_api_kit.research.record.tape import Event, Tape, Value


class ColumnsRead:
    """Tells the columns that events read."""

    def __init__(self, tape: Tape, own: OwnCode) -> None:
        """Read the expressions of a tape, and the functions of the research code."""
        self._tape, self._own = tape, own

    def of(self, event: Event, parent: Value, out: Value, live: set[Any] | None) -> set[Any] | None:
        """The columns of `parent` that are read for the `live` ones of `out`; None for all."""
        if not parent.is_frame or parent.columns is None:
            return None
        taken = _by_estimator(event, parent)
        if taken is not None:
            return taken
        if event.kind in STATE_CHANGES and event.detail.get("operator"):
            every = set(parent.columns) if live is None else set(live)
            return every | stored_columns(self._tape, event)
        if not out.is_frame:
            return self._of_series(event, parent)
        wanted = set(out.columns or ()) if live is None else live
        if event.kind in STORES and parent is not out.before:
            return None if wanted & stored_columns(self._tape, event) else set()
        is_whole = event.kind in STORES and not is_masked(self._tape, event)
        if is_whole and event.detail.get("key") != "columns":
            wanted = wanted - stored_columns(self._tape, event)
        return self._of_frame(event, parent, out, wanted)

    def _of_series(self, event: Event, parent: Value) -> set[Any] | None:
        """What is read for a result that is no frame."""
        if event.function.endswith(".apply"):
            return self.named(event, parent) | self._by_function(event, parent) or None
        if event.output is not None and event.output.base is not None:
            return self._by_way(event, parent)
        return column_origins.read_columns(self._tape, event, parent)

    def _of_frame(self, event: Event, parent: Value, out: Value, wanted: set[Any]) -> set[Any]:
        origins = column_origins.origins(event, parent, out)
        if event.function.endswith((".merge", ".join")):
            keys = self.named(event, parent) or set(parent.columns or ())
            return keys.union(*(origins.get(column, set()) for column in wanted))
        read = set().union(*(origins.get(column, set()) for column in wanted)) if wanted else set()
        if event.function.endswith(".assign"):
            read |= self._by_lambdas(event, parent, wanted)
        return read

    def named(self, event: Event, parent: Value) -> set[Any]:
        """The columns of a frame that an expression names."""
        node = self._tape.expressions[event.node]
        named = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}
        return {name for name in named if isinstance(name, str | int)} & set(parent.columns or ())

    def _by_way(self, event: Event, parent: Value) -> set[Any]:
        """What a way to a table reads of it: the keys of groups; a method by itself reads nothing.

        What is read through it is read where it is used.
        """
        node = self._tape.expressions[event.node]
        return self.named(event, parent) if isinstance(node, ast.Call) else set()

    def _by_function(self, event: Event, parent: Value) -> set[Any]:
        """The columns that a function of a row names, which is given by its name."""
        found: set[Any] = set()
        for value in event.children.values():
            obj = value.object()
            if isinstance(obj, types.FunctionType) and is_own(obj):
                with contextlib.suppress(ConversionError):
                    found |= _names_in(self._own.tree(obj))
        return found & set(parent.columns or ())

    def _by_lambdas(self, event: Event, parent: Value, wanted: set[Any]) -> set[Any]:
        """The columns that the functions of a frame name which `assign` is given for a column."""
        node = self._tape.expressions[event.node]
        assert isinstance(node, ast.Call)
        given = [one.value for one in node.keywords if one.arg is None or one.arg in wanted]
        named = set().union(
            *(_names_in(one) for one in given if isinstance(one, ast.Lambda)), set()
        )
        return named & set(parent.columns or ())


def _by_estimator(event: Event, parent: Value) -> set[Any] | None:
    """The columns that a fitted estimator transforms; None where it may read all of them."""
    if event.function.rpartition(".")[2] not in ("transform", "fit_transform") or not event.inputs:
        return None
    fitted = event.detail.get("fitted") or event.inputs[0]
    taken = columns_taken(fitted.object()) if fitted is not parent else None
    return None if taken is None else set(taken) & set(parent.columns or ())


def _names_in(tree: ast.AST) -> set[Any]:
    """What code names that may be a column: constants and attributes."""
    constants = {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant)}
    attributes = {one.attr for one in ast.walk(tree) if isinstance(one, ast.Attribute)}
    return {one for one in constants if isinstance(one, str | int)} | attributes
