"""Rewrites a module's functions from frames to rows, and keeps what still answers the same.

1. kinds:      a parameter annotated `pd.DataFrame` is a frame; what is made of it follows
2. statements: each by the first rule that knows it; a function with one that none knows stays
3. bridges:    where a function stays, rows become a frame before it and rows again after
4. accepted:   the whole module, or else function by function, by the answers of the golden rows
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.normal_form import in_normal_form
from ml_api_kit.research.refactor.outcome import (
    Refactored,
    RefactoredFunction,
    RefactoredStatement,
)
from ml_api_kit.research.refactor.own_functions import IMPORT, rewrite_functions, without_pandas
from ml_api_kit.research.refactor.pipes import open_pipes
from ml_api_kit.research.refactor.registry import find_rules
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, Scope, code_of
from ml_api_kit.research.refactor.time_columns import time_columns

_FRAME = m.Annotation(annotation=m.Attribute(value=m.Name("pd"), attr=m.Name("DataFrame")))
_KINDS = {"pd.DataFrame": Kind.FRAME, "pd.Series": Kind.COLUMN, "np.ndarray": Kind.ARRAY}
_STAYS_TOO = "another statement of its function has no rule"
_RETURNS = {Kind.FRAME: "list[Row]", Kind.COLUMN: "list[Any]", Kind.ARRAY: "np.ndarray"}


def refactor_module(
    source: str, *, accepts: Callable[[str], str | None] = lambda _: None
) -> Refactored:
    """The module with its functions rewritten from frames to rows.

    `accepts` is given a candidate for the whole module, and says why it is refused, or None. What
    is refused as a whole is tried function by function: each that must stay works on frames as
    before.
    A module that works on rows already is left as it is.

    Raises SyntaxError: when the source is no valid Python.
    """
    try:
        module = cst.parse_module(source)
    except cst.ParserSyntaxError as error:
        raise SyntaxError(str(error)) from error
    module = open_pipes(module)
    functions = [one for one in module.body if isinstance(one, cst.FunctionDef) and _works(one)]
    steps = {one.name.value: _return_kind(one) for one in functions}
    tables, times = _constant_tables(module), time_columns(module)
    attempts = {one.name.value: _attempt(one, steps, tables, times) for one in functions}
    if not any(one.node for one in attempts.values()):
        return Refactored(source, _outcomes(attempts))
    candidate = _assemble(module, attempts)
    refused = accepts(candidate)
    if refused is None:
        return Refactored(candidate, _outcomes(attempts))
    return _one_by_one(module, attempts, accepts, refused)


@dataclass(slots=True)
class _Attempt:
    """One function rewritten, or the reason why it is not."""

    name: str
    node: cst.FunctionDef | None
    reason: str | None
    scope: Scope
    takes: Kind
    gives: Kind
    statements: list[RefactoredStatement]

    def outcome(self, refused: str | None) -> RefactoredFunction:
        """What became of the function; `refused` says why its rewritten form is not kept."""
        is_rewritten = self.node is not None and refused is None
        statements = self.statements
        if not is_rewritten:
            why = refused or _STAYS_TOO
            statements = [
                RefactoredStatement(one.before, None, one.reason or why) for one in statements
            ]
        return RefactoredFunction(
            self.name,
            is_rewritten,
            refused or self.reason,
            tuple(dict.fromkeys(self.scope.applied)),
            tuple(statements),
        )


def _works(function: cst.FunctionDef) -> bool:
    """Whether a function's first parameter is a table of pandas or an array."""
    return function.name.value != "to_frame" and _parameter_kind(function) is not Kind.OTHER


def _parameter_kind(function: cst.FunctionDef) -> Kind:
    parameters = function.params.params
    if not parameters or parameters[0].annotation is None:
        return Kind.OTHER
    return _KINDS.get(code_of(parameters[0].annotation.annotation), Kind.OTHER)


