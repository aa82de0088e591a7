"""The statements of a script that hold no others: SET, CALL, RAISE, RETURN, jumps and their like.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/procedural-language
"""

from __future__ import annotations

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.scripting.nodes import (
    Assign,
    AssignSystem,
    Call,
    Continue,
    ExecuteImmediate,
    Leave,
    Node,
    Raise,
    Return,
    Transaction,
)
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment, SqlReader


class SimpleStatements:
    """Reads them, knowing the labels, loops and handlers around each."""

    def __init__(self, reader: SqlReader) -> None:
        """Read from where `reader` is, outside of every loop."""
        self._reader = reader
        self._labels: list[tuple[str, bool]] = []
        self._loops = self._handlers = 0

    def _simple(self, mark: int) -> Node | None:
        """The statement that comes next; None where it is another."""
        for words, read in _BY_WORD.items():
            if self._reader.is_next(*words.split()):
                return read(self, mark)
        return None

    def _expression(self, *ends: str) -> Fragment:
        found = self._reader.until_words(*ends, ";")
        if not found.text:
            self._reader.fail(f"Unexpected {self._reader.found()}")
        return found

    def _set(self, mark: int) -> Node:
        reader = self._reader
        reader.expect("SET")
        if reader.accept("@", "@"):
            name = ".".join(reader.path()).lower()
            reader.expect("=")
            value = self._expression()
            return AssignSystem(reader.since(mark), name, value)
        is_struct = reader.accept("(")
        names = [reader.name()]
        while is_struct and reader.accept(","):
            names.append(reader.name())
        if is_struct:
            reader.expect(")")
        reader.expect("=")
        value = self._expression()
        return Assign(reader.since(mark), tuple(names), value, is_struct)

    def _execute(self, mark: int) -> ExecuteImmediate:
        reader = self._reader
        reader.expect("EXECUTE", "IMMEDIATE")
        sql = self._expression("INTO", "USING")
        into, using = list[str](), list[tuple[Fragment, str | None]]()
        if reader.accept("INTO"):
            into.append(reader.name())
            while reader.accept(","):
                into.append(reader.name())
        if reader.accept("USING"):
            using.append(self._using())
            while reader.accept(","):
                using.append(self._using())
        return ExecuteImmediate(reader.since(mark), sql, tuple(into), tuple(using))

    def _using(self) -> tuple[Fragment, str | None]:
        value = self._expression("AS", ",")
        return value, self._reader.name() if self._reader.accept("AS") else None

    def _call(self, mark: int) -> Call:
        reader = self._reader
        reader.expect("CALL")
        path = reader.path()
        reader.expect("(")
        arguments = list[Fragment]()
        while not reader.is_next(")"):
            arguments.append(self._expression(",", ")"))
            if not reader.accept(","):
                break
        reader.expect(")")
        return Call(reader.since(mark), tuple(path), tuple(arguments))

    def _raise(self, mark: int) -> Raise:
        reader, message = self._reader, None
        if not self._handlers and not reader.is_next("RAISE", "USING"):
            raise self._placed(
                "Cannot re-raise an existing exception outside of an exception handler"
            )
        reader.expect("RAISE")
        if reader.accept("USING"):
            reader.expect("MESSAGE", "=")
            message = self._expression()
        return Raise(reader.since(mark), message)

    def _return(self, mark: int) -> Return:
        self._reader.expect("RETURN")
        return Return(self._reader.since(mark))

    def _jump(self, mark: int) -> Node:
        reader, place = self._reader, self._reader.place()
        word = reader.accept_any("BREAK", "LEAVE", "CONTINUE", "ITERATE")
        label = reader.name() if reader.is_name() else None
        is_leaving = word in ("BREAK", "LEAVE")
        if (fault := self._jump_fault(str(word), label, is_leaving=is_leaving)) is not None:
            raise invalid_query(f"{fault} at [{place[0]}:{place[1]}]")
        return (Leave if is_leaving else Continue)(reader.since(mark), label)

    def _jump_fault(self, word: str, label: str | None, *, is_leaving: bool) -> str | None:
        if label is None:
            is_lost = not self._loops
            return (
                f"{word} without label is only allowed inside of a loop body" if is_lost else None
            )
        is_loop = dict(self._labels).get(label.lower())
        if is_loop is None:
            return f"Label {label} does not exist or is out of scope"
        return None if is_loop or is_leaving else f"{word} with label must refer to a loop"

    def _transaction(self, mark: int) -> Transaction:
        verb = self._reader.accept_any("BEGIN", "COMMIT", "ROLLBACK")
        self._reader.accept("TRANSACTION")
        return Transaction(self._reader.since(mark), str(verb))

    def _placed(self, message: str) -> BigQueryError:
        line, column = self._reader.place()
        return invalid_query(f"{message} at [{line}:{column}]")


_BY_WORD = {
    "SET": SimpleStatements._set,
    "EXECUTE IMMEDIATE": SimpleStatements._execute,
    "CALL": SimpleStatements._call,
    "RAISE": SimpleStatements._raise,
    "RETURN": SimpleStatements._return,
    "BREAK": SimpleStatements._jump,
    "LEAVE": SimpleStatements._jump,
    "CONTINUE": SimpleStatements._jump,
    "ITERATE": SimpleStatements._jump,
    "BEGIN": SimpleStatements._transaction,
    "COMMIT": SimpleStatements._transaction,
    "ROLLBACK": SimpleStatements._transaction,
}
