"""What does not depend on a request: constants, imports, functions, and what was learned."""

from __future__ import annotations

import ast
import copy
import inspect
import keyword
import re
import types
import unicodedata
from typing import TYPE_CHECKING, Any

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize.own_code import OwnCode, is_own
from ml_api_kit.research.modularize.plain import NOT_PLAIN, is_jsonable, to_plain
from ml_api_kit.research.record.tape import Binding, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

_LITERAL_LENGTH = 200


class FixedValues:
    """Names for what was learned, and what the written code imports and defines.

    Attributes:
        frozen: what was learned, by name.
        made_at: for each name the value it was frozen from.
        own: the functions of the research code that the lines call, and what they import.
        bare: estimators without the names of their columns, by the number of their value.
    """

    def __init__(self, own: OwnCode) -> None:
        """Begin with nothing learned, and nothing brought along of the research code."""
        self.own = own
        self.frozen: dict[str, Any] = {}
        self.made_at: dict[str, Value | None] = {}
        self.bare: dict[int, Any] = {}
        self._names: dict[int, str] = {}
        self._used: list[str] = []

    def begin(self) -> None:
        """A new line begins."""
        self._used = []

    def used(self) -> tuple[str, ...]:
        """The frozen names that the line has used."""
        return tuple(dict.fromkeys(self._used))

    def freeze(self, obj: Any, wanted: str, value: Value | None = None) -> ast.expr:
        """A name for a learned object; the same object gets the same name."""
        for name, known in self.frozen.items():
            if known is obj or _is_equal(known, obj):
                self._used.append(name)
                return ast.Name(name, ast.Load())
        base = _identifier(wanted)
        name, count = base, 1
        while name in self.frozen:
            count += 1
            name = f"{base}_{count}"
        self.frozen[name], self.made_at[name] = obj, value
        self._used.append(name)
        return ast.Name(name, ast.Load())

    def refer(self, value: Value, node: ast.expr, of: Expressions) -> ast.expr:
        """An expression for a value that is the same for every request."""
        obj = value.object()
        is_unkept = obj is None and value.type_name != "NoneType"
        if isinstance(obj, types.ModuleType | type) or _is_library_function(obj):
            return self.imported(node)
        if value.binding is Binding.CONSTANT and (is_unkept or self._is_of_module(node)):
            return self.imported(node)
        if isinstance(obj, types.FunctionType):
            return self._function(obj, value, of)
        if type(obj).__name__ == "Timestamp":
            return self._timestamp(obj.isoformat(), value, node)
        repeated = _repeated(obj, value, of)
        if repeated is not None:
            return repeated
        plain = to_plain(obj)
        is_names = isinstance(plain, list | str) and _all_text(plain)
        if value.binding is Binding.CONSTANT or is_names:
            text = repr(plain)
            if plain is not NOT_PLAIN and len(text) <= _LITERAL_LENGTH:
                return ast.parse(text, mode="eval").body
        if obj is None:
            raise ConversionError(f"`{ast.unparse(node)}` was not kept while the code ran.")
        if isinstance(plain, bool | type(None)) and plain is not NOT_PLAIN:
            return ast.Constant(plain)
        return self.freeze(plain if is_jsonable(plain) else obj, learned_name(value, node), value)

    def _timestamp(self, text: str, value: Value, node: ast.expr) -> ast.expr:
        """A time by its text, which needs no pandas to be kept."""
        self.own.imports["pd"] = "import pandas as pd"
        given: ast.expr = ast.Constant(text)
        if value.binding is not Binding.CONSTANT:
            given = self.freeze(text, learned_name(value, node), value)
        return ast.Call(ast.parse("pd.Timestamp", mode="eval").body, [given], [])

    def constant(self, obj: Any, node: ast.expr, value: Value) -> ast.expr:
        """A table written out where it is a constant, else a name for it."""
        plain = to_plain(obj)
        if value.binding is Binding.CONSTANT and plain is not NOT_PLAIN:
            return ast.parse(repr(plain), mode="eval").body
        return self.freeze(obj if plain is NOT_PLAIN else plain, learned_name(value, node), value)

    def imported(self, node: ast.expr) -> ast.expr:
        """The expression, after the import of the library that it is of was brought."""
        root = node
        while isinstance(root, ast.Attribute | ast.Subscript | ast.Call):
            root = root.func if isinstance(root, ast.Call) else root.value
        if isinstance(root, ast.Name):
            self.own.bring_import(root.id)
        return node

    def _is_of_module(self, node: ast.expr) -> bool:
        """Whether an expression is an attribute of a module, such as `np.pi`."""
        if not isinstance(node, ast.Attribute):
            return False
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in self.own.known_imports

    def _function(self, obj: types.FunctionType, value: Value, of: Expressions) -> ast.expr:
        made = value.made_by
        if made is not None and isinstance(of.tape.expressions[made.node], ast.Lambda):
            node = of.tape.expressions[made.node]
            assert isinstance(node, ast.Lambda)
            return self._lambda(node, obj)
        return ast.Name(self.own.bring_function(obj), ast.Load())

    def _lambda(self, node: ast.Lambda, obj: types.FunctionType) -> ast.expr:
        own = {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
        fixed = self

        class Bind(ast.NodeTransformer):
            def visit_Name(self, name: ast.Name) -> ast.expr:
                if name.id in own or not isinstance(name.ctx, ast.Load):
                    return name
                return fixed._free(name, obj)

        return Bind().visit(copy.deepcopy(node))  # type: ignore[no-any-return]

    def _free(self, name: ast.Name, function: types.FunctionType) -> ast.expr:
        """A variable that a function reads from outside."""
        cells = inspect.getclosurevars(function)
        scope = {**cells.globals, **cells.nonlocals}
        if name.id not in scope:
            return name
        obj = scope[name.id]
        if isinstance(obj, types.FunctionType) and is_own(obj):
            return ast.Name(self.own.bring_function(obj), ast.Load())
        if isinstance(obj, types.ModuleType | type) or _is_library_function(obj):
            return self.imported(name)
        plain = to_plain(obj)
        if plain is not NOT_PLAIN and len(repr(plain)) <= _LITERAL_LENGTH:
            return ast.parse(repr(plain), mode="eval").body
        return self.freeze(plain if is_jsonable(plain) else obj, name.id)


def _repeated(obj: Any, value: Value, of: Expressions) -> ast.expr | None:
    """An array that holds the same for each row, such as a column of ones, as long as the rows."""
    source = of.needed.source
    rows = source.shape[0] if source.shape else 0
    is_one = value.is_array and value.shape and value.shape[0] == rows > 1
    if not is_one or not (obj == obj[:1]).all():
        return None
    name = of.variables.get(source)
    assert name is not None
    of.reads.add(name, "pd.DataFrame" if source.is_frame else "np.ndarray")
    of.fixed.own.imports["np"] = "import numpy as np"
    text = f"np.repeat({obj[:1].tolist()!r}, len({name}), axis=0)"
    return ast.parse(text, mode="eval").body


def learned_name(value: Value, node: ast.expr) -> str:
    """A name for what was learned: the code's own, or its column and how it was made."""
    if value.variables:
        return value.variables[-1]
    if isinstance(node, ast.Name):
        return node.id
    texts = [
        one.value
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ] or _columns_behind(value)
    attributes = [one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)]
    verbs = [one for one in attributes if one in _VERBS]
    nouns = [one for one in attributes if one not in _METHODS and one not in _VERBS]
    named = [one.id for one in ast.walk(node) if isinstance(one, ast.Name)]
    return "_".join([*(texts or nouns or named)[:1], *verbs[:1]]) or "learned"


