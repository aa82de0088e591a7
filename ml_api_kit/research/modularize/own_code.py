"""What the research code defines itself and a project needs: functions, classes and constants.

1. wanted:   a function on the rows' path, or a class that a learned object is an instance of
2. followed: what its source reads from outside, one name after the other
3. written:  imports, constants and definitions, each before what reads it
"""

from __future__ import annotations

import ast
import io
import pickle
import symtable
import sys
import textwrap
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize.import_statements import import_statements
from ml_api_kit.research.modularize.plain import NOT_PLAIN, to_plain
from ml_api_kit.research.source.code import ResearchCode, Statement
from ml_api_kit.research.understand.use import use_of

CELL_FILE = "<cell "
_MODULE = '''"""The classes and functions of {name} that its estimators are made of."""

{imports}
{definitions}'''

_Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True)
class OwnCode:
    """Definitions of the research code, and the imports that they need.

    Attributes:
        code: the research code.
        known_imports: its import statements, by the names that they bind.
        imports: those that are needed, by the names that they bind.
        definitions: the source of what is needed, by name, each after what it reads.
    """

    code: ResearchCode
    known_imports: Mapping[str, str]
    imports: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)

    def bring_function(self, function: types.FunctionType) -> str:
        """The name of a function of the research code, after its source was brought.

        Raises ConversionError: when its source, or what it reads, cannot be brought along.
        """
        name = function.__name__
        text = _source_of_loop(function)
        if text is None:
            text = _text(*self._at(function.__code__, name))
        self._bring(name, text, {**function.__globals__, **_closure(function)})
        return name

    def tree(self, function: types.FunctionType) -> ast.AST:
        """The definition of a function of the research code.

        Raises ConversionError: when its source was not kept.
        """
        text = _source_of_loop(function)
        if text is not None:
            return ast.parse(text).body[0]
        return self._at(function.__code__, function.__name__)[0]

    def bring_source(self, name: str, text: str) -> str:
        """The name of a function whose source is given, after what it reads was brought.

        Raises ConversionError: when something it reads cannot be brought along.
        """
        self._bring(name, text, vars(sys.modules["__main__"]))
        return name

    def bring_class(self, kind: type) -> str:
        """The name of a class of the research code, after its source was brought.

        Raises ConversionError: when its source, or what it reads, cannot be brought along.
        """
        node, statement = self._class(kind)
        self._bring(kind.__name__, _text(node, statement), vars(sys.modules["__main__"]))
        return kind.__name__

    def bring_import(self, name: str) -> None:
        """Bring the statement that imports `name`, where the research code has one."""
        if name in self.known_imports:
            self.imports[name] = self.known_imports[name]

    def source(self) -> str:
        """A module that holds all of it."""
        ordered = sorted(set(self.imports.values()))
        return _MODULE.format(
            name=self.code.path.name,
            imports="\n".join(["from __future__ import annotations", "", *ordered, ""]),
            definitions="\n\n".join(self.definitions.values()),
        )

    def _bring(self, name: str, text: str, scope: Mapping[str, Any]) -> None:
        if name in self.definitions:
            return
        # Its own name is not followed again, and what it reads is written before it.
        self.definitions[name] = ""
        for free in _free_names(text):
            if free in scope and free != name:
                self._need(free, scope[free], name)
        del self.definitions[name]
        self.definitions[name] = text

    def _need(self, name: str, obj: Any, reader: str) -> None:
        """Bring what a definition reads from outside."""
        if name in self.definitions or name in self.imports:
            return
        if isinstance(obj, types.FunctionType) and is_own(obj):
            self.bring_function(obj)
            self._alias(name, obj.__name__)
        elif isinstance(obj, type) and is_own(obj):
            self.bring_class(obj)
            self._alias(name, obj.__name__)
        elif name in self.known_imports:
            self.bring_import(name)
        else:
            self._constant(name, obj, reader)

    def _alias(self, name: str, defined: str) -> None:
        if name != defined:
            self.definitions[name] = f"{name} = {defined}\n"

    def _constant(self, name: str, obj: Any, reader: str) -> None:
        plain = to_plain(obj)
        if plain is not NOT_PLAIN:
            self.definitions[name] = f"{name} = {plain!r}\n"
            return
        statement = self._making(name)
        if statement is None:
            raise ConversionError(
                f"{reader} reads the variable {name}, a {type(obj).__name__}: give it as an "
                "argument."
            )
        tree = ast.parse(statement.text)
        self._bring(name, _text(tree.body[0], statement), vars(sys.modules["__main__"]))

    def _making(self, name: str) -> Statement | None:
        """The only statement that gives `name` a value, where it reads nothing but imports."""
        found = []
        for statement in self.code.statements:
            use = use_of(ast.parse(statement.text))
            if name in use.defines | use.changes:
                found.append((statement, use))
        if len(found) != 1 or not isinstance(ast.parse(found[0][0].text).body[0], ast.Assign):
            return None
        statement, use = found[0]
        is_import_only = all(one in self.known_imports for one in use.reads - _BUILTINS)
        return statement if is_import_only else None

    def _at(self, code: types.CodeType, name: str) -> tuple[ast.AST, Statement]:
        """The definition or lambda that a function's code was compiled from."""
        for statement in self.code.statements:
            if f"{CELL_FILE}{statement.cell}>" != code.co_filename:
                continue
            for node in ast.walk(_tree(statement)):
                if isinstance(node, ast.Lambda) and _is_at(node, code):
                    return ast.Assign([ast.Name(name, ast.Store())], node, lineno=0), statement
                if isinstance(node, _Definition) and node.name == name and _begins(node, code):
                    return node, statement
        raise ConversionError(f"The source of {name} was not kept.")

    def _class(self, kind: type) -> tuple[ast.AST, Statement]:
        for statement in reversed(self.code.statements):
            for node in ast.walk(_tree(statement)):
                if isinstance(node, ast.ClassDef) and node.name == kind.__name__:
                    return node, statement
        raise ConversionError(f"The source of the class {kind.__name__} was not kept.")


