"""Which variables hold tables of pandas, as far as the code says."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ml_api_kit.research.understand.names import full_name
from ml_api_kit.research.understand.smells.evidence import Evidence

# fmt: off
_TO_TABLE = frozenset(
    {
        "assign", "astype", "copy", "drop", "drop_duplicates", "dropna", "fillna", "filter",
        "get_dummies", "head", "join", "merge", "query", "rename", "replace", "reset_index",
        "sample", "select_dtypes", "set_index", "sort_index", "sort_values", "tail",
    }
)
# fmt: on


def tables_before(evidence: Evidence) -> Iterator[frozenset[str]]:
    """For each statement the variables that hold a DataFrame when it runs."""
    tables: set[str] = set()
    for tree, names in zip(evidence.trees, evidence.names, strict=True):
        yield frozenset(tables)
        made = _made(tree.body[0], tables, evidence)
        tables -= names.defines | names.deletes
        tables |= made


def _made(node: ast.stmt, tables: set[str], evidence: Evidence) -> set[str]:
    """The variables that a statement makes tables."""
    if not isinstance(node, ast.Assign) or not is_table_expression(node.value, tables, evidence):
        return set()
    return {target.id for target in node.targets if isinstance(target, ast.Name)}


def is_table_expression(
    node: ast.expr, tables: set[str] | frozenset[str], evidence: Evidence
) -> bool:
    """Whether an expression surely gives a DataFrame."""
    if isinstance(node, ast.Name):
        return node.id in tables
    if isinstance(node, ast.Subscript):
        return not is_column_key(node.slice) and _is_rows_of_table(node, tables, evidence)
    if isinstance(node, ast.Call):
        name = full_name(node.func, evidence.aliases)
        if name.startswith("pandas."):
            last = name.rpartition(".")[2]
            return last.startswith("read_") or last in ("DataFrame", "get_dummies", "merge")
        if isinstance(node.func, ast.Attribute) and node.func.attr in _TO_TABLE:
            return is_table_expression(node.func.value, tables, evidence)
    return False


def is_column_key(key: ast.expr) -> bool:
    """Whether a subscript's key is the name of one column."""
    return isinstance(key, ast.Constant)


def is_test_of_rows(key: ast.expr) -> bool:
    """Whether a subscript's key is a condition on rows, such as `df["age"] > 3`."""
    if isinstance(key, ast.UnaryOp):
        return is_test_of_rows(key.operand)
    if isinstance(key, ast.BinOp):
        return isinstance(key.op, ast.BitAnd | ast.BitOr)
    if isinstance(key, ast.Call) and isinstance(key.func, ast.Attribute):
        return key.func.attr in (
            "isin",
            "isna",
            "isnull",
            "notna",
            "notnull",
            "between",
            "duplicated",
        )
    return isinstance(key, ast.Compare)


def _is_rows_of_table(
    node: ast.Subscript, tables: set[str] | frozenset[str], evidence: Evidence
) -> bool:
    value = node.value
    if isinstance(value, ast.Attribute) and value.attr in ("loc", "iloc"):
        return is_table_expression(value.value, tables, evidence) and not (
            isinstance(node.slice, ast.Tuple) and is_column_key(node.slice.elts[-1])
        )
    is_rows = isinstance(node.slice, ast.List | ast.Slice) or is_test_of_rows(node.slice)
    return is_rows and is_table_expression(value, tables, evidence)
