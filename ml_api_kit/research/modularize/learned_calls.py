"""Calls that learn from rows and change them at once, rewritten to apply what was learned.

scaler.fit_transform(X)                  scaler.transform(X)
encoder.fit_transform(df["sex"])         df["sex"].map(sex_codes)
pd.get_dummies(df)                       pd.get_dummies(df.astype({"fuel": CategoricalDtype}))
pd.cut(df["age"], 4)                     pd.cut(df["age"], bins=age_edges)
df.groupby("town")["rent"].transform("mean")     df["town"].map(rent_by_town)
df.apply(encoder.fit_transform)          {name: df[name].map(table) for name, table in codes}
"""

from __future__ import annotations

import ast
import sys
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize import estimator_input, lookups
from ml_api_kit.research.modularize.reductions import evaluate, frozen_body, parameter_of
from ml_api_kit.research.modularize.sites import argument
from ml_api_kit.research.record.loops import ELEMENT, find_collecting
from ml_api_kit.research.record.tape import Binding, Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

Rewrite = Callable[["Expressions", Event, Value], "ast.expr | None"]


def rewritten(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    """The call that applies what the event's call learned; None where it learned nothing."""
    name = event.function.rpartition(".")[2]
    if event.kind == "element":
        return _element(writer, event, value)
    if event.kind == "collected":
        return _collected(writer, event, value)
    if event.kind == "popped":
        column = ast.Constant(value.name)
        return ast.Subscript(writer.reference(event.inputs[0]), column, ast.Load())
    rewrite = _REWRITES.get(name)
    return None if rewrite is None else rewrite(writer, event, value)


def _collected(writer: Expressions, event: Event, value: Value) -> ast.expr:
    """A list that a loop made of a column: a function of an element, for each of them."""
    loop = writer.tape.expressions[event.node]
    collecting = find_collecting(loop) if isinstance(loop, ast.For) else None
    assert collecting is not None
    name = f"{collecting.name}_element"
    body = [*collecting.body, ast.Return(collecting.result)]
    source = "\n".join(ast.unparse(ast.fix_missing_locations(one)) for one in body)
    text = f"def {name}({ELEMENT}):\n{textwrap.indent(source, '    ')}\n"
    function = ast.Name(writer.fixed.own.bring_source(name, text), ast.Load())
    element = ast.Name(ELEMENT, ast.Load())
    turn = ast.comprehension(
        ast.Name(ELEMENT, ast.Store()), writer.reference(event.inputs[0]), [], 0
    )
    return ast.ListComp(ast.Call(function, [element], []), [turn])


def _fit_transform(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    estimator = event.detail.get("estimator")
    fitted = event.detail.get("fitted")
    if estimator is None or fitted is None:
        return None
    return _transformed(writer, fitted, event)


def _fit_predict(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    estimator, fitted = event.detail.get("estimator"), event.detail.get("fitted")
    if estimator is None or fitted is None:
        return None
    if not hasattr(estimator, "predict"):
        raise ConversionError(
            f"{type(estimator).__name__} gives no answers for rows that it was not fitted to."
        )
    wanted = fitted.variables[-1] if fitted.variables else type(estimator).__name__
    name = writer.fixed.freeze(fitted.object(), wanted, fitted)
    return ast.Call(ast.Attribute(name, "predict", ast.Load()), [_first(writer, event)], [])


def _transform(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    if event.inputs and event.inputs[0].type_name.endswith("GroupBy"):
        return _group_transform(writer, event, value)
    receiver = event.inputs[0] if event.inputs else None
    if receiver is None or not hasattr(receiver.object(), "get_params"):
        return None
    return _transformed(writer, receiver, event)


def _transformed(writer: Expressions, fitted: Value, event: Event) -> ast.expr:
    """`frozen.transform(rows)`; codes of labels are a table."""
    estimator = fitted.object()
    given_value = _first_value(writer, event)
    given = writer.reference(given_value)
    column = _column_of(given)
    if type(estimator).__name__ == "LabelEncoder" and not given_value.is_array:
        codes = {_plain(one): code for code, one in enumerate(estimator.classes_.tolist())}
        return _mapped(writer, given, codes, f"{column or 'label'}_codes", fitted)
    if not hasattr(estimator, "transform"):
        raise ConversionError(
            f"{type(estimator).__name__} cannot transform rows that it was not fitted to."
        )
    wanted = fitted.variables[-1] if fitted.variables else type(estimator).__name__
    if column is not None and fitted.variables:
        wanted = f"{column}_{wanted}" if _is_refitted(fitted) else wanted
    estimator, given = _for_matrix(writer, fitted, given, given_value, event)
    name = writer.fixed.freeze(estimator, wanted, fitted)
    return ast.Call(ast.Attribute(name, "transform", ast.Load()), [given], [])


def _for_matrix(
    writer: Expressions, fitted: Value, given: ast.expr, value: Value, event: Event
) -> tuple[Any, ast.expr]:
    """The estimator without names, and a matrix for it, where it answers the same for one."""
    estimator = fitted.object()
    rows = event.detail.get("given", {}).get(value.number)
    if not value.is_frame or rows is None or (event.output is not None and event.output.is_frame):
        return estimator, given
    bare = writer.fixed.bare.get(fitted.number)
    if bare is None:
        try:
            bare = estimator_input.without_names(estimator)
        except TypeError:
            return estimator, given
        writer.fixed.bare[fitted.number] = bare
    if not estimator_input.takes_matrix(estimator, bare, rows):
        return estimator, given
    is_chosen = isinstance(given, ast.Subscript) and isinstance(given.slice, ast.List)
    if not is_chosen:
        given = ast.Subscript(given, _literal(list(value.columns or ())), ast.Load())
    kind = "float" if estimator_input.given_kind(rows) == "numbers" else "object"
    called = ast.Call(
        ast.Attribute(given, "to_numpy", ast.Load()),
        [],
        [ast.keyword("dtype", ast.Name(kind, ast.Load()))],
    )
    return bare, called


def _mapped(
    writer: Expressions, given: ast.expr, table: dict[Any, Any], wanted: str, value: Value | None
) -> ast.expr:
    name = writer.fixed.freeze(table, wanted, value)
    return ast.Call(ast.Attribute(given, "map", ast.Load()), [name], [])


def _get_dummies(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    """`get_dummies` of columns whose categories are declared, so that one row has every column."""
    given_value = argument(writer.tape, event, 0, "data")
    node = writer.tape.expressions[event.node]
    if given_value is None or not isinstance(node, ast.Call):
        return None
    given = writer.reference(given_value)
    learned = event.detail.get("categories", {})
    if given_value.is_series:
        categories = learned.get(None, [])
        typed: ast.expr = ast.Call(
            ast.Attribute(given, "astype", ast.Load()), [_dtype(writer, categories)], []
        )
    else:
        encoded = _encoded_columns(event, node, given_value, value, writer)
        types = ast.Dict(
            [ast.Constant(column) for column in encoded],
            [_dtype(writer, learned.get(column, [])) for column in encoded],
        )
        typed = ast.Call(ast.Attribute(given, "astype", ast.Load()), [types], [])
    keywords = [
        ast.keyword(one.arg, writer.render(one.value, event))
        for one in node.keywords
        if one.arg not in ("data", "columns", "sparse")
    ]
    if given_value.is_frame:
        keywords.insert(0, ast.keyword("columns", _literal(list(encoded))))
    return ast.Call(node.func, [typed], keywords) if _imported(writer, node.func) else None


def _encoded_columns(
    event: Event, node: ast.Call, given: Value, out: Value, writer: Expressions
) -> list[Any]:
    from ml_api_kit.research.modularize.columns import dummy_origins

    before, after = list(given.columns or ()), list(out.columns or ())
    origins = dummy_origins(before, after)
    live = writer.live.of(out, otherwise=after)
    encoded = [column for column in before if column not in after]
    wanted = set().union(*(origins[column] for column in live)) if live else set()
    return [column for column in encoded if column in wanted]


def _assign(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    """`assign` whose functions of the frame compute nothing of all rows together any more."""
    node, frame = writer.tape.expressions[event.node], event.detail.get("frame")
    if frame is None or not isinstance(node, ast.Call):
        return None
    scope = vars(sys.modules["__main__"])
    for keyword in node.keywords:
        if isinstance(keyword.value, ast.Lambda):
            parameter = parameter_of(keyword.value)

            def freeze(part: ast.expr, given: dict[str, Any] = {**scope, parameter: frame}) -> Any:  # noqa: B006
                return writer.fixed.freeze(_plain(evaluate(part, given)), part_name(part))

            made = ast.Lambda(keyword.value.args, frozen_body(keyword.value, freeze))
            writer.replaced[keyword.value.number] = made  # type: ignore[attr-defined]
    return None


def _applied_to_columns(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    """A frame whose columns went through a function one after the other."""
    if event.detail.get("tables") is not None:
        return _encoded_apart(writer, event, value)
    node, frame = writer.tape.expressions[event.node], event.detail.get("frame")
    if frame is None or not value.is_frame or not isinstance(node, ast.Call):
        return None
    function = node.args[0] if len(node.args) == 1 and not node.keywords else None
    given = writer.reference(event.inputs[0])
    if isinstance(given, ast.Subscript) and isinstance(given.slice, ast.List):
        given = given.value
    if not isinstance(function, ast.Lambda) or not isinstance(given, ast.Name):
        return None
    parameter, scope = parameter_of(function), vars(sys.modules["__main__"])
    live = writer.live.of(value, otherwise=frame.columns)
    names = [name for name in frame.columns if name in live]

    def freeze(part: ast.expr) -> ast.expr:
        table = {name: _plain(evaluate(part, {**scope, parameter: frame[name]})) for name in names}
        frozen = writer.fixed.freeze(table, f"{given.id}_{part_name(part)}")
        return ast.Subscript(frozen, ast.Name("name", ast.Load()), ast.Load())

    body = frozen_body(function, freeze)
    column = ast.Subscript(given, ast.Name("name", ast.Load()), ast.Load())

    class Column(ast.NodeTransformer):
        def visit_Name(self, one: ast.Name) -> ast.expr:
            return column if one.id == parameter else one

    writer.fixed.own.imports["pd"] = "import pandas as pd"
    made = ast.unparse(ast.fix_missing_locations(Column().visit(body)))
    return ast.parse(f"pd.DataFrame({{name: {made} for name in {names!r}}})", mode="eval").body


def part_name(part: ast.expr) -> str:
    """A name for what a part of an expression gives: its column and the reduction."""
    calls = [one.func.attr for one in ast.walk(part) if _is_method(one)]  # type: ignore[attr-defined]
    return "_".join([*[one for one in [_column_of(part)] if one and one not in calls], *calls[:1]])


def _is_method(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


def _encoded_apart(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    """A frame whose columns were encoded one after the other: a table for each column."""
    learned = event.detail.get("tables")
    given = None if learned is None else writer.reference(event.inputs[0])
    if isinstance(given, ast.Subscript) and isinstance(given.slice, ast.List):
        given = given.value
    if learned is None or not isinstance(given, ast.Name):
        return None
    live = writer.live.of(value, otherwise=learned)
    tables = {name: table for name, table in learned.items() if name in live}
    frozen = writer.fixed.freeze(tables, f"{given.id}_codes", value)
    writer.fixed.own.imports["pd"] = "import pandas as pd"
    assert isinstance(frozen, ast.Name)
    return ast.parse(
        f"pd.DataFrame({{name: {given.id}[name].map(table) "
        f"for name, table in {frozen.id}.items()}})",
        mode="eval",
    ).body


def _cut(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    node = writer.tape.expressions[event.node]
    edges = event.detail.get("edges")
    if edges is None or not isinstance(node, ast.Call):
        return None
    given = _first(writer, event)
    column = _column_of(given) or "bin"
    listed = [float(edge) for edge in edges]
    name = writer.fixed.freeze(listed, f"{column}_edges", value)
    is_quantile = event.function.endswith("qcut")
    keywords = [ast.keyword("bins", name)]
    for one in node.keywords:
        if one.arg in ("labels", "right", "include_lowest"):
            keywords.append(ast.keyword(one.arg, writer.render(one.value, event)))
    if len(node.args) > 2:
        place = "labels" if is_quantile else "right"
        keywords.append(ast.keyword(place, writer.render(node.args[2], event)))
    if is_quantile:
        keywords.append(ast.keyword("include_lowest", ast.Constant(True)))
    function = ast.parse("pd.cut", mode="eval").body
    writer.fixed.own.imports["pd"] = "import pandas as pd"
    return ast.Call(function, [given], keywords)


def _group_transform(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    """A group's value for each row, from a table of the groups."""
    keys = event.detail.get("keys", [])
    parent = event.inputs[0].base
    while parent is not None and parent.base is not None:
        parent = parent.base
    if not keys or parent is None or not set(keys) <= set(parent.columns or ()):
        raise ConversionError("A group's values are known here only for groups by columns.")
    frame = writer.reference(parent)
    given: ast.expr = ast.Subscript(frame, ast.Constant(keys[0]), ast.Load())
    if len(keys) > 1:
        chosen = ast.Subscript(frame, _literal(keys), ast.Load())
        given = ast.Call(
            ast.Attribute(chosen, "apply", ast.Load()),
            [ast.Name("tuple", ast.Load())],
            [ast.keyword("axis", ast.Constant(1))],
        )
    wanted = f"{value.name or 'value'}_by_{'_and_'.join(map(str, keys))}"
    if "fills" not in event.detail:
        return _mapped(writer, given, _group_table(writer, event), wanted, value)
    fills = {_plain_key(key): _plain(one) for key, one in event.detail["fills"].items()}
    column = ast.Subscript(frame, ast.Constant(value.name), ast.Load())
    filled = _mapped(writer, given, fills, wanted, value)
    return ast.Call(ast.Attribute(column, "fillna", ast.Load()), [filled], [])


def _group_table(writer: Expressions, event: Event) -> dict[Any, Any]:
    table: dict[Any, Any] = {}
    for group, one in event.detail["groups"]:
        if table.setdefault(_plain_key(group), _plain(one)) != _plain(one) and one == one:
            raise ConversionError(
                f"`{ast.unparse(writer.tape.expressions[event.node])}` gives the rows of one "
                "group different values."
            )
    return table


def _plain_key(key: Any) -> Any:
    return tuple(map(_plain, key)) if isinstance(key, tuple) else _plain(key)


def _merge(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    """Columns of a table that does not come with the request, looked up by its key."""
    found = lookups.find_lookup(writer.tape, event, value)
    if found is None:
        return None
    left = writer.reference(found.left)
    if not isinstance(left, ast.Name):
        return None
    live = writer.live.of(value, otherwise=value.columns or ())
    key = ast.Subscript(left, ast.Constant(found.key), ast.Load())
    columns = [
        (column, _mapped(writer, key, table, f"{column}_by_{found.key}", value))
        for column, table in found.tables.items()
        if column in live
    ]
    if found.other_key in live:
        columns.append((found.other_key, key))
    named = [one for one in columns if str(one[0]).isidentifier()]
    others = [one for one in columns if one not in named]
    keywords = [ast.keyword(str(column), made) for column, made in named]
    if others:
        table = ast.Dict([ast.Constant(one) for one, _ in others], [made for _, made in others])
        keywords.append(ast.keyword(None, table))
    return ast.Call(ast.Attribute(left, "assign", ast.Load()), [], keywords)


def _codes(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    """`df["x"].cat.codes` from the frozen categories."""
    accessor = event.inputs[0] if event.inputs else None
    obj = None if accessor is None else accessor.object()
    if obj is None or not hasattr(obj, "categories"):
        return None
    assert accessor is not None
    assert accessor.base is not None
    table = {_plain(one): code for code, one in enumerate(obj.categories.tolist())}
    given = _before_category(writer, accessor.base)
    codes = _mapped(writer, given, table, f"{_column_of(given) or 'category'}_codes", value)
    filled = ast.Call(ast.Attribute(codes, "fillna", ast.Load()), [_literal(-1)], [])
    return ast.Call(ast.Attribute(filled, "astype", ast.Load()), [_literal("int")], [])


def _before_category(writer: Expressions, value: Value) -> ast.expr:
    given = writer.reference(value)
    if not isinstance(given, ast.Call) or not isinstance(given.func, ast.Attribute):
        return given
    return given.func.value if given.func.attr == "astype" else given


def _element(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    call: Event = event.detail["of"]
    place = event.detail["place"]
    if call.function.endswith("factorize") and place == 0:
        given_value = argument(writer.tape, call, 0, "values")
        uniques = _member(call, 1)
        if given_value is None or uniques is None:
            return None
        given = writer.reference(given_value)
        table = {_plain(one): code for code, one in enumerate(list(uniques))}
        return _mapped(writer, given, table, f"{_column_of(given) or 'label'}_codes", value)
    raise ConversionError(
        f"`{ast.unparse(writer.tape.expressions[event.node])}` gives several values of the rows, "
        "which has no known place in a row's path."
    )


def _concat(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    """Tables side by side, without those of which nothing is read."""
    node = writer.tape.expressions[event.node]
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.List):
        return None
    kept = []
    for one in node.args[0].elts:
        part = event.children.get(one.number)  # type: ignore[attr-defined]
        if part is None or not part.is_frame or writer.live.of(part):
            kept.append(one)
    if len(kept) == len(node.args[0].elts):
        return None
    if len(kept) == 1:
        return writer.render(kept[0], event)
    parts = ast.List([writer.render(one, event) for one in kept], ast.Load())
    keywords = [ast.keyword(one.arg, writer.render(one.value, event)) for one in node.keywords]
    return ast.Call(writer.function(node.func, event), [parts], keywords)


def _add_constant(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    """The column of ones in front, which a single row needs too."""
    given_value = argument(writer.tape, event, 0, "data")
    if given_value is None or not given_value.is_frame:
        return None
    if value.columns is not None and given_value.columns == value.columns:
        return writer.reference(given_value)
    assigned = ast.Call(
        ast.Attribute(writer.reference(given_value), "assign", ast.Load()),
        [],
        [ast.keyword("const", ast.Constant(1.0))],
    )
    return assigned


def _reshape(writer: Expressions, event: Event, value: Value) -> ast.expr | None:
    """`reshape` with the number of rows left open."""
    node = writer.tape.expressions[event.node]
    if not isinstance(node, ast.Call) or not value.shape or not event.inputs:
        return None
    if not isinstance(node.func, ast.Attribute) or event.inputs[0].binding is not Binding.ROWS:
        return None
    shape = [ast.Constant(-1), *(_literal(size) for size in value.shape[1:])]
    receiver = writer.reference(event.inputs[0])
    return ast.Call(ast.Attribute(receiver, "reshape", ast.Load()), list(shape), [])


def _first(writer: Expressions, event: Event) -> ast.expr:
    return writer.reference(_first_value(writer, event))


def _first_value(writer: Expressions, event: Event) -> Value:
    value = argument(writer.tape, event, 0, "X", "y", "raw_documents", "x", "data")
    if value is None:
        raise ConversionError(
            f"`{ast.unparse(writer.tape.expressions[event.node])}` has no argument to follow."
        )
    return value


def _member(call: Event, place: int) -> Any:
    out = None if call.output is None else call.output.object()
    return out[place] if isinstance(out, tuple | list) and len(out) > place else None


def _dtype(writer: Expressions, categories: list[Any]) -> ast.expr:
    writer.fixed.own.imports["pd"] = "import pandas as pd"
    function = ast.parse("pd.CategoricalDtype", mode="eval").body
    return ast.Call(function, [_literal(categories)], [])


def _column_of(given: ast.expr) -> str | None:
    """The column that an expression is about, where it names one."""
    for node in ast.walk(given):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            return str(node.slice.value)
    for node in ast.walk(given):
        if isinstance(node, ast.Attribute):
            return node.attr
    return None


def _is_refitted(fitted: Value) -> bool:
    return fitted.before is not None and fitted.before.binding is Binding.LEARNED


def _imported(writer: Expressions, node: ast.expr) -> bool:
    writer.fixed.imported(node)
    return True


def _literal(value: Any) -> ast.expr:
    return ast.parse(repr(value), mode="eval").body


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


_REWRITES: dict[str, Rewrite] = {
    "fit_transform": _fit_transform,
    "fit_predict": _fit_predict,
    "transform": _transform,
    "get_dummies": _get_dummies,
    "cut": _cut,
    "qcut": _cut,
    "codes": _codes,
    "apply": _applied_to_columns,
    "assign": _assign,
    "add_constant": _add_constant,
    "reshape": _reshape,
    "concat": _concat,
    "merge": _merge,
}