def _constant_tables(module: cst.Module) -> frozenset[str]:
    """The names that a module gives to dictionaries."""
    table = m.Assign(targets=[m.AssignTarget(m.Name())], value=m.Dict())
    found = m.findall(module, m.SimpleStatementLine([table]))
    return frozenset(code_of(line.body[0].targets[0].target) for line in found)  # type: ignore[attr-defined]


def _attempt(
    function: cst.FunctionDef,
    steps: dict[str, Kind],
    tables: frozenset[str],
    times: frozenset[str],
) -> _Attempt:
    takes = _parameter_kind(function)
    function = in_normal_form(function)
    learned = {one.name.value for one in function.params.kwonly_params}
    first = function.params.params[0].name.value
    scope = Scope({first: takes}, steps, tables | learned, times)
    translator = FrameTranslator(scope, find_rules())
    assert isinstance(function.body, cst.IndentedBlock)
    body: list[cst.BaseStatement] = []
    seen: list[RefactoredStatement] = []
    gives = _return_kind(function)
    rest = list(function.body.body)
    try:
        while rest:
            statement = rest.pop(0)
            returned = _returned(statement)
            if returned is not None:
                gives = scope.kind(returned)
            body += _seen(statement, translator, seen)
    except LeftAloneError as error:
        seen += [
            RefactoredStatement(code_of(statement).strip(), None, _STAYS_TOO)
            for statement in rest
            if not m.matches(statement, m.SimpleStatementLine([m.Return()]))
        ]
        return _Attempt(function.name.value, None, str(error), scope, takes, gives, seen)
    if function.name.value == "preprocess":
        body = _features_as_matrix(body, gives)
    node = _signature(function, takes, gives).with_changes(
        body=function.body.with_changes(body=body)
    )
    # What is left of pandas in the lambdas of a rewritten function is asked of values.
    made, is_asking = without_pandas(node)
    assert isinstance(made, cst.FunctionDef)
    if is_asking:
        scope.imports.add(IMPORT)
    return _Attempt(function.name.value, made, None, scope, takes, gives, seen)


def _seen(
    statement: cst.BaseStatement, translator: FrameTranslator, seen: list[RefactoredStatement]
) -> list[cst.BaseStatement]:
    """A statement rewritten, and written down."""
    before = code_of(statement).strip()
    known = len(translator.scope.applied)
    try:
        made = rewrite_statement(statement, translator)
    except LeftAloneError as error:
        seen.append(RefactoredStatement(before, None, str(error)))
        raise
    if made != [statement] and _returned(statement) is None:
        after = "".join(map(code_of, made)).strip()
        rules = tuple(dict.fromkeys(translator.scope.applied[known:]))
        seen.append(RefactoredStatement(before, after, None, rules))
    return made


def _features_as_matrix(body: list[cst.BaseStatement], gives: Kind) -> list[cst.BaseStatement]:
    """The features are a matrix: a list of values for each row, in the columns' order."""
    if gives is not Kind.FRAME:
        return body
    line = cst.parse_statement("return [list(row.values()) for row in features]\n")
    assert isinstance(line, cst.SimpleStatementLine)
    return [*body[:-1], line]


def rewrite_statement(
    statement: cst.BaseStatement, translator: FrameTranslator
) -> list[cst.BaseStatement]:
    """A statement on frames as statements on rows; itself where it works on none.

    Raises LeftAloneError: when no rule knows it, or a part of it.
    """
    scope = translator.scope
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        raise LeftAloneError(f"no rule for `{code_of(statement).strip()[:100]}`")
    inner = statement.body[0]
    returned = _returned(statement)
    if returned is not None and not scope.is_step(returned):
        return [_parsed(f"return {translator.expression(returned)}", statement)]
    if isinstance(inner, cst.Return | cst.Pass) or _is_docstring(inner):
        return [statement]
    for rule in translator.rules:
        if rule.statement is not None:
            made = rule.statement(inner, translator)
            if made is not None:
                scope.applied.append(rule.id)
                return [_parsed(made, statement)]
    if isinstance(inner, cst.Assign) and len(inner.targets) == 1:
        target = inner.targets[0].target
        if isinstance(target, cst.Name):
            kind = scope.kind(inner.value)
            if m.matches(inner.value, m.Call(func=m.Name())) and scope.is_step(inner.value):
                scope.kinds[target.value] = kind
                return [statement]
            made = f"{target.value} = {translator.expression(inner.value)}"
            scope.kinds[target.value] = kind
            return [_parsed(made, statement)]
    raise LeftAloneError(f"no rule for `{code_of(inner)[:200]}`")


