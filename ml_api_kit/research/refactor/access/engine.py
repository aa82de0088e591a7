"""Rewrites a module's data access, place by place, until no rule knows another.

1. rules:   each place by the first rule that knows it; what was rewritten is read anew
2. imports: what the new code needs is added, what it needs no more goes
3. left:    each place that a rule knows but cannot rewrite surely, with the reason
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from itertools import product

from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import (
    Rewrite,
    applied,
    with_import,
    without_unused_imports,
)
from ml_api_kit.research.refactor.access.registry import AccessRule, find_access_rules
from ml_api_kit.research.refactor.scope import LeftAloneError


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """A place that was rewritten.

    Attributes:
        rule: the rule's name.
        before: the first line of what stood there.
    """

    rule: str
    before: str


@dataclass(frozen=True, slots=True)
class LeftPlace:
    """A place that a rule knows, and that stays as it was.

    Attributes:
        line: its line in the rewritten module, from 1.
        rule: the rule's name.
        what: the first line of what stands there.
        reason: why it stays, and what would help.
    """

    line: int
    rule: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class AccessRefactored:
    """A module after its data access was rewritten.

    Attributes:
        source: its source.
        applied: what was rewritten, in order.
        left: what stays, by line.
    """

    source: str
    applied: tuple[AppliedRule, ...] = ()
    left: tuple[LeftPlace, ...] = field(default=())


def refactor_access(source: str) -> AccessRefactored:
    r"""The module with its client code as accessor calls.

    Raises SyntaxError: when the source is no valid Python.

    >>> made = refactor_access(
    ...     "import pandas_gbq\ndf = pandas_gbq.read_gbq('SELECT 1 AS a', project_id='mine')\n"
    ... )
    >>> print(made.source, end="")
    from ml_api_kit.gcp_accessor import BigQueryAccessor
    df = BigQueryAccessor('mine').query_frame('SELECT 1 AS a')
    """
    before = Code(source)
    used_before = frozenset(one.name for one in before.flow.definitions if one.uses)
    rules = find_access_rules()
    done: list[AppliedRule] = []
    left: list[LeftPlace] = []
    made = source
    while True:
        code = Code(made)
        step = _first_rewrite(code, rules, left := [])
        if step is None:
            break
        rewrite, applied_rule = step
        made = applied(made, rewrite.edits)
        for needed in rewrite.imports:
            made = with_import(made, needed)
        done.append(applied_rule)
    if not done:
        return AccessRefactored(source, (), tuple(left))
    made = without_unused_imports(made, used_before=used_before)
    _first_rewrite(Code(made), rules, left := [])
    return AccessRefactored(made, tuple(done), tuple(left))


def _first_rewrite(
    code: Code, rules: tuple[AccessRule, ...], left: list[LeftPlace]
) -> tuple[Rewrite, AppliedRule] | None:
    nodes = [one for one in ast.walk(code.tree) if isinstance(one, ast.expr | ast.stmt)]
    for stage in sorted({rule.stage for rule in rules}):
        for node, rule in product(nodes, rules):
            if rule.stage != stage:
                continue
            try:
                rewrite = rule.rewrite(node, code)
            except LeftAloneError as error:
                what = _first_line(code.text(node))
                left.append(LeftPlace(node.lineno, rule.id, what, str(error)))
                continue
            if rewrite is not None:
                return rewrite, AppliedRule(rule.id, _first_line(code.text(node)))
    _keep_most_telling(left)
    return None


def _keep_most_telling(left: list[LeftPlace]) -> None:
    """One reason for each line, that of a rule which knows the idiom before that of none."""
    left.sort(key=lambda one: (one.line, one.rule == "other_calls"))
    lines: set[int] = set()
    for one in left[:]:
        if one.line in lines:
            left.remove(one)
        lines.add(one.line)


def _first_line(text: str) -> str:
    first, _, rest = text.partition("\n")
    return f"{first} …" if rest else first
