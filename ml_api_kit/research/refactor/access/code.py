"""A module to be rewritten: its tree, what its names stand for, and where everything is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from ml_api_kit.research.refactor.access.flow import Definition, Flow


class Code:
    r"""The source of a module, with what the rules ask of it.

    >>> code = Code("from google.cloud import bigquery as bq\nclient = bq.Client()\n")
    >>> code.called(code.tree.body[1].value)
    'google.cloud.bigquery.Client'
    """

    def __init__(self, source: str) -> None:
        """Read a module.

        Raises SyntaxError: when it is no valid Python.
        """
        self.source = source
        self.tree = ast.parse(source)
        self.flow = Flow(self.tree)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """For each node the one around it."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def text(self, node: ast.AST) -> str:
        """What a node is written as."""
        start, end = self.span(node)
        return self.source[start:end]

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins and ends, in characters."""
        first, last = node.lineno, node.end_lineno or node.lineno  # type: ignore[attr-defined]
        start, end = node.col_offset, node.end_col_offset  # type: ignore[attr-defined]
        return self._position(first, start), self._position(last, end)

    def qualified(self, node: ast.AST) -> str | None:
        """The dotted name of an expression, resolved through imports; None where it is no name."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        root = self._imported(node)
        return None if root is None else ".".join([root, *reversed(parts)])

    def called(self, node: ast.AST | None) -> str | None:
        """The dotted name of what an expression calls, resolved through imports."""
        return self.qualified(node.func) if isinstance(node, ast.Call) else None

    def statement_of(self, node: ast.AST) -> ast.stmt:
        """The smallest statement around a node."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def block_of(self, statement: ast.AST) -> list[ast.stmt]:
        """The block that a statement stands in."""
        parent = self.parents[statement]
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and statement in block:
                return block
        return []

    def between(self, first: ast.AST, second: ast.AST) -> list[ast.stmt] | None:
        """The statements between two of the same block; None where they are of different ones."""
        block = self.block_of(first)
        if first not in block or second not in block:
            return None
        start, end = block.index(first), block.index(second)
        return block[start + 1 : end] if start < end else None

    def value(self, node: ast.expr) -> ast.expr:
        """The expression that a name stands for, as far as it has but one; itself otherwise."""
        while isinstance(node, ast.Name):
            one = self.flow.single(node)
            if one is None or one.value is None:
                break
            node = one.value
        return node

    def definition(self, node: ast.AST) -> Definition | None:
        """The one definition that a name has where it is read."""
        return self.flow.single(node) if isinstance(node, ast.Name) else None

    def calls(self) -> Iterator[ast.Call]:
        """Every call of the module, the inner ones after those around them."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node

    @cached_property
    def names(self) -> set[str]:
        """Every name that the module has."""
        return {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)} | {
            one.name for one in self.flow.definitions
        }

    def _imported(self, name: ast.Name) -> str | None:
        found = {self._module_of(one, name.id) for one in self.flow.reaching(name)}
        return found.pop() if len(found) == 1 else None

    def _module_of(self, definition: Definition, name: str) -> str | None:
        statement = definition.statement
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.asname == name:
                    return alias.name
                if alias.asname is None and alias.name.partition(".")[0] == name:
                    return name
        elif isinstance(statement, ast.ImportFrom) and not statement.level:
            for alias in statement.names:
                if (alias.asname or alias.name) == name:
                    return f"{statement.module}.{alias.name}"
        return None

    @cached_property
    def _line_starts(self) -> list[int]:
        # As the parser counts them: `str.splitlines` knows ends of lines that are none in code.
        starts = [0]
        for line in self.source.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def _position(self, line: int, column_bytes: int) -> int:
        start = self._line_starts[line - 1]
        text = self.source[start : self._line_starts[line]]
        return start + len(text.encode()[:column_bytes].decode())