def _returned(statement: cst.BaseStatement) -> cst.BaseExpression | None:
    """What a statement returns."""
    if not m.matches(statement, m.SimpleStatementLine([m.Return()])):
        return None
    inner = cst.ensure_type(statement, cst.SimpleStatementLine).body[0]
    return cst.ensure_type(inner, cst.Return).value


def _parsed(source: str, before: cst.SimpleStatementLine) -> cst.BaseStatement:
    made = cst.parse_statement(source + "\n")
    assert isinstance(made, cst.SimpleStatementLine)
    return made.with_changes(leading_lines=before.leading_lines)


def _is_docstring(node: cst.BaseSmallStatement) -> bool:
    return isinstance(node, cst.Expr) and isinstance(
        node.value, cst.SimpleString | cst.ConcatenatedString
    )


def _return_kind(function: cst.FunctionDef) -> Kind:
    if function.returns is None:
        return Kind.OTHER
    return _KINDS.get(code_of(function.returns.annotation), Kind.OTHER)


def _signature(function: cst.FunctionDef, takes: Kind, gives: Kind) -> cst.FunctionDef:
    first = function.params.params[0]
    annotated = first.with_changes(annotation=cst.Annotation(cst.parse_expression(_RETURNS[takes])))
    parameters = function.params.with_changes(params=[annotated, *function.params.params[1:]])
    made = function.with_changes(params=parameters)
    if function.name.value == "preprocess":
        return made.with_changes(returns=cst.Annotation(cst.parse_expression("Any")))
    if gives is Kind.OTHER:
        return made
    return made.with_changes(returns=cst.Annotation(cst.parse_expression(_RETURNS[gives])))


def _outcomes(
    attempts: dict[str, _Attempt], refused: dict[str, str] | None = None
) -> tuple[RefactoredFunction, ...]:
    reasons = dict(refused or {})
    whole = attempts.get("preprocess")
    if whole is not None and whole.node is None:
        # What calls the functions stays on frames, and so do they, see `_assemble`.
        for name in attempts:
            reasons.setdefault(name, whole.reason or "")
    return tuple(one.outcome(reasons.get(name)) for name, one in attempts.items())


def _one_by_one(
    module: cst.Module,
    attempts: dict[str, _Attempt],
    accepts: Callable[[str], str | None],
    refused: str,
) -> Refactored:
    """The module with as many functions on rows as are accepted, the others behind bridges."""
    kept: dict[str, str] = {}
    for name, one in attempts.items():
        if one.node is None or name == "preprocess":
            continue
        others = {other: "" for other in attempts if other not in (name, "preprocess")}
        others = {other: "" for other in others if other != name}
        reason = accepts(_assemble(module, attempts, stay=set(others)))
        if reason is not None:
            kept[name] = reason
    candidate = _assemble(module, attempts, stay=set(kept))
    reason = accepts(candidate)
    if reason is None:
        return Refactored(candidate, _outcomes(attempts, kept))
    everything = dict.fromkeys(attempts, reason or refused)
    return Refactored(module.code, _outcomes(attempts, everything))


