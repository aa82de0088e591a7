"""Arguments that are computed once, where a call would mention them more often.

DuckDB puts an argument wherever a macro mentions its parameter, and binds it anew to choose the
macro's form: calls within calls would take ten times as long with every level. So the arguments of
a call around two others become the fields of a struct that a lambda is given:

    bq_add(bq_add(bq_add(a, b), c), d)
    list_extract(list_transform(
        [struct_pack("@0" := bq_add(bq_add(a, b), c), "@1" := d)],
        lambda "@": bq_add(struct_extract("@", '@0'), struct_extract("@", '@1'))
    ), 1)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

MOST_LEVELS = 2
"""So many calls within each other are left to DuckDB."""

Build = Callable[[Sequence[exp.Expr]], exp.Expr]
"""Makes an expression of arguments, which it may mention as often as it likes."""

_LEVELS = "levels"


def levels_of(node: exp.Expr) -> int:
    """How many calls are within each other in an expression, counting only marked ones."""
    marked = node.walk(prune=lambda part: _LEVELS in part.meta)
    return max((part.meta.get(_LEVELS, 0) for part in marked), default=0)


def marked_call(call: exp.Expr, arguments: Sequence[exp.Expr]) -> exp.Expr:
    """The call of a macro, marked with its level, which is one more than that of its arguments."""
    call.meta[_LEVELS] = 1 + max(map(levels_of, arguments), default=0)
    return call


def built(arguments: Sequence[exp.Expr], build: Build) -> exp.Expr:
    """What `build` makes of the arguments, which are computed once where they are deep.

    All of them are computed then, also those that what is built would not look at.
    """
    if max(map(levels_of, arguments), default=0) < MOST_LEVELS:
        return build(arguments)
    return _computed_once(arguments, build)


def is_constant(node: exp.Expr) -> bool:
    """Whether an expression is no more than a literal, maybe cast to a type."""
    simple = (exp.Literal, exp.Null, exp.Boolean, exp.Cast, exp.DataType, exp.DataTypeParam)
    return all(isinstance(part, simple) for part in node.walk())


def _computed_once(arguments: Sequence[exp.Expr], build: Build) -> exp.Expr:
    # Constants stay where they are: DuckDB chooses forms by whether a text is one. The others are
    # moved, as into a plain call: copied with each level, a long sum would take its length squared.
    fields: list[exp.Expr] = []
    given: list[exp.Expr] = []
    for argument in arguments:
        if is_constant(argument):
            given.append(argument.copy())
            continue
        name = f"@{len(fields)}"
        key = exp.to_identifier(name, quoted=True)
        fields.append(exp.PropertyEQ(this=key, expression=argument))
        given.append(_call("struct_extract", _subject(), exp.Literal.string(name)))
    if not fields:
        return build(given)
    body = build(given)
    each = exp.Lambda(this=body, expressions=[_subject()])
    rows = exp.Array(expressions=[_call("struct_pack", *fields)])
    value = _call("list_extract", _call("list_transform", rows, each), exp.Literal.number(1))
    value.meta["is_computed_once"] = True
    return marked_call(value, arguments)


def plain_call(node: exp.Expr) -> exp.Expr:
    """The call that a call with arguments computed once stands for; any other node as it is."""
    inner = inner_call(node)
    if inner is node:
        return node
    arguments = [argument.copy() for argument in given_arguments(inner)]
    return exp.Anonymous(this=inner.name, expressions=arguments)


def inner_call(node: exp.Expr) -> exp.Expr:
    """The call itself within one whose arguments are computed once; any other node as it is."""
    if not node.meta.get("is_computed_once"):
        return node
    body: exp.Expr = node.expressions[0].expressions[1].this
    return body if isinstance(body, exp.Anonymous) else node


def given_arguments(call: exp.Expr) -> list[exp.Expr]:
    """The arguments of a call, with those that are computed once as they were given."""
    each = call.find_ancestor(exp.Lambda)
    fields = _fields_of(each) if each is not None else {}
    return [
        fields.get(argument.expressions[-1].name, argument) if _is_field(argument) else argument
        for argument in call.expressions
    ]


def _fields_of(each: exp.Expr) -> dict[str, exp.Expr]:
    parent = each.parent
    if parent is None or not isinstance(parent.expressions[0], exp.Array):
        return {}
    items = parent.expressions[0].expressions
    fields = items[0].expressions if len(items) == 1 else []
    return {field.name: field.expression for field in fields if isinstance(field, exp.PropertyEQ)}


def _is_field(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.name == "struct_extract"


def _subject() -> exp.Expr:
    return exp.to_identifier("@", quoted=True)


def _call(function: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=function, expressions=list(arguments))
