"""The module put together: functions on rows, and bridges to those that stay on frames."""

from __future__ import annotations

import re

import libcst as cst

from ml_api_kit.research.refactor.attempts import Attempt
from ml_api_kit.research.refactor.module_imports import with_imports
from ml_api_kit.research.refactor.own_functions import IMPORT, rewrite_functions
from ml_api_kit.research.refactor.scope import Kind

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


def assemble(
    module: cst.Module, attempts: dict[str, Attempt], *, stay: set[str] | None = None
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
    return with_imports(text, imports)


def _bridged(text: str, name: str, one: Attempt) -> str:
    """The calls of a function that stays, between a frame and rows; arrays stay what they are."""
    if one.takes is Kind.ARRAY and one.gives is Kind.ARRAY:
        return text
    table = {Kind.ARRAY: r"\3", Kind.COLUMN: r"pd.Series(\3)"}.get(one.takes, r"pd.DataFrame(\3)")
    pattern = re.compile(rf"^(\s+)(\w+) = {re.escape(name)}\((\w+)(.*)\)$", re.MULTILINE)
    tail = {Kind.FRAME: '.to_dict("records")', Kind.COLUMN: ".tolist()"}.get(one.gives, "")
    return pattern.sub(rf"\1\2 = {name}({table}\4){tail}", text)