def _assemble(
    module: cst.Module, attempts: dict[str, _Attempt], *, stay: set[str] | None = None
) -> str:
    """The module with the rewritten functions, and bridges to those that stay."""
    staying = (stay or set()) | {name for name, one in attempts.items() if one.node is None}
    if "preprocess" in staying and "preprocess" in attempts:
        return module.code
    body: list[cst.BaseStatement] = []
    imports: set[str] = set()
    for statement in module.body:
        name = statement.name.value if isinstance(statement, cst.FunctionDef) else ""
        one = attempts.get(name)
        if name == "to_frame":
            body.append(_TO_ROWS.with_changes(leading_lines=statement.leading_lines))
            imports.add("ml_api_kit.preprocessing:typed_rows")
        elif one is not None and one.node is not None and name not in staying:
            body.append(one.node)
            imports |= one.scope.imports
        else:
            body.append(statement)
    changed, is_asking = rewrite_functions(module.with_changes(body=body), skip=frozenset(attempts))
    if is_asking:
        imports.add(IMPORT)
    text = changed.code
    for name in staying:
        text = _bridged(text, name, attempts[name])
    return _with_imports(text, imports)


def _bridged(text: str, name: str, one: _Attempt) -> str:
    """The calls of a function that stays, between a frame and rows; arrays stay what they are."""
    if one.takes is Kind.ARRAY and one.gives is Kind.ARRAY:
        return text
    table = {Kind.ARRAY: r"\3", Kind.COLUMN: r"pd.Series(\3)"}.get(one.takes, r"pd.DataFrame(\3)")
    pattern = re.compile(rf"^(\s+)(\w+) = {re.escape(name)}\((\w+)(.*)\)$", re.MULTILINE)
    tail = {Kind.FRAME: '.to_dict("records")', Kind.COLUMN: ".tolist()"}.get(one.gives, "")
    return pattern.sub(rf"\1\2 = {name}({table}\4){tail}", text)


_TO_ROWS_SOURCE = '''def to_rows(rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Make of a request's rows what the research code read: every column, with its type.

    Args:
        rows: one mapping per row; missing values are None, or not there.

    Returns:
        The rows, with the columns and types of `DTYPES`; a missing number is NaN.
    """
    return typed_rows(rows, DTYPES)
'''
_TO_ROWS = cst.parse_statement(_TO_ROWS_SOURCE)


def _with_imports(text: str, needed: set[str]) -> str:
    """The module with the imports that it needs, and without those it needs no more."""
    for alias, line in (("pd", "import pandas as pd"), ("np", "import numpy as np")):
        without = text.replace(f"{line}\n", "", 1)
        if not re.search(rf"\b{alias}\.", _code_only(without)):
            text = without
    code = _code_only(text)
    lines = [
        line
        for pattern, line in (
            (r"\bcalendar\.", "import calendar"),
            (r"\bmath\.", "import math"),
            (r"\bre\.", "import re"),
            (r"\btimedelta\(", "from datetime import timedelta"),
            (r"\bnp\.", "import numpy as np"),
            (r"\bAny\b|\bRow\b", "from typing import Any"),
        )
        if re.search(pattern, code) and f"{line}\n" not in text
    ]
    verbs = sorted(one.partition(":")[2] for one in needed)
    if verbs:
        lines.append(f"from ml_api_kit.preprocessing import {', '.join(verbs)}")
    if re.search(r"\bRow\b", code) and "\nRow = " not in text:
        lines += ["", "Row = dict[str, Any]"]
    return _inserted(text, lines)


def _inserted(text: str, lines: list[str]) -> str:
    """The module with lines behind its last import."""
    if not lines:
        return text
    module = cst.parse_module(text)
    is_import = m.SimpleStatementLine([m.Import() | m.ImportFrom()])
    places = [place for place, one in enumerate(module.body) if m.matches(one, is_import)]
    is_docstring = module.get_docstring() is not None
    after = places[-1] + 1 if places else int(is_docstring)
    added = cst.parse_module("\n".join(lines) + "\n").body
    return module.with_changes(body=[*module.body[:after], *added, *module.body[after:]]).code


def _code_only(text: str) -> str:
    """The text without docstrings and comments, to look for names in."""
    return re.sub(r'"""(?:.|\n)*?"""|#.*', "", text)
