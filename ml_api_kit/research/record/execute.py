"""Runs research code statement by statement in this process, traced.

It runs as it would in Jupyter: in one namespace named `__main__`, in order, with warnings shown and
random numbers drawn as they would be.
"""

from __future__ import annotations

import ast
import linecache
import sys
import types
from collections.abc import Callable
from typing import Any

from ml_api_kit.research.record.telling import TRACER
from ml_api_kit.research.record.tracer import Tracer
from ml_api_kit.research.source.code import ResearchCode, Statement


class StatementError(Exception):
    """A statement raised an error, which is the cause."""

    def __init__(self, statement: Statement, line: int) -> None:
        """Say which statement, and at which line of its cell."""
        super().__init__(statement.number)
        self.statement = statement
        self.line = line


def execute(
    code: ResearchCode, tracer: Tracer, *, on_statement: Callable[[Statement], None]
) -> dict[str, Any]:
    """The namespace after all statements ran.

    `on_statement` is told each statement before it runs.

    Raises StatementError: when a statement raises anything, with that as its cause.
    """
    module = types.ModuleType("__main__")
    namespace = vars(module)
    namespace.update({TRACER: tracer, "display": _display, "get_ipython": _Shell})
    namespace["__file__"] = str(code.path)
    sys.modules["__main__"] = module
    for statement in code.statements:
        on_statement(statement)
        _register(code, statement)
        tracer.begin(statement.number)
        try:
            run_statement(statement, tracer, namespace)
        except BaseException as error:
            raise StatementError(statement, _line(error, statement)) from error
    return namespace


def run_statement(statement: Statement, tracer: Tracer, namespace: dict[str, Any]) -> None:
    """Run one statement, with what it does told to the tracer."""
    # Blank lines in front give the statement the lines it has in its cell.
    tree = ast.parse("\n" * (statement.line - 1) + statement.text)
    instrumented = tracer.instrumenter.instrument(tree)
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    compiled = compile(instrumented, _file(statement), "exec", flags=flags, dont_inherit=True)
    result = eval(compiled, namespace)
    if isinstance(result, types.CoroutineType):
        import asyncio

        asyncio.run(result)


def _register(code: ResearchCode, statement: Statement) -> None:
    """Let `inspect.getsource` and tracebacks find the lines of a cell."""
    name = _file(statement)
    text = code.cells[statement.cell - 1].text
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)


def _file(statement: Statement) -> str:
    return f"<cell {statement.cell}>"


def _line(error: BaseException, statement: Statement) -> int:
    """The line of the cell that an error was raised from."""
    found = statement.line
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _file(statement):
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def _display(*shown: Any, **_: Any) -> None:
    """Print what Jupyter would show."""
    for one in shown:
        print(one)


class _Shell:
    """What `get_ipython()` gives: a shell that does nothing, for code that sets options of it."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments, **options: None
