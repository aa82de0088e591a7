"""What is known of the variables of a function: frames, columns, arrays."""

from __future__ import annotations

import re
from enum import StrEnum

import libcst as cst
from libcst import matchers as m

_ARRAY_CALLS = {"transform", "predict", "predict_proba", "to_numpy", "reshape", "toarray", "ravel"}
#: Methods that compute each value of a frame from itself, where no axis is named.
VALUE_METHODS = frozenset(
    {
        "fillna",
        "astype",
        "replace",
        "map",
        "where",
        "mask",
        "abs",
        "round",
        "clip",
        "isna",
        "isnull",
        "notna",
        "notnull",
        "add",
        "sub",
        "mul",
        "div",
        "pow",
        "eq",
        "ne",
        "gt",
        "ge",
        "lt",
        "le",
    }
)
_FRAME_METHODS = VALUE_METHODS | {
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
    "applymap",
    "infer_objects",
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
        times: the names of the columns that hold times.
        imports: what must be imported: `module` or `module:name`.
        applied: the rules that were applied.
    """

    def __init__(
        self,
        kinds: dict[str, Kind],
        steps: dict[str, Kind] | None = None,
        tables: frozenset[str] = frozenset(),
        times: frozenset[str] = frozenset(),
    ) -> None:
        """Begin with the kinds of a function's parameters, and of what other functions give."""
        self.kinds = dict(kinds)
        self.tables = tables
        self.times = times
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
        if isinstance(node, cst.ListComp):
            is_table = self.kind(node.for_in.iter) in (Kind.FRAME, Kind.COLUMN)
            return Kind.COLUMN if is_table else Kind.OTHER
        return Kind.OTHER

    def reads_table(self, node: cst.CSTNode) -> bool:
        """Whether an expression reads a variable that holds a frame or a column."""
        names = {one.value for one in m.findall(node, m.Name()) if isinstance(one, cst.Name)}
        return any(self.kinds.get(one) in (Kind.FRAME, Kind.COLUMN) for one in names)

    def within(self, kinds: dict[str, Kind], tables: frozenset[str] = frozenset()) -> Scope:
        """A scope with more variables, which collects imports and rules for this one."""
        inner = Scope({**self.kinds, **kinds}, self._steps, self.tables | tables)
        inner.imports, inner.applied = self.imports, self.applied
        inner.times = self.times
        return inner

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
        given = [kind for argument in node.args for kind in self._kinds(argument.value)]
        if isinstance(function, cst.Attribute):
            name, receiver = function.attr.value, self.kind(function.value)
            if m.matches(function.value, m.Name("pd")):
                return _pandas_call_kind(name, node, self)
            if name in _ARRAY_CALLS and (name, receiver) != ("transform", Kind.COLUMN):
                return Kind.ARRAY
            if receiver is Kind.FRAME:
                if name == "eval":
                    return Kind.FRAME if _is_assigning(node) else Kind.COLUMN
                if name == "apply":
                    return Kind.COLUMN if is_along_rows(node) else Kind.FRAME
                return Kind.FRAME if name in _FRAME_METHODS else Kind.COLUMN
            if receiver is not Kind.OTHER:
                return receiver
            is_numpy = m.matches(function.value, m.Name("np"))
            if is_numpy and name in ("array", "asarray", "c_", "hstack", "column_stack"):
                return Kind.ARRAY
        return next(
            (one for one in (Kind.FRAME, Kind.COLUMN, Kind.ARRAY) if one in given), Kind.OTHER
        )

    def _kinds(self, node: cst.BaseExpression) -> list[Kind]:
        """The kinds of an argument: of each of its parts where it is a list."""
        if isinstance(node, cst.List | cst.Tuple):
            return [self.kind(one.value) for one in node.elements]
        return [self.kind(node)]


def _is_assigning(node: cst.Call) -> bool:
    """Whether the text that `eval` is given stores a column."""
    text = text_of(node.args[0].value) if node.args else None
    return text is not None and re.search(r"(?<![<>=!])=(?!=)", text) is not None


def is_along_rows(node: cst.Call) -> bool:
    """Whether a call of a frame's method works on each row: `axis=1`."""
    axis = arguments(node)[1].get("axis")
    return axis is not None and code_of(axis).strip("'\"") in ("1", "columns")


def _pandas_call_kind(name: str, node: cst.Call, scope: Scope) -> Kind:
    if name in ("DataFrame", "get_dummies", "concat", "merge"):
        return Kind.FRAME
    if name in ("CategoricalDtype", "Timestamp", "Timedelta", "Series"):
        return Kind.COLUMN if scope.reads_table(node) else Kind.OTHER
    if name in ("isna", "isnull", "notna", "notnull", "to_datetime", "to_numeric"):
        return scope.kind(node.args[0].value) if node.args else Kind.OTHER
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
