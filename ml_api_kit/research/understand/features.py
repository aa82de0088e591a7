"""What a learned judgement looks at: the tokens of some statements, and what the rules say.

Tokens are names of functions, methods, attributes, keywords and variables' words, and forms of
statements. No text that is written in the code is one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ml_api_kit.research.understand.calls import Call, calls_in
from ml_api_kit.research.understand.judged import Judged, strongest
from ml_api_kit.research.understand.scope import Scope
from ml_api_kit.research.understand.verbs import words_of


def features_of(
    nodes: Sequence[ast.stmt], judged: Sequence[Judged], scope: Scope
) -> frozenset[str]:
    """All tokens of the statements together, and what the rules judged them to be for."""
    found: set[str] = set()
    for node in nodes:
        found.update(_forms(node))
        found.update(_names(node))
        found.update(_calls(calls_in(node, scope)))
    found.update(_verdicts(judged))
    return frozenset(found)


def _forms(node: ast.stmt) -> Iterator[str]:
    form = type(node).__name__
    yield f"form {form}"
    if isinstance(node, ast.Assign):
        yield f"to {type(node.targets[0]).__name__} from {type(node.value).__name__}"
    if isinstance(node, ast.Expr):
        yield f"shown {type(node.value).__name__}"
        if isinstance(node.value, ast.Subscript):
            yield f"shown by {type(node.value.slice).__name__}"


def _names(node: ast.stmt) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            where = "to" if isinstance(inner.ctx, ast.Store) else "of"
            for word in words_of(inner.id):
                yield f"word {word}"
                yield f"{where} {word}"
        elif isinstance(inner, ast.Attribute):
            yield f"attribute {inner.attr}"
        elif isinstance(inner, ast.keyword) and inner.arg:
            yield f"keyword {inner.arg}"
        elif isinstance(inner, ast.FunctionDef):
            for word in words_of(inner.name):
                yield f"function {word}"


def _calls(calls: Sequence[Call]) -> Iterator[str]:
    for place, call in enumerate(calls):
        yield f"call {call.last}"
        if "." in call.full:
            yield f"call {call.first}.{call.last}"
            yield f"chain {call.owner}.{call.last}"
        if call.kind is not None:
            yield f"{call.kind}.{call.last}"
        if place == 0:
            yield f"outermost {call.last}"


def _verdicts(judged: Sequence[Judged]) -> Iterator[str]:
    for one in judged:
        yield f"rule {one.category}"
        yield f"rule {one.category} {'sure' if one.is_sure else 'unsure'}"
        yield f"rule {one.reason.partition(':')[0].partition(',')[0]}"
    for category in {one.category for one in judged}:
        share = sum(one.category is category for one in judged) / len(judged)
        yield f"rule {category} in {round(share * 4)} of 4"
    if judged:
        yield f"rules together {strongest(judged).category}"
        yield f"rule last {judged[-1].category}"
