"""`f"... WHERE a > {least}"`, `format`, `%`, `+` in an accessor's query: parameters, `@least`."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.clients import BIGQUERY, is_accessor
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Edit, Rewrite, replaced
from ml_api_kit.research.refactor.access.listed import listed_value
from ml_api_kit.research.refactor.access.query_chain import is_harmless
from ml_api_kit.research.refactor.access.sql_places import Place, places_of, value_names
from ml_api_kit.research.refactor.access.template import Placeholder, Template, template_of
from ml_api_kit.research.refactor.access.values import value_type
from ml_api_kit.research.refactor.scope import LeftAloneError

LEAVES_ALONE = (
    "names of tables and columns, which no parameter can be; values without quotes that are not "
    "known to be numbers, since they may be SQL; texts that are used elsewhere too."
)
_METHODS = {"query_frame", "execute_query", "iter_query", "dry_run"}


def rewrite(node: ast.AST, code: Code) -> Rewrite | None:
    """The changes for a query with Python values in its text."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
        return None
    if node.func.attr not in _METHODS or not is_accessor(code, node.func.value, BIGQUERY):
        return None
    sql = node.args[0]
    written = code.value(sql)
    template = template_of(code, written)
    if template is None or not template.values:
        return None
    params = _given(node)
    text, added = _with_parameters(code, template, _names_in(params))
    if written is not sql:
        _check_alone(code, sql, template)
    literal = template.literal(text, is_multiline=written.lineno != written.end_lineno)
    if literal is None:
        raise LeftAloneError("what stays in the text cannot be written in an f-string")
    edits = [replaced(code, written, literal), _params_edit(code, node, params, added)]
    return Rewrite(tuple(edits))


def _given(call: ast.Call) -> ast.Dict | None:
    """The parameters that the call has."""
    placed = call.args[1] if len(call.args) > 1 else None
    given = next((one.value for one in call.keywords if one.arg == "params"), placed)
    if given is not None and not isinstance(given, ast.Dict):
        raise LeftAloneError("the query has parameters already that are no mapping written here")
    return given


def _names_in(params: ast.Dict | None) -> set[str]:
    keys = params.keys if params is not None else []
    return {str(one.value) for one in keys if isinstance(one, ast.Constant)}


def _with_parameters(code: Code, template: Template, taken: set[str]) -> tuple[str, dict[str, str]]:
    """The text with parameters, and the values of these as code."""
    places, refused = places_of(template)
    reasons = [f"`{template.at(mark).code}`: {reason}" for mark, reason in refused]
    values: dict[str, str] = {}
    chosen: list[tuple[Place, str]] = []
    for place in places:
        value, reason = _value(code, template, place)
        if value is None:
            reasons.append(reason)
            continue
        name = _name(template, place, value, values, taken)
        values[name] = value
        chosen.append((place, name))
    sure = _sure(template, chosen)
    for place, name in chosen:
        if name not in sure:
            reasons.append(f"`{_first(template, place).code}`: it may stand for more than a value")
    chosen = [(place, name) for place, name in chosen if name in sure]
    if not chosen:
        raise LeftAloneError("; ".join(reasons))
    return _replaced(template.text, chosen), {name: values[name] for _, name in chosen}


def _value(code: Code, template: Template, place: Place) -> tuple[str | None, str]:
    """The value of a parameter as code, or the reason why it is not known to be one."""
    holder = _first(template, place)
    if place.is_quoted:
        if len(place.inner) > 1:
            return template.literal(place.inner, is_multiline=False), "no f-string can hold it"
        is_text = value_type(code, holder.value) is str and not holder.is_formatted
        return holder.code if is_text else holder.text, ""
    if place.is_listed:
        value = listed_value(code, holder.value)
        return value, f"`{holder.code}`: the type of its items cannot be told"
    if value_type(code, holder.value) in (int, float) and not holder.is_formatted:
        return holder.code, ""
    return None, (
        f"`{holder.code}`: without quotes it is not known to be a number, and may name a table or "
        "a column"
    )


def _first(template: Template, place: Place) -> Placeholder:
    return template.at(template.marks(place.inner)[0][0])


def _name(
    template: Template, place: Place, value: str, values: dict[str, str], taken: set[str]
) -> str:
    """A name for a parameter: that of the variable, the attribute or the key."""
    nodes = list(ast.walk(_first(template, place).value))
    functions = {one.func for one in nodes if isinstance(one, ast.Call)}
    arguments = {item for one in nodes if isinstance(one, ast.Call) for item in one.args}
    named = [
        _word(one)
        for one in nodes
        if one not in functions and not (one in arguments and _word(one) == "str")
    ]
    plain = next((word for word in named if word), "value").lower()
    chosen, count = plain, 1
    while chosen in taken or values.get(chosen, value) != value:
        count += 1
        chosen = f"{plain}_{count}"
    return chosen


def _word(node: ast.AST) -> str:
    match node:
        case ast.Attribute(attr=word) | ast.Name(id=word) | ast.Constant(value=str() as word):
            return word if word.isidentifier() and word.isascii() else ""
    return ""


def _sure(template: Template, chosen: list[tuple[Place, str]]) -> set[str]:
    text = _replaced(template.text, chosen)
    for mark in template.marks(text):
        text = text.replace(mark[0], "placeholder")
    try:
        return value_names(text)
    except ValueError as error:
        raise LeftAloneError(str(error)) from error


def _replaced(text: str, chosen: list[tuple[Place, str]]) -> str:
    """The text with a parameter in each of the chosen places."""
    for place, name in sorted(chosen, key=lambda one: one[0].start, reverse=True):
        text = text[: place.start] + place.parameter(name) + text[place.end :]
    return text


def _check_alone(code: Code, sql: ast.expr, template: Template) -> None:
    """A text in a variable can be changed where the query alone reads it, with the same values."""
    definition = code.definition(sql)
    if definition is None or definition.uses != [sql]:
        raise LeftAloneError(
            "the text is used elsewhere too; write it where it is asked, or in its own variable"
        )
    between = code.between(definition.statement, code.statement_of(sql))
    nodes = [one for holder in template.values for one in ast.walk(holder.value)]
    names = {one.id for one in nodes if isinstance(one, ast.Name)}
    is_plain = not any(isinstance(one, ast.Attribute | ast.Subscript) for one in nodes)
    for one in between if between is not None else [definition.statement]:
        stored = {
            name.id
            for name in ast.walk(one)
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
        }
        if between is None or stored & names or not (is_plain or is_harmless(one)):
            raise LeftAloneError(
                "the text is made elsewhere than it is asked, and its values could differ there"
            )


def _params_edit(
    code: Code, call: ast.Call, params: ast.Dict | None, added: dict[str, str]
) -> Edit:
    pairs = ", ".join(f'"{name}": {value}' for name, value in added.items())
    if params is not None:
        end = code.span(params)[1] - 1
        return Edit(end, end, f", {pairs}" if params.keys else pairs)
    end = code.span(call.args[0])[1]
    return Edit(end, end, ", {" + pairs + "}")
