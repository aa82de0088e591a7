"""Which variables hold tables of pandas, as far as the code says."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ml_api_kit.research.understand.evidence import Evidence
from ml_api_kit.research.understand.names import full_name

# fmt: off
_TO_TABLE = frozenset(
    {
        "assign", "astype", "copy", "drop", "drop_duplicates", "dropna", "fillna", "filter",
        "get_dummies", "head", "join", "merge", "query", "rename", "replace", "reset_index",
        "sample", "select_dtypes", "set_index", "sort_index", "sort_values", "tail",
    }
)
# What only a DataFrame has, or is asked in this way.
_ONLY_TABLES = frozenset(
    {
        "columns", "get_dummies", "iterrows", "itertuples", "info", "merge", "melt", "pivot_table",
        "select_dtypes", "set_index",
    }
)
# What columns have too: with names in brackets it is a table's.
_ALSO_COLUMNS = frozenset(
    {"corr", "describe", "drop", "dropna", "fillna", "groupby", "head", "isna", "isnull", "sample"}
)
# fmt: on


def tables_before(evidence: Evidence) -> Iterator[frozenset[str]]:
    """For each statement the variables that hold a DataFrame when it runs."""
    tables: set[str] = set()
    used = _used_as_tables(evidence)
    for tree, names in zip(evidence.trees, evidence.names, strict=True):
        yield frozenset(tables)
        made = _made(tree.body[0], tables, evidence) | _seems_made(tree.body[0], used)
        tables -= names.defines | names.deletes
        tables |= made


def _made(node: ast.stmt, tables: set[str], evidence: Evidence) -> set[str]:
    """The variables that a statement makes tables."""
    if not isinstance(node, ast.Assign) or not is_table_expression(node.value, tables, evidence):
        return set()
    return {target.id for target in node.targets if isinstance(target, ast.Name)}


def _seems_made(node: ast.stmt, used: set[str]) -> set[str]:
    """The variables that a statement gets from a function that is not known, used as tables."""
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call | ast.Attribute):
        return set()
    return {one.id for one in node.targets if isinstance(one, ast.Name)} & used


def _used_as_tables(evidence: Evidence) -> set[str]:
    """The variables that are used somewhere as only tables are."""
    surely: set[str] = set()
    with_columns: set[str] = set()
    like_tables: set[str] = set()
    for tree in evidence.trees:
        for node in ast.walk(tree):
            name = next(iter(_used_variable(node)), "")
            if isinstance(node, ast.Attribute):
                (surely if node.attr in _ONLY_TABLES else set()).add(name)
                (like_tables if node.attr in _ALSO_COLUMNS else set()).add(name)
            elif isinstance(node, ast.Subscript):
                (with_columns if _is_text(node.slice) else set()).add(name)
                (surely if _are_texts(node.slice) else set()).add(name)
    return (surely | (with_columns & like_tables)) - evidence.aliases.keys()


def _used_variable(node: ast.AST) -> Iterator[str]:
    """The variable that an attribute or an element is of, if it is of one itself."""
    if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.value, ast.Name):
        yield node.value.id


def _is_text(key: ast.expr) -> bool:
    return isinstance(key, ast.Constant) and isinstance(key.value, str)


def _are_texts(key: ast.expr) -> bool:
    return isinstance(key, ast.List) and bool(key.elts) and all(map(_is_text, key.elts))


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
