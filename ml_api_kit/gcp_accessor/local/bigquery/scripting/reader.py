"""The text of a script as a tree of statements.

Wrong control flow is found here, before anything runs, as in BigQuery.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/procedural-language
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.scripting.nodes import (
    Assign,
    AssignSystem,
    Block,
    Branches,
    Call,
    Continue,
    Declare,
    ExecuteImmediate,
    ForEach,
    Leave,
    Loop,
    Node,
    Raise,
    Return,
    SqlStatement,
    Transaction,
)
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment, SqlReader

_MAX_DEPTH = 50
_TYPE_ENDS = ("DEFAULT", ";")


def read_script(text: str) -> tuple[Node, ...]:
    """The statements of the text, at least one.

    Raises BigQueryError: when it is no script.
    """
    reader = ScriptReader(text)
    statements = reader.statements(is_whole=True)
    if not statements:
        raise invalid_query("Syntax error: Unexpected end of statement")
    return statements


def read_block(text: str) -> Node:
    """The one block `BEGIN … END` that the body of a procedure is.

    Raises BigQueryError: when it is none.
    """
    statements = read_script(text)
    if len(statements) != 1 or not isinstance(statements[0], Block):
        raise invalid_query("Syntax error: The body of a procedure must be a BEGIN-END block")
    return statements[0]


class ScriptReader:
    """Reads statement after statement, knowing the blocks and loops around each."""

    def __init__(self, text: str) -> None:
        """Start before the first statement."""
        self._reader = SqlReader(text)
        self._labels: list[tuple[str, bool]] = []
        self._variables: list[str] = []
        self._loops = self._handlers = self._depth = 0

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

    def _expression(self, *ends: str) -> Fragment:
        found = self._reader.until_words(*ends, ";")
        if not found.text:
            self._reader.fail(f"Unexpected {self._reader.found()}")
        return found

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
        if (
            read := _PLAIN.get(next((w for w in _PLAIN if reader.is_next(*w.split())), ""))
        ) is not None:
            return read(self, mark)
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


_PLAIN = {
    "SET": ScriptReader._set,
    "EXECUTE IMMEDIATE": ScriptReader._execute,
    "CALL": ScriptReader._call,
    "RAISE": ScriptReader._raise,
    "RETURN": ScriptReader._return,
    "BREAK": ScriptReader._jump,
    "LEAVE": ScriptReader._jump,
    "CONTINUE": ScriptReader._jump,
    "ITERATE": ScriptReader._jump,
    "BEGIN": ScriptReader._transaction,
    "COMMIT": ScriptReader._transaction,
    "ROLLBACK": ScriptReader._transaction,
}
