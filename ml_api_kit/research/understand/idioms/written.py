"""The idioms of code that was not run: what the rules of `mlapi refactor` make of its statements.

A statistic of a column, such as `df["age"].mean()`, is known when the code has run: here it is a
name for the frozen value.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.registry import find_rules
from ml_api_kit.research.refactor.scope import (
    Kind,
    LeftAloneError,
    Scope,
    code_of,
    subscript_key,
    text_of,
)
from ml_api_kit.research.refactor.statements import rewrite_statement
from ml_api_kit.research.source.code import ResearchCode, Statement
from ml_api_kit.research.understand.dataflow import is_in_place
from ml_api_kit.research.understand.evidence import Evidence
from ml_api_kit.research.understand.idioms.idiom import Idiom, only_chooses_rows
from ml_api_kit.research.understand.tables import tables_before

_STATISTICS = frozenset({"max", "mean", "median", "min", "mode", "quantile", "std", "sum"})
# What has no replacement before it is known what it learned.
_LEARNING = (
    "get_dummies",
    "factorize",
    "qcut",
    "cut(",
    "cat.codes",
    "fit_transform",
    ".transform(",
)
_LEARNS = "what {} learns from the rows is known when the code has run: leave out --static"
# Python allows some thousand calls in each other, and a level of the code takes several.
_DEEPEST = 60
_PLAIN = ast.Assign | ast.AugAssign | ast.Delete | ast.Expr


def written_idioms(code: ResearchCode, places: Collection[int]) -> tuple[Idiom, ...]:
    """What the rules make of the statements at `places`, those that work on tables."""
    evidence = Evidence(code)
    scope = Scope({})
    translator = FrameTranslator(scope, find_rules())
    found: list[Idiom] = []
    for place, tables in enumerate(tables_before(evidence)):
        scope.kinds |= dict.fromkeys(tables, Kind.FRAME)
        node = evidence.trees[place].body[0]
        before = dict(scope.kinds)
        if place in places and isinstance(node, _PLAIN) and _reads_table(evidence, place, scope):
            constants = _constants(evidence, place)
            found += _idiom(code.statements[place], node, translator, constants)
        scope.kinds = before
        for name in evidence.names[place].defines:
            _follow(scope, name, node)
    return tuple(found)


def _reads_table(evidence: Evidence, place: int, scope: Scope) -> bool:
    reads = evidence.names[place].reads
    return any(scope.kinds.get(name) in (Kind.FRAME, Kind.COLUMN) for name in reads)


def _constants(evidence: Evidence, place: int) -> dict[str, str]:
    """The variables that hold a text, or a list of texts, with these as they are written."""
    found: dict[str, str] = {}
    for name in evidence.names[place].reads:
        defined = evidence.last_definition(name, place)
        parts = [] if defined is None else getattr(defined[1], "elts", [defined[1]])
        is_texts = all(isinstance(getattr(part, "value", None), str) for part in parts)
        if defined is not None and parts and is_texts:
            found[name] = ast.unparse(defined[1])
    return found


def _idiom(
    statement: Statement,
    node: ast.stmt,
    translator: FrameTranslator,
    constants: Mapping[str, str],
) -> Iterator[Idiom]:
    """What becomes of a statement; nothing where it is the same on rows."""
    where = statement.cell, statement.line, statement.text
    if isinstance(node, ast.Expr) and not any(map(_changes, ast.walk(node))):
        return
    if only_chooses_rows(getattr(node, "value", None)):
        yield Idiom.gone(statement)
        return
    scope = translator.scope
    if _depth(node) > _DEEPEST:
        yield Idiom(*where, None, None, (), "it is nested too deeply for the rules")
        return
    # As Python itself writes it: LibCST is stricter about spaces, and lines may be continued.
    plain = ast.unparse(node)
    frozen = cst.parse_statement(plain + "\n").visit(_Frozen(scope, constants))
    assert isinstance(frozen, cst.SimpleStatementLine)
    known = len(scope.applied)
    try:
        made = rewrite_statement(frozen, translator)
    except LeftAloneError as error:
        learns = next((word for word in _LEARNING if word in statement.text), None)
        reason = _LEARNS.format(learns.strip(".(")) if learns else " ".join(str(error).split())
        yield Idiom(*where, None, None, (), reason)
        return
    rules = tuple(dict.fromkeys(scope.applied[known:]))
    after = "".join(map(code_of, made)).strip()
    if rules and after != plain:
        yield Idiom(*where, None, after, rules, None)


def _changes(node: ast.AST) -> bool:
    """Whether an expression changes a table, rather than show what it makes of it."""
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return isinstance(node, ast.Call) and (
        is_in_place(node) or (is_method and ast.unparse(node.func).endswith((".insert", ".pop")))
    )


def _follow(scope: Scope, name: str, node: ast.stmt) -> None:
    """Keep in mind what a variable holds after its assignment."""
    is_plain = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    if isinstance(node, ast.Assign) and is_plain and _depth(node) <= _DEEPEST:
        value = cst.parse_expression(ast.unparse(node.value)).visit(_Frozen(scope, {}))
        assert isinstance(value, cst.BaseExpression)
        scope.kinds[name] = scope.kind(value)
    else:
        scope.kinds.pop(name, None)


def _depth(tree: ast.AST) -> int:
    """How deeply a statement is nested: each level of it is a call for what reads it."""
    deepest, open_nodes = 0, [(tree, 1)]
    while open_nodes:
        node, depth = open_nodes.pop()
        deepest = max(deepest, depth)
        open_nodes += [(child, depth + 1) for child in ast.iter_child_nodes(node)]
    return deepest


class _Frozen(cst.CSTTransformer):
    """Statistics of columns as names: `df["age"].mean()` becomes `age_mean`.

    What a variable that chooses columns holds is written out: `df[features]` as `df[["age"]]`.
    """

    def __init__(self, scope: Scope, constants: Mapping[str, str]) -> None:
        super().__init__()
        self.scope, self.constants = scope, constants

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        function = original_node.func
        if not isinstance(function, cst.Attribute) or function.attr.value not in _STATISTICS:
            return updated_node
        of = function.value
        if m.matches(of, m.Name("np")) and original_node.args:
            of = original_node.args[0].value
        # Of groups or windows there is one for each, and none for all.
        is_of_column = self.scope.kind(of) is Kind.COLUMN and "(" not in code_of(of)
        return cst.Name(f"{_noun(of)}_{function.attr.value}") if is_of_column else updated_node

    def leave_Index(self, original_node: cst.Index, updated_node: cst.Index) -> cst.Index:
        name = original_node.value.value if isinstance(original_node.value, cst.Name) else ""
        literal = self.constants.get(name)
        if literal is None:
            return updated_node
        return updated_node.with_changes(value=cst.parse_expression(literal))

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        """The first of the modes has their name: `df["town"].mode()[0]` is `town_mode`."""
        was_call = isinstance(original_node.value, cst.Call)
        is_named = isinstance(updated_node.value, cst.Name)
        return updated_node.value if was_call and is_named else updated_node


def _noun(node: cst.BaseExpression) -> str:
    """A name for a column: its own, as far as that can be one."""
    if isinstance(node, cst.Attribute):
        return node.attr.value
    key = subscript_key(node) if isinstance(node, cst.Subscript) else None
    text = (text_of(key) or "") if key is not None else code_of(node)
    words = "".join(one if one.isalnum() else " " for one in text).lower().split()
    return "_".join(words) if words and not words[0][0].isdigit() else "column"
