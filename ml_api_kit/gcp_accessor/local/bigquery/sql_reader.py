"""Reads SQL word by word: statements that sqlglot does not know, or would not keep as text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import ClassVar, NoReturn

from sqlglot.dialects.bigquery import BigQuery
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.open_literals import open_literal

_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")
_NAMES = (TokenType.IDENTIFIER, TokenType.VAR)
_NO_WORDS = (
    TokenType.STRING, TokenType.RAW_STRING, TokenType.BYTE_STRING, TokenType.NATIONAL_RAW_STRING,
    TokenType.NUMBER,
)  # fmt: skip
# `rb'\d'` and `BR"""a"""`, which sqlglot has in no dialect: its raw literals of another kind.
RAW_BYTES: list[str | tuple[str, str]] = [
    (f"{first}{second}{quote}", quote)
    for letters in ("rb", "br")
    for first, second in product(*((one, one.upper()) for one in letters))
    for quote in ("'", '"', "'''", '"""')
]


class _Tokenizer(BigQuery.Tokenizer):
    """BigQuery's tokens, one for each word: sqlglot has commands and pairs of words as one."""

    COMMANDS: ClassVar[set[TokenType]] = set()
    KEYWORDS: ClassVar[dict[str, TokenType]] = {
        word: kind for word, kind in BigQuery.Tokenizer.KEYWORDS.items() if " " not in word
    }
    NATIONAL_RAW_STRINGS = RAW_BYTES


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a text, with the line and column that it starts at, from 1, and its end.

    `mark_count` is the number of positional parameters before it in its text.
    """

    text: str
    line: int
    column: int
    end_line: int
    end_column: int
    mark_count: int = 0

    def in_place(self) -> str:
        """The piece behind as many lines and spaces as were before it, so that places are kept."""
        return "\n" * (self.line - 1) + " " * (self.column - 1) + self.text


class SqlReader:
    """A place in a text of SQL, moved on by what is read."""

    def __init__(self, text: str, *, mark_count: int = 0) -> None:
        """Start before the first word; `mark_count` positional parameters were before the text.

        Raises BigQueryError: when the text has an open string or comment.
        """
        self._text = text
        self._mark_count = mark_count
        try:
            self._tokens: list[Token] = _Tokenizer(dialect=BigQuery()).tokenize(text)
        except SqlglotError as error:
            fault = open_literal(text) or str(error).splitlines()[0]
            raise invalid_query(f"Syntax error: {fault}") from error
        self._index = 0

    @property
    def is_at_end(self) -> bool:
        """Whether nothing is left to read."""
        return self._index >= len(self._tokens)

    @property
    def is_last(self) -> bool:
        """Whether one word or sign is left to read."""
        return self._index == len(self._tokens) - 1

    def move_to(self, line: int, end_column: int) -> None:
        """Read up to the word that ends there."""
        while not self.is_at_end:
            token = self._tokens[self._index]
            if (token.line, token.col) >= (line, end_column):
                break
            self._index += 1

    def has_closed_all(self) -> bool:
        """Whether no parenthesis before this place is open."""
        texts = [token.text for token in self._tokens[: self._index] if self._is_sign(token)]
        return sum((text in _OPENING) - (text in _CLOSING) for text in texts) <= 0

    @classmethod
    def within(cls, fragment: Fragment) -> SqlReader:
        """A reader of a piece of a text, whose places are those in the text."""
        return cls(fragment.in_place(), mark_count=fragment.mark_count)

    def _is_sign(self, token: Token) -> bool:
        return token.token_type not in (*_NO_WORDS, TokenType.IDENTIFIER)

    def is_next(self, *words: str, skip: int = 0) -> bool:
        """Whether these words or signs come next, after `skip` others."""
        start = self._index + skip
        found = self._tokens[start : start + len(words)]
        return len(found) == len(words) and all(
            self._is_sign(token) and token.text.upper() == word
            for token, word in zip(found, words, strict=True)
        )

    def accept(self, *words: str) -> bool:
        """Whether these words came next; they are read then."""
        if not self.is_next(*words):
            return False
        self._index += len(words)
        return True

    def accept_any(self, *words: str) -> str | None:
        """The one of these words that came next, which is read then; None for no such word."""
        return next((word for word in words if self.accept(*word.split())), None)

    def expect(self, *words: str) -> None:
        """Read these words.

        Raises BigQueryError: when something else comes next.
        """
        for word in words:
            if not self.accept(word):
                kind = "keyword " if word[0].isalpha() else ""
                spelled = word if kind else f'"{word}"'
                self.fail(f"Expected {kind}{spelled} but got {self.found()}")

    def fail(self, message: str) -> NoReturn:
        """Raise the syntax error for this place."""
        raise self.error(message)

    def error(self, message: str) -> BigQueryError:
        """The syntax error for this place."""
        line, column = self.place()
        return invalid_query(f"Syntax error: {message} at [{line}:{column}]")

    def found(self) -> str:
        """What comes next, in the words of an error."""
        if self.is_at_end:
            return "end of script"
        token = self._tokens[self._index]
        if token.token_type in _NAMES:
            return f'identifier "{token.text}"'
        if token.token_type == TokenType.NUMBER:
            kind = "floating point" if "." in token.text else "integer"
            return f'{kind} literal "{token.text}"'
        if token.token_type in _NO_WORDS:
            return f"string literal {self._text[token.start : token.end + 1]}"
        return f"keyword {token.text.upper()}" if token.text[0].isalpha() else f'"{token.text}"'

    def place(self) -> tuple[int, int]:
        """The line and column of what comes next, from 1."""
        if self.is_at_end:
            return self._place_of(len(self._text.rstrip()))
        return self._place_of(self._tokens[self._index].start)

    def _place_of(self, offset: int) -> tuple[int, int]:
        before = self._text[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1

    def name(self) -> str:
        """The name that comes next.

        Raises BigQueryError: when it is none.
        """
        if not self.is_name():
            self.fail(f"Expected identifier but got {self.found()}")
        self._index += 1
        return str(self._tokens[self._index - 1].text)

    def is_identifier(self) -> bool:
        """Whether a word comes next that is none of the language's own."""
        return not self.is_at_end and self._tokens[self._index].token_type in _NAMES

    def is_name(self, *, skip: int = 0) -> bool:
        """Whether a name comes next, or a word that may be one."""
        if self._index + skip >= len(self._tokens):
            return False
        token = self._tokens[self._index + skip]
        if token.token_type in _NAMES:
            return True
        return token.token_type not in _NO_WORDS and token.text[:1].isalpha()

    def path(self) -> list[str]:
        """The parts of the dotted name that comes next; a project may have dashes.

        Raises BigQueryError: when it is none.
        """
        first = self.name()
        while self._is_joined("-"):
            self._index += 1
            first += f"-{self._tokens[self._index].text}"
            self._index += 1
        parts = first.split(".")
        while self.accept("."):
            parts += self.name().split(".")
        return parts

    def _is_joined(self, sign: str) -> bool:
        """Whether the sign comes next with nothing between it and the words around it."""
        around = self._tokens[self._index - 1 : self._index + 2]
        if len(around) < 3 or not self.is_next(sign):
            return False
        before, dash, after = around
        return bool(before.end + 1 == dash.start and dash.end + 1 == after.start)

    def string(self) -> str:
        """The text constant that comes next.

        Raises BigQueryError: when it is none.
        """
        if self.is_at_end or self._tokens[self._index].token_type not in (
            TokenType.STRING,
            TokenType.RAW_STRING,
        ):
            self.fail(f"Expected string literal but got {self.found()}")
        self._index += 1
        return str(self._tokens[self._index - 1].text)

    def in_parentheses(self) -> Fragment:
        """What is between the parentheses that come next, which are read.

        Raises BigQueryError: when there are none, or they are not closed.
        """
        self.expect("(")
        inner = self.until(lambda: self.is_next(")"))
        self.expect(")")
        return inner

    def until(self, is_end: Callable[[], bool]) -> Fragment:
        """What is read up to where `is_end` holds, outside of parentheses and of CASE … END.

        An end that does not come is the end of the text.
        """
        start, depth, cases = self._index, 0, 0
        while not self.is_at_end:
            if depth == 0 and cases == 0 and is_end():
                break
            token = self._tokens[self._index]
            if self._is_sign(token):
                word = token.text.upper()
                depth += (word in _OPENING) - (word in _CLOSING)
                if depth < 0:
                    self.fail(f"Expected end of input but got {self.found()}")
                is_field = self._index > 0 and self._tokens[self._index - 1].text == "."
                if not is_field:
                    cases += (word == "CASE") - (word == "END" and cases > 0)
            self._index += 1
        return self._fragment(start)

    def until_words(self, *words: str) -> Fragment:
        """What is read up to one of these words, outside of parentheses and of CASE … END."""
        return self.until(lambda: any(self.is_next(*word.split()) for word in words))

    def skip(self) -> None:
        """Read one word or sign."""
        self._index += 1

    def rest(self) -> Fragment:
        """All that is left."""
        start, self._index = self._index, len(self._tokens)
        return self._fragment(start)

    def mark(self) -> int:
        """This place, for `since`."""
        return self._index

    def since(self, mark: int) -> Fragment:
        """What was read since the mark."""
        return self._fragment(mark)

    def _fragment(self, start: int) -> Fragment:
        before = self._tokens[:start]
        marks = self._mark_count + sum(t.text == "?" and self._is_sign(t) for t in before)
        if start >= self._index:
            return Fragment("", *self.place(), *self.place(), marks)
        first, last = self._tokens[start], self._tokens[self._index - 1]
        text = self._text[first.start : last.end + 1]
        return Fragment(text, *self._place_of(first.start), *self._place_of(last.end + 1), marks)
