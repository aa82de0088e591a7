"""Moves operations on a query's frame into the query, one by one, until none is left.

1. places: each `query_frame`, and the operation that directly follows it
2. query:  its text as the parts of a SELECT, with the types of the table where they are known
3. rules:  the first that knows the operation makes another SELECT of it
4. labels: an operation that leaves rows out must be one whose rows' labels nothing reads
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ml_api_kit.research.refactor.access.clients import BIGQUERY, is_accessor
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Edit, applied, replaced
from ml_api_kit.research.refactor.access.engine import AppliedRule, LeftPlace
from ml_api_kit.research.refactor.access.template import Template, template_of
from ml_api_kit.research.refactor.push_down.labels import (
    check_labels_unread,
    check_variable_unread,
)
from ml_api_kit.research.refactor.push_down.places import Place, place_behind
from ml_api_kit.research.refactor.push_down.registry import find_push_down_rules
from ml_api_kit.research.refactor.push_down.select import Select, parse_select
from ml_api_kit.research.refactor.push_down.step import Step
from ml_api_kit.research.refactor.scope import LeftAloneError

Types = Callable[[str], Mapping[str, str] | None]
_LONGEST_LINE = 76
_WORD = re.compile(r"placeholder_(\d+)_")


@dataclass(frozen=True, slots=True)
class MovedQuery:
    """A query before and after operations were moved into it.

    Attributes:
        line: its line in the module that was made.
        before: its text before; None where values are put into it that are not known here.
        after: its text after.
        params: the values of its parameters as code.
    """

    line: int
    before: str | None
    after: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PushedDown:
    """A module after operations were moved into its queries.

    Attributes:
        source: its source.
        applied: what was moved, in order.
        left: what stays, by line.
        queries: the queries that changed.
    """

    source: str
    applied: tuple[AppliedRule, ...] = ()
    left: tuple[LeftPlace, ...] = ()
    queries: tuple[MovedQuery, ...] = ()


@dataclass(frozen=True, slots=True)
class _Move:
    edits: tuple[Edit, ...]
    applied: AppliedRule
    query: MovedQuery


def push_down(source: str, *, types: Types = lambda _: None) -> PushedDown:
    """The module with what directly follows a query moved into the query.

    `types` gives the types of a table's columns by its name, such as INT64, or None where they are
    not known; what depends on them stays then.

    Raises SyntaxError: when the source is no valid Python.
    """
    done: list[AppliedRule] = []
    queries: list[MovedQuery] = []
    while True:
        code = Code(source)
        left: list[LeftPlace] = []
        move = next(
            (found for call in _asked(code) if (found := _try(code, call, types, left))), None
        )
        if move is None:
            return PushedDown(source, tuple(done), tuple(left), tuple(queries))
        source = applied(source, move.edits)
        done.append(move.applied)
        queries = _joined(queries, move.query)


def _asked(code: Code) -> list[ast.Call]:
    """The calls of `query_frame`, in the order of the text."""
    found = [
        call
        for call in code.calls()
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "query_frame"
        and call.args
        and is_accessor(code, call.func.value, BIGQUERY)
    ]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _joined(queries: list[MovedQuery], query: MovedQuery) -> list[MovedQuery]:
    """One entry for a query that several operations were moved into."""
    for number, one in enumerate(queries):
        if one.after == query.before:
            first = replace(query, before=one.before)
            return [*queries[:number], first, *queries[number + 1 :]]
    return [*queries, query] if query.before != query.after else queries


def _try(code: Code, call: ast.Call, types: Types, left: list[LeftPlace]) -> _Move | None:
    place = place_behind(code, call)
    if place is None:
        return None
    rule_id = "push_down"
    try:
        for rule in find_push_down_rules():
            rule_id = rule.id
            params = _params(call)
            step = Step(code, place.node, place.frame, frozenset(params))
            # A first look without the query: most of what follows is no operation to be moved.
            if not _is_known(rule.move, step):
                continue
            written = code.value(call.args[0])
            template = template_of(code, written)
            if template is None:
                raise LeftAloneError("the text of the query cannot be told")
            query = parse_select(_with_words(template))
            query = replace(query, types=types(query.table_name))
            made = rule.move(step, query)
            if made is None:
                continue
            place.check_alone(code)
            if rule.drops_rows:
                _check_labels(code, place)
            return _move(code, call, place, template, query, made, step, rule_id)
    except LeftAloneError as error:
        what = code.text(place.node).partition("\n")[0]
        left.append(LeftPlace(place.node.lineno, rule_id, what, str(error)))
    return None


def _is_known(move: Callable[[Step, Select], Select | None], step: Step) -> bool:
    try:
        return move(step, Select("t", None)) is not None
    except LeftAloneError:
        return True


def _check_labels(code: Code, place: Place) -> None:
    if place.is_in_place:
        check_variable_unread(code, code.statement_of(place.call), place.statement)
    else:
        assert isinstance(place.node, ast.expr)
        check_labels_unread(code, place.node)


def _params(call: ast.Call) -> dict[str, str]:
    given = call.args[1] if len(call.args) > 1 else None
    given = next((one.value for one in call.keywords if one.arg == "params"), given)
    if given is None:
        return {}
    match given:
        case ast.Dict(keys=keys, values=values) if all(
            isinstance(key, ast.Constant) for key in keys
        ):
            pairs = zip(keys, values, strict=True)
            return {ast.literal_eval(key): ast.unparse(value) for key, value in pairs if key}
    raise LeftAloneError("the query's parameters are no mapping that is written here")


def _with_words(template: Template) -> str:
    """The text with a word for each value, so that it can be parsed."""
    text = template.text
    for number, mark in enumerate(template.marks()):
        text = text.replace(mark[0], f"placeholder_{number}_")
    return text


def _move(
    code: Code,
    call: ast.Call,
    place: Place,
    template: Template,
    query: Select,
    made: Select,
    step: Step,
    rule_id: str,
) -> _Move:
    written = code.value(call.args[0])
    is_multiline = written.lineno != written.end_lineno or len(made.sql(is_multiline=False)) > (
        _LONGEST_LINE
    )
    text = made.sql(is_multiline=is_multiline)
    if made == query:
        text = _with_words(template)
    marks = [one[0] for one in template.marks()]
    marked = _WORD.sub(lambda found: marks[int(found[1])], text)
    is_multiline = "\n" in marked
    if is_multiline and made != query:
        marked = f"\n{marked}\n"
    literal = template.literal(marked, is_multiline=is_multiline)
    if literal is None:
        raise LeftAloneError("the query cannot be written in an f-string")
    params = {**_params(call), **step.params}
    edits = []
    definition = code.definition(call.args[0])
    if made == query:
        asked = code.text(call.args[0])
    elif definition is not None and definition.uses == [call.args[0]]:
        asked = code.text(call.args[0])
        edits.append(replaced(code, written, literal))
    elif definition is not None and template.values:
        raise LeftAloneError("the text of the query has values in it, and is used elsewhere too")
    else:
        asked = literal
    pairs = ", ".join(f'"{name}": {value}' for name, value in params.items())
    assert isinstance(call.func, ast.Attribute)
    owner = code.text(call.func.value)
    new_call = f"{owner}.query_frame({asked}{', {' + pairs + '}' if pairs else ''})"
    edits += place.edits(code, new_call)
    before = None if template.values else " ".join(template.text.split())
    what = code.text(place.node).partition("\n")[0]
    values = {name: _known(code, value) for name, value in params.items()}
    moved = MovedQuery(call.lineno, before, made.sql(is_multiline=False), values)
    return _Move(tuple(edits), AppliedRule(rule_id, what), moved)


def _known(code: Code, value: str) -> str:
    """The literal that a variable surely holds, as code; the variable itself otherwise."""
    ones = [one for one in code.flow.definitions if one.name == value]
    is_literal = len(ones) == 1 and isinstance(ones[0].value, ast.Constant)
    return code.text(ones[0].value) if is_literal and ones[0].value is not None else value
