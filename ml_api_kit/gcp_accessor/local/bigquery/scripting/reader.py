"""The text of a script as a tree of statements.

Wrong control flow is found here, before anything runs, as in BigQuery.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/procedural-language
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.scripting.nodes import (
    AssignSystem,
    Block,
    Branches,
    Declare,
    ForEach,
    Loop,
    Node,
    SqlStatement,
)
from ml_api_kit.gcp_accessor.local.bigquery.scripting.simple_statements import SimpleStatements
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import SqlReader

_MAX_DEPTH = 50
_TYPE_ENDS = ("DEFAULT", ";")


def read_script(text: str) -> tuple[Node, ...]:
    """The statements of the text, at least one.

    Raises BigQueryError: when it is no script.
    """
    reader = ScriptReader(text)
    statements = reader.statements(is_whole=True)
    if not statements:
        raise SqlReader(text).error("Unexpected end of script")
    return statements


def read_block(text: str) -> Node:
    """The one block `BEGIN … END` that the body of a procedure is.

    Raises BigQueryError: when it is none.
    """
    statements = read_script(text)
    if len(statements) != 1 or not isinstance(statements[0], Block):
        raise invalid_query("Syntax error: The body of a procedure must be a BEGIN-END block")
    return statements[0]


class ScriptReader(SimpleStatements):
    """Reads statement after statement, knowing the blocks and loops around each."""

    def __init__(self, text: str) -> None:
        """Start before the first statement."""
        super().__init__(SqlReader(text))
        self._variables: list[str] = []
        self._depth = 0

    def statements(self, *ends: str, is_whole: bool = False) -> tuple[Node, ...]:
        """The statements up to one of the words, or to the end of the script.

        Raises BigQueryError: when one of them is wrong, or the end does not come.
        """
        reader, found = self._reader, list[Node]()
        known = len(self._variables)
        while not any(reader.is_next(*end.split()) for end in ends):
            if reader.is_at_end:
                if is_whole:
                    break
                reader.fail(f"Expected keyword {ends[-1]} but got end of script")
            if is_whole and reader.accept(";"):
                continue
            may_declare = all(isinstance(node, (Declare, AssignSystem)) for node in found)
            found.append(self._statement(may_declare=may_declare))
            if not (reader.is_at_end and is_whole):
                reader.expect(";")
        del self._variables[known:]
        return tuple(found)

    def _statement(self, *, may_declare: bool) -> Node:
        reader, mark = self._reader, self._reader.mark()
        label = self._label()
        if reader.is_next("BEGIN") and not self._is_transaction():
            return self._block(mark, label)
        for word, read in (("LOOP", self._loop), ("WHILE", self._while), ("FOR", self._for)):
            if reader.is_next(word):
                return read(mark, label)
        if reader.is_next("REPEAT") and not reader.is_next("(", skip=1):
            return self._repeat(mark, label)
        if label is not None:
            reader.fail(f"Expected a block or a loop but got {reader.found()}")
        if reader.is_next("DECLARE"):
            if not may_declare:
                reader.fail(
                    "Variable declarations are allowed only at the start of a block or script"
                )
            return self._declare(mark)
        if reader.is_next("IF"):
            return self._if(mark)
        if reader.is_next("CASE"):
            return self._case(mark)
        return self._plain(mark)

    def _is_transaction(self) -> bool:
        reader = self._reader
        return reader.is_next("BEGIN", "TRANSACTION") or reader.is_next("BEGIN", ";")

    def _label(self) -> str | None:
        reader = self._reader
        if not (reader.is_name() and reader.is_next(":", skip=1)):
            return None
        label = reader.name()
        if label.lower() in (known for known, _ in self._labels):
            raise reader.error(f"Label {label} already exists")
        reader.expect(":")
        return label

    @contextmanager
    def _within(self, label: str | None, *, is_loop: bool) -> Iterator[None]:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise invalid_query(
                f"Script statement nesting level exceeds maximum supported limit of {_MAX_DEPTH}"
            )
        self._loops += is_loop
        if label is not None:
            self._labels.append((label.lower(), is_loop))
        yield
        if label is not None:
            self._labels.pop()
        self._loops -= is_loop
        self._depth -= 1

    def _end_label(self, label: str | None) -> None:
        reader = self._reader
        if not reader.is_name():
            return
        error = reader.error(
            f"Mismatched end label; expected {label or 'none'}, got {reader.found()}"
        )
        if reader.name().lower() != (label or "").lower():
            raise error

    def _block(self, mark: int, label: str | None) -> Block:
        reader, handler = self._reader, None
        reader.expect("BEGIN")
        with self._within(label, is_loop=False):
            statements = self.statements("EXCEPTION", "END")
            if reader.accept("EXCEPTION"):
                reader.expect("WHEN", "ERROR", "THEN")
                self._handlers += 1
                handler = self.statements("END")
                self._handlers -= 1
            reader.expect("END")
        self._end_label(label)
        return Block(reader.since(mark), label, statements, handler)

    def _loop(self, mark: int, label: str | None) -> Loop:
        self._reader.expect("LOOP")
        with self._within(label, is_loop=True):
            body = self.statements("END LOOP")
        self._reader.expect("END", "LOOP")
        self._end_label(label)
        return Loop(self._reader.since(mark), label, None, body)

    def _while(self, mark: int, label: str | None) -> Loop:
        self._reader.expect("WHILE")
        condition = self._expression("DO")
        self._reader.expect("DO")
        with self._within(label, is_loop=True):
            body = self.statements("END WHILE")
        self._reader.expect("END", "WHILE")
        self._end_label(label)
        return Loop(self._reader.since(mark), label, condition, body)

    def _repeat(self, mark: int, label: str | None) -> Loop:
        self._reader.expect("REPEAT")
        with self._within(label, is_loop=True):
            body = self.statements("UNTIL")
        self._reader.expect("UNTIL")
        condition = self._expression("END REPEAT")
        self._reader.expect("END", "REPEAT")
        self._end_label(label)
        return Loop(self._reader.since(mark), label, condition, body, is_repeat=True)

    def _for(self, mark: int, label: str | None) -> ForEach:
        reader = self._reader
        reader.expect("FOR")
        self._check_new(variable := reader.name())
        reader.expect("IN")
        query = reader.in_parentheses()
        reader.expect("DO")
        self._variables.append(variable.lower())
        with self._within(label, is_loop=True):
            body = self.statements("END FOR")
        self._variables.pop()
        reader.expect("END", "FOR")
        self._end_label(label)
        return ForEach(reader.since(mark), label, variable, query, body)

    def _if(self, mark: int) -> Branches:
        reader, branches, otherwise = self._reader, [], tuple[Node, ...]()
        reader.expect("IF")
        with self._within(None, is_loop=False):
            while True:
                condition = self._expression("THEN")
                reader.expect("THEN")
                branches.append((condition, self.statements("ELSEIF", "ELSE", "END IF")))
                if not reader.accept("ELSEIF"):
                    break
            if reader.accept("ELSE"):
                otherwise = self.statements("END IF")
        reader.expect("END", "IF")
        return Branches(reader.since(mark), None, tuple(branches), otherwise)

    def _case(self, mark: int) -> Branches:
        reader, branches, otherwise = self._reader, [], tuple[Node, ...]()
        reader.expect("CASE")
        subject = None if reader.is_next("WHEN") else self._expression("WHEN")
        with self._within(None, is_loop=False):
            while reader.accept("WHEN"):
                condition = self._expression("THEN")
                reader.expect("THEN")
                branches.append((condition, self.statements("WHEN", "ELSE", "END CASE")))
            if reader.accept("ELSE"):
                otherwise = self.statements("END CASE")
        reader.expect("END", "CASE")
        return Branches(reader.since(mark), subject, tuple(branches), otherwise)

    def _declare(self, mark: int) -> Declare:
        reader = self._reader
        reader.expect("DECLARE")
        names = [self._new_variable()]
        while reader.accept(","):
            names.append(self._new_variable())
        kind = reader.until_words(*_TYPE_ENDS).text or None
        default = self._expression() if reader.accept("DEFAULT") else None
        if kind is None and default is None:
            reader.fail(f"Unexpected {reader.found()}")
        return Declare(reader.since(mark), tuple(names), kind, default)

    def _new_variable(self) -> str:
        self._check_new(name := self._reader.name())
        self._variables.append(name.lower())
        return name

    def _check_new(self, name: str) -> None:
        if name.lower() in self._variables:
            raise invalid_query(f"Variable '{name}' redeclaration")

    def _plain(self, mark: int) -> Node:
        reader = self._reader
        simple = self._simple(mark)
        if simple is not None:
            return simple
        if reader.is_next("CREATE") and self._is_procedure():
            reader.until_words("BEGIN", ";")
            if reader.is_next("BEGIN"):
                self._apart(reader.mark())
        else:
            reader.until_words(";")
        source = reader.since(mark)
        if not source.text:
            reader.fail(f"Unexpected {reader.found()}")
        return SqlStatement(source)

    def _is_procedure(self) -> bool:
        return self._reader.is_next("PROCEDURE", skip=1) or self._reader.is_next(
            "OR", "REPLACE", "PROCEDURE", skip=1
        )

    def _apart(self, mark: int) -> None:
        """Read the block of a procedure, which knows nothing of what is around it."""
        kept = self._labels, self._variables, self._loops, self._handlers
        self._labels, self._variables, self._loops, self._handlers = [], [], 0, 0
        self._block(mark, None)
        self._labels, self._variables, self._loops, self._handlers = kept
