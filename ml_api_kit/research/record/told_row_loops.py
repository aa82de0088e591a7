"""Loops over rows, followed by what they gave as functions of a row.

    for i in df.index: df.at[i, "band"] = ...

becomes

    T.loop_begins(df, ["band"])
    for i in df.index: ...                                    as it was, and not told
    if T.loop_ended(df, {}):                                  the frame is as before the loop
        try:
            def band_of_row(row): ...
            T.keep_source(band_of_row, "def band_of_row...")
            df["band"] = df[["rent"]].apply(band_of_row, axis=1)      told
        except Exception:
            T.loop_failed()
    T.loop_compared(df, {"band": 7})                          the frame is as after the loop

so that nothing but the loop decides what the code goes on with.
"""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

from ml_api_kit.research.record.expression_parts import number_of, numbered
from ml_api_kit.research.record.row_loops import RowLoop, RowResult
from ml_api_kit.research.record.telling import tell

if TYPE_CHECKING:
    from ml_api_kit.research.record.instrument import Instrumenter


def told_row_loop(of: Instrumenter, loop: ast.For, found: RowLoop) -> list[ast.stmt]:
    """The loop, and after it what it gives as functions of a row, told."""
    told: list[ast.stmt] = []
    places: dict[str, int] = {}
    for result in (*found.stored, *found.collected):
        is_stored = result in found.stored
        _name(of, result.function)
        text = (_stored if is_stored else _collected)(found.frame, result)
        statement = _numbered(of, text, loop)
        if is_stored:
            places[result.name] = number_of(statement.targets[0])
        told += [result.function, _keep_source(result.function, loop)]
        told += of.visit_Assign(copy.deepcopy(statement))
    return _around(loop, found, told, places)


def _numbered(of: Instrumenter, text: str, loop: ast.For) -> ast.Assign:
    """An assignment that was made, at the place of the loop, its expressions with numbers."""
    statement = ast.parse(text).body[0]
    assert isinstance(statement, ast.Assign)
    for node in ast.walk(statement):
        ast.copy_location(node, loop)
    for node in numbered(statement):
        node.number = len(of.expressions)  # type: ignore[attr-defined]
        of.expressions[number_of(node)] = node
    return statement


def _name(of: Instrumenter, function: ast.FunctionDef) -> None:
    """Give a function a name that no other function of a loop has."""
    base, count = function.name, 1
    while function.name in of.row_functions:
        count += 1
        function.name = f"{base}_{count}"
    of.row_functions.add(function.name)


def _keep_source(function: ast.FunctionDef, loop: ast.For) -> ast.stmt:
    text = ast.unparse(ast.fix_missing_locations(function)) + "\n"
    name = ast.Name(function.name, ast.Load())
    return ast.Expr(tell("keep_source", name, ast.Constant(text), at=loop))


def _around(
    loop: ast.For, found: RowLoop, told: list[ast.stmt], places: dict[str, int]
) -> list[ast.stmt]:
    """The loop with the calls before and behind it."""
    frame = ast.Name(found.frame, ast.Load())
    columns = ast.List([ast.Constant(one.name) for one in found.stored], ast.Load())
    lists = ast.Dict(
        [ast.Constant(one.name) for one in found.collected],
        [ast.Name(one.name, ast.Load()) for one in found.collected],
    )
    failed = ast.ExceptHandler(
        ast.Name("Exception", ast.Load()), None, [ast.Expr(tell("loop_failed", at=loop))]
    )
    kept: list[ast.stmt] = [
        ast.Assign(
            [ast.Name(one.name, ast.Store())],
            tell(
                "loop_list",
                frame,
                ast.Constant(one.name),
                ast.Name(one.name, ast.Load()),
                at=loop,
            ),
        )
        for one in found.collected
    ]
    numbers = ast.Dict(
        [ast.Constant(one) for one in places], [ast.Constant(one) for one in places.values()]
    )
    attempt = ast.Try(told, [failed], [], [])
    made = [
        ast.Expr(tell("loop_begins", frame, columns, lists, at=loop)),
        loop,
        ast.If(tell("loop_ended", frame, lists, at=loop), [attempt, *kept], []),
        ast.Expr(tell("loop_compared", frame, numbers, at=loop)),
    ]
    return [ast.copy_location(one, loop) for one in made]


def _stored(frame: str, result: RowResult) -> str:
    return f"{frame}[{result.name!r}] = {_applied(frame, result)}"


def _collected(frame: str, result: RowResult) -> str:
    return f"{result.name} = {_applied(frame, result)}.tolist()"


def _applied(frame: str, result: RowResult) -> str:
    return f"{frame}[{list(result.columns)!r}].apply({result.function.name}, axis=1)"
