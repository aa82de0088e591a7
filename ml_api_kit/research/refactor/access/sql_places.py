"""Where Python values stand in the text of a query: as a value, or as anything else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ml_api_kit.research.refactor.access.template import Template

_TYPED = re.compile(r"\b(DATE|TIMESTAMP|DATETIME|TIME)\s*$", re.IGNORECASE)
_PREFIXED = re.compile(
    r"\b(?:[rRbB]{1,2}|INTERVAL|(?:BIG)?NUMERIC|JSON|RANGE<\w+>)\s*$", re.IGNORECASE
)
_OPENING = re.compile(r"'''|\"\"\"|'|\"|`|--|#|/\*")
_ENDS = {"--": "\n", "#": "\n", "/*": "*/"}
_LISTED = re.compile(r"\bIN\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """What a parameter may take the place of.

    Attributes:
        start: where it begins in the template's text, with its quotes and its type.
        end: where it ends.
        inner: what stands between the quotes; the mark where there are none.
        is_quoted: whether it stands in quotes.
        is_listed: whether it is a whole list, behind `IN`.
        type_name: the type before its quotes, as in `DATE '...'`.
    """

    start: int
    end: int
    inner: str
    is_quoted: bool = False
    is_listed: bool = False
    type_name: str | None = None

    def parameter(self, name: str) -> str:
        """The parameter as it stands in the query."""
        if self.is_listed:
            return f"UNNEST(@{name})"
        return f"CAST(@{name} AS {self.type_name})" if self.type_name else f"@{name}"


def places_of(template: Template) -> tuple[list[Place], list[tuple[str, str]]]:
    """The places where values may stand, and the marks that stand in none, each with the reason."""
    text = template.text
    found: list[Place] = []
    refused: list[tuple[str, str]] = []
    position = 0
    while opening := _OPENING.search(text, position):
        found += _bare(template, position, opening.start())
        end, inner_end = _closing(text, opening)
        inner = text[opening.end() : inner_end]
        marks = [one[0] for one in template.marks(inner)]
        reason = _refusal(opening[0], text[: opening.start()], inner)
        if marks and reason is not None:
            refused += [(mark, reason) for mark in marks]
        elif marks:
            typed = _TYPED.search(text, 0, opening.start())
            start, type_name = (
                (typed.start(), typed[1].upper()) if typed else (opening.start(), None)
            )
            found.append(Place(start, end, inner, is_quoted=True, type_name=type_name))
        position = end
    return found + _bare(template, position, len(text)), refused


def _closing(text: str, opening: re.Match[str]) -> tuple[int, int]:
    """Where a quotation or a comment ends, behind and before its last quote."""
    end = _ENDS.get(opening[0], opening[0])
    position = opening.end()
    while position < len(text):
        if text[position] == "\\" and opening[0] not in _ENDS:
            position += 2
        elif text.startswith(end, position):
            return position + len(end), position
        else:
            position += 1
    return len(text), len(text)


def _refusal(opening: str, before: str, inner: str) -> str | None:
    if opening == "`":
        return "it is a part of a name, which no parameter can be"
    if opening in _ENDS:
        return "it stands in a comment"
    if _PREFIXED.search(before) or "\\" in inner:
        return "it stands in a literal that no parameter can take the place of"
    return None


def _bare(template: Template, start: int, end: int) -> list[Place]:
    found = []
    for mark in template.marks():
        if start <= mark.start() < end:
            found.append(_listed(template.text, mark) or Place(mark.start(), mark.end(), mark[0]))
    return found


def _listed(text: str, mark: re.Match[str]) -> Place | None:
    """The whole list behind `IN`: a tuple's text, or parentheses with nothing else in them."""
    before, behind = text[: mark.start()], text[mark.end() :]
    if _LISTED.search(before):
        return Place(mark.start(), mark.end(), mark[0], is_listed=True)
    stripped, closing = before.rstrip(), behind.lstrip()
    if stripped.endswith("(") and closing.startswith(")") and _LISTED.search(stripped[:-1]):
        end = mark.end() + len(behind) - len(closing) + 1
        return Place(len(stripped) - 1, end, mark[0], is_listed=True)
    return None


def value_names(sql: str) -> set[str]:
    """The names of the parameters of a query that surely stand where a value stands.

    Raises ValueError: when the query cannot be parsed.

    >>> sorted(value_names("SELECT a FROM t WHERE a > @least AND b IN UNNEST(@all) LIMIT @most"))
    ['all', 'least', 'most']
    """
    import sqlglot
    from sqlglot import exp

    try:
        tree: Any = sqlglot.parse_one(sql, dialect="bigquery")
    except sqlglot.errors.SqlglotError as error:
        raise ValueError("the query cannot be parsed") from error
    return {one.name for one in tree.find_all(exp.Parameter) if _is_value(one)}


def _is_value(parameter: Any) -> bool:
    from sqlglot import exp

    through: tuple[Any, ...] = (exp.Paren, exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Div)
    through += (exp.Coalesce, exp.Lower, exp.Upper, exp.Trim, exp.Cast, exp.Unnest)
    ends: tuple[Any, ...] = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like)
    ends += (exp.Between, exp.In, exp.Limit, exp.Offset)
    node = parameter.parent
    while isinstance(node, through):
        node = node.parent
    return isinstance(node, ends)