def _columns_behind(value: Value) -> list[str]:
    """The column that a value was computed from, where the code names it by a variable."""
    made = value.made_by
    names = [] if made is None else [one.name for one in made.inputs if one.is_series]
    return [name for name in names if isinstance(name, str)]


_METHODS = ("loc", "iloc", "values", "columns", "fillna", "dropna", "astype", "T")
_VERBS = ("mean", "median", "mode", "std", "min", "max", "sum", "quantile", "var", "count")


def _identifier(text: str) -> str:
    # As Python reads identifiers: a raised 2 is a 2.
    plain = unicodedata.normalize("NFKC", text)
    name = re.sub(r"[\W_]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain)).strip("_").lower()
    if not name or name[0].isdigit():
        name = f"value_{name}".rstrip("_")
    return f"{name}_" if keyword.iskeyword(name) else name


def _is_library_function(obj: Any) -> bool:
    if isinstance(obj, types.BuiltinFunctionType) or type(obj).__name__ == "ufunc":
        return True
    code = getattr(obj, "__code__", None)
    if code is None:
        # What numpy dispatches by, and the like: functions that are no functions by their type.
        return callable(obj) and hasattr(obj, "__qualname__") and not hasattr(obj, "get_params")
    return not code.co_filename.startswith("<cell ")


def _all_text(plain: Any) -> bool:
    return isinstance(plain, str) or (
        isinstance(plain, list) and bool(plain) and all(isinstance(one, str) for one in plain)
    )


def _is_equal(one: Any, other: Any) -> bool:
    return type(one) is type(other) and isinstance(one, dict | list) and bool(one == other)
