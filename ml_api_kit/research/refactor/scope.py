"""What is known of the variables of a function: frames, columns, arrays."""

from __future__ import annotations

from enum import StrEnum

import libcst as cst
from libcst import matchers as m

_ARRAY_CALLS = {"transform", "predict", "predict_proba", "to_numpy", "reshape", "toarray", "ravel"}
_FRAME_METHODS = {
    "fillna",
    "replace",
    "astype",
    "rename",
    "drop",
    "assign",
    "copy",
    "merge",
    "join",
    "reset_index",
    "get_dummies",
    "set_axis",
    "add_prefix",
    "add_suffix",
    "round",
    "clip",
}


class Kind(StrEnum):
    """What a variable holds, in pandas; a frame is rows afterwards, a column a list."""

    FRAME = "frame"
    COLUMN = "column"
    ARRAY = "array"
    OTHER = "other"


class LeftAloneError(Exception):
    """A place that no rule rewrites: the reason in words."""


class Scope:
    """The kinds of a function's variables, and what the rewritten code will need.

    Attributes:
        kinds: the kind of each variable.
        tables: the names that hold tables to look values up in: what was learned, and constants.
        imports: what must be imported: `module` or `module:name`.
        applied: the rules that were applied.
    """

    def __init__(
        self,
        kinds: dict[str, Kind],
        steps: dict[str, Kind] | None = None,
        tables: frozenset[str] = frozenset(),
    ) -> None:
        """Begin with the kinds of a function's parameters, and of what other functions give."""
        self.kinds = dict(kinds)
        self.tables = tables
        self._steps = steps or {}
        self.imports: set[str] = set()
        self.applied: list[str] = []

    def kind(self, node: cst.BaseExpression) -> Kind:
        """What an expression holds."""
        if isinstance(node, cst.Name):
            return self.kinds.get(node.value, Kind.OTHER)
        if isinstance(node, cst.Subscript):
            return self._subscript_kind(node)
        if isinstance(node, cst.Attribute):
            return self._attribute_kind(node)
        if isinstance(node, cst.Call):
            if isinstance(node.func, cst.Name) and node.func.value in self._steps:
                return self._steps[node.func.value]
            return self._call_kind(node)
        if isinstance(node, cst.BinaryOperation):
            kinds = {self.kind(node.left), self.kind(node.right)}
            return next((one for one in Kind if one in kinds), Kind.OTHER)
        if isinstance(node, cst.Comparison):
            kinds = {self.kind(node.left), *(self.kind(one.comparator) for one in node.comparisons)}
            return next((one for one in Kind if one in kinds), Kind.OTHER)
        if isinstance(node, cst.UnaryOperation):
            return self.kind(node.expression)
        return Kind.OTHER

    def is_step(self, node: cst.BaseExpression) -> bool:
        """Whether an expression calls another function of the module that works on frames."""
        return (
            isinstance(node, cst.Call)
            and isinstance(node.func, cst.Name)
            and node.func.value in self._steps
        )

    def _subscript_kind(self, node: cst.Subscript) -> Kind:
        inner = self.kind(node.value)
        if inner is Kind.FRAME:
            key = subscript_key(node)
            return Kind.COLUMN if isinstance(key, cst.SimpleString | cst.Integer) else Kind.FRAME
        if m.matches(node.value, m.Attribute(attr=m.Name("str"))):
            return Kind.COLUMN
        return inner

    def _attribute_kind(self, node: cst.Attribute) -> Kind:
        inner = self.kind(node.value)
        if node.attr.value == "values" and inner in (Kind.FRAME, Kind.COLUMN):
            return Kind.ARRAY
        if inner is Kind.FRAME:
            return Kind.COLUMN
        return inner

    def _call_kind(self, node: cst.Call) -> Kind:
        function = node.func
        given = [self.kind(argument.value) for argument in node.args]
        if isinstance(function, cst.Attribute):
            name, receiver = function.attr.value, self.kind(function.value)
            if m.matches(function.value, m.Name("pd")):
                return _pandas_call_kind(name, node, self)
            if name in _ARRAY_CALLS:
                return Kind.ARRAY
            if receiver is Kind.FRAME:
                return Kind.FRAME if name in _FRAME_METHODS else Kind.COLUMN
            if receiver is not Kind.OTHER:
                return receiver
            is_numpy = m.matches(function.value, m.Name("np"))
            if is_numpy and name in ("array", "asarray", "c_", "hstack", "column_stack"):
                return Kind.ARRAY
        return next(
            (one for one in (Kind.FRAME, Kind.COLUMN, Kind.ARRAY) if one in given), Kind.OTHER
        )


def _pandas_call_kind(name: str, node: cst.Call, scope: Scope) -> Kind:
    if name in ("DataFrame", "get_dummies", "concat", "merge"):
        return Kind.FRAME
    if name == "CategoricalDtype":
        return Kind.OTHER
    return Kind.COLUMN


def subscript_key(node: cst.Subscript) -> cst.BaseExpression | None:
    """The key of a subscript with one plain index."""
    if len(node.slice) != 1 or not isinstance(node.slice[0].slice, cst.Index):
        return None
    return node.slice[0].slice.value


def code_of(node: cst.CSTNode) -> str:
    """The source of a node."""
    return cst.Module([]).code_for_node(node)


def text_of(node: cst.BaseExpression | None) -> str | None:
    """The text of a literal string, or None."""
    if isinstance(node, cst.SimpleString):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None


def arguments(node: cst.Call) -> tuple[list[cst.BaseExpression], dict[str, cst.BaseExpression]]:
    """The positional arguments and the keyword arguments of a call."""
    placed = [one.value for one in node.args if one.keyword is None]
    named = {one.keyword.value: one.value for one in node.args if one.keyword is not None}
    return placed, named