def own_code_of(code: ResearchCode) -> OwnCode:
    """The definitions of the research code, of which none is needed yet."""
    return OwnCode(code, import_statements(code))


def bring_own_parts(own: OwnCode, learned: Iterable[Any]) -> None:
    """Bring the classes and functions of the research code that learned objects refer to.

    A function without a name gets one, by which its pickle can refer to it.

    Raises ConversionError: when the source of one cannot be brought along.
    """
    if not any(is_own(one) for one in vars(sys.modules["__main__"]).values()):
        return
    for obj in learned:
        finder = _Finder(own)
        # What else an object may hold that cannot be pickled is told when it is written.
        try:
            finder.dump(obj)
        except (pickle.PicklingError, AttributeError, TypeError):
            continue


def is_own(obj: Any) -> bool:
    """Whether a function or class was defined by the research code."""
    if isinstance(obj, types.FunctionType):
        return obj.__code__.co_filename.startswith(CELL_FILE)
    return isinstance(obj, type) and obj.__module__ == "__main__"


class _Finder(pickle.Pickler):
    """A pickler that writes nothing, and brings the own functions and classes it comes across."""

    def __init__(self, own: OwnCode) -> None:
        super().__init__(io.BytesIO(), protocol=5)
        self._own = own

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, types.FunctionType) and is_own(obj):
            if "<" in obj.__qualname__:
                _name(obj)
            self._own.bring_function(obj)
        elif isinstance(obj, type) and is_own(obj):
            self._own.bring_class(obj)
        return NotImplemented


def _name(function: types.FunctionType) -> None:
    """Give a lambda or an inner function a name at the top of the research code's module."""
    names = vars(sys.modules["__main__"])
    base = function.__name__.strip("<>")
    base = "function" if base == "lambda" else base
    name, count = base, 1
    while names.get(name, function) is not function:
        count += 1
        name = f"{base}_{count}"
    names[name] = function
    function.__name__ = function.__qualname__ = name
    function.__module__ = "__main__"


def _closure(function: types.FunctionType) -> dict[str, Any]:
    cells = function.__closure__ or ()
    return {
        name: cell.cell_contents
        for name, cell in zip(function.__code__.co_freevars, cells, strict=True)
    }


def _tree(statement: Statement) -> ast.Module:
    return ast.parse("\n" * (statement.line - 1) + statement.text)


def _source_of_loop(function: types.FunctionType) -> str | None:
    """The source of a function that the recorder made of a loop; None for any other."""
    return getattr(function, "row_loop_source", None)


def _begins(node: _Definition, code: types.CodeType) -> bool:
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return code.co_firstlineno in (first, node.lineno)


def _is_at(node: ast.Lambda, code: types.CodeType) -> bool:
    names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
    return node.lineno == code.co_firstlineno and list(code.co_varnames[: len(names)]) == names


def _free_names(text: str) -> list[str]:
    """The names that a definition reads from outside, sorted."""
    top = symtable.symtable(text, "<definition>", "exec")
    found = {one.get_name() for one in top.get_symbols() if one.is_referenced()}
    tables = list(top.get_children())
    while tables:
        table = tables.pop()
        found |= {one.get_name() for one in table.get_symbols() if one.is_global()}
        tables += table.get_children()
    return sorted(found)


def _text(node: ast.AST, statement: Statement) -> str:
    """The source of a definition as it was written, with its decorators."""
    if isinstance(node, _Definition):
        first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        lines = ("\n" * (statement.line - 1) + statement.text).splitlines()
        return textwrap.dedent("\n".join(lines[first - 1 : node.end_lineno])) + "\n"
    return ast.unparse(node) + "\n"


_BUILTINS = frozenset(dir(__builtins__) if not isinstance(__builtins__, dict) else __builtins__)
