"""Whether anything reads the labels of a frame's rows: a filter keeps them, a query counts anew.

What is known to read none is listed; all else may. What is only shown counts as not read.
"""

from __future__ import annotations

import ast
import re

from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.values import value_type
from ml_api_kit.research.refactor.scope import LeftAloneError

# Their result has no labels of the rows.
_ENDS = frozenset(
    re.findall(
        r"\w+",
        """mean sum median min max std var count nunique quantile corr cov describe value_counts
        unique tolist to_list to_numpy values shape columns dtypes dtype size empty ndim mode
        skew kurt info any all hist boxplot memory_usage""",
    )
)
# Their result has the labels of the rows, and nothing else of them.
_KEEPS = frozenset(
    re.findall(
        r"\w+",
        """drop rename astype fillna copy round isna isnull notna notnull map replace abs clip
        assign select_dtypes sort_values head tail sample str dt lower upper strip len contains
        year month day hour weekday dayofweek isin between loc drop_duplicates dropna to_frame""",
    )
)
_GROUPED = frozenset(re.findall(r"\w+", "mean sum median min max std var count size nunique agg"))
_MODELS = frozenset(
    re.findall(
        r"\w+",
        """fit fit_transform transform predict predict_proba score fit_predict decision_function""",
    )
)
_SHOWS = {"print", "display", "len"}
_SPLITS = "sklearn.model_selection.train_test_split"
_PLOTS = ("matplotlib.", "seaborn.", "sklearn.metrics.", "sklearn.model_selection.cross_val")
_VALUES = ("numpy.array", "numpy.asarray", "numpy.mean", "numpy.sum", "numpy.unique", "numpy.where")


def check_labels_unread(code: Code, node: ast.expr) -> None:
    """Nothing, where no code reads the labels of what an expression holds.

    Raises LeftAloneError: when a line may read them.
    """
    _Labels(code).check(node)


def check_variable_unread(code: Code, statement: ast.stmt, but: ast.stmt) -> None:
    """Nothing, where no code reads the labels of the variables that a statement defines.

    The statement `but` is left out.

    Raises LeftAloneError: when a line may read them.
    """
    inside = set(ast.walk(but))
    _Labels(code).check_variables(statement, inside)


class _Labels:
    def __init__(self, code: Code) -> None:
        self._code = code
        self._seen: set[ast.AST] = set()

    def check(self, node: ast.AST) -> None:
        if node in self._seen:
            return
        self._seen.add(node)
        parent = self._code.parents[node]
        match parent:
            case ast.Expr() | ast.FormattedValue():
                return
            case ast.Assign(value=value) if value is node:
                self._check_assigned(parent)
            case ast.Subscript(value=value, ctx=ast.Load()) if value is node:
                self.check(parent)
            case ast.Subscript(value=value) if value is node:
                self._check_store(node, parent)
            case ast.Subscript(slice=part) if part is node:
                # A mask of the frame's own rows, whose labels are the same.
                self._check_own(node, parent)
                self.check(parent)
            case ast.Attribute():
                self._check_attribute(node, parent)
            case ast.BinOp() | ast.UnaryOp() | ast.Compare():
                self._check_own(node, parent)
                self.check(parent)
            case ast.Call():
                self._check_argument(node, parent)
            case ast.keyword():
                call = self._code.parents[parent]
                assert isinstance(call, ast.Call)
                self._check_argument(node, call)
            case ast.Tuple() if isinstance(self._code.parents[parent], ast.Expr):
                return
            case _:
                raise self._read(node)

    def check_variables(self, statement: ast.AST, inside: set[ast.AST]) -> None:
        for definition in self._code.flow.definitions:
            if definition.statement is statement:
                for use in definition.uses:
                    if use not in inside:
                        self.check(use)

    def _check_assigned(self, statement: ast.Assign) -> None:
        if all(isinstance(one, ast.Name | ast.Tuple | ast.List) for one in statement.targets):
            self.check_variables(statement, set())
            return
        # A column that is made of the frame's own columns has the same labels.
        target = statement.targets[0]
        own = {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}
        read = {one.id for one in ast.walk(statement.value) if isinstance(one, ast.Name)}
        is_own = all(name in own or self._is_imported(name) for name in read)
        if not isinstance(target, ast.Subscript) or not is_own:
            raise self._read(statement)

    def _check_own(self, node: ast.AST, operation: ast.AST) -> None:
        """What an operation brings together must have the same labels, or none."""
        own = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        for one in ast.walk(operation):
            if not isinstance(one, ast.Name) or one.id in own or self._is_imported(one.id):
                continue
            if value_type(self._code, one) is None:
                raise self._read(node)

    def _is_imported(self, name: str) -> bool:
        return any(
            isinstance(one.statement, ast.Import | ast.ImportFrom)
            for one in self._code.flow.definitions
            if one.name == name
        )

    def _check_store(self, node: ast.AST, target: ast.Subscript) -> None:
        statement = self._code.statement_of(target)
        if not isinstance(statement, ast.Assign):
            raise self._read(node)
        value = ast.unparse(statement.value)
        own = {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}
        read = {one.id for one in ast.walk(statement.value) if isinstance(one, ast.Name)}
        if not all(name in own or self._is_imported(name) for name in read) or ".index" in value:
            raise self._read(node)

    def _check_attribute(self, node: ast.AST, attribute: ast.Attribute) -> None:
        name = attribute.attr
        around = self._code.parents[attribute]
        is_called = isinstance(around, ast.Call) and around.func is attribute
        call = around if is_called else attribute
        if name in _ENDS:
            return
        if name == "groupby" and isinstance(call, ast.Call):
            self._check_grouped(call)
        elif name == "reset_index" and isinstance(call, ast.Call):
            if not any(one.arg == "drop" for one in call.keywords):
                raise self._read(node)
        elif name in ("to_csv", "to_dict") and isinstance(call, ast.Call):
            written = ast.unparse(call)
            if "index=False" not in written and "records" not in written:
                raise self._read(node)
        elif name in _KEEPS:
            self.check(call)
        else:
            raise self._read(node)

    def _check_grouped(self, call: ast.AST) -> None:
        """A group's results have the labels of the groups."""
        node = call
        while True:
            parent = self._code.parents[node]
            if isinstance(parent, ast.Subscript):
                node = parent
            elif isinstance(parent, ast.Attribute) and parent.attr in _GROUPED:
                return
            else:
                raise self._read(call)

    def _check_argument(self, node: ast.AST, call: ast.Call) -> None:
        if call.func is node:
            raise self._read(node)
        name = self._code.called(call) or ""
        if name == _SPLITS or name.startswith("pandas.get_dummies"):
            self.check(call)
        elif name.startswith((*_PLOTS, *_VALUES)):
            return
        elif name.startswith("numpy.") and len(call.args) == 1:
            self.check(call)
        elif isinstance(call.func, ast.Attribute) and call.func.attr in _MODELS:
            return
        elif not (isinstance(call.func, ast.Name) and call.func.id in _SHOWS):
            raise self._read(node)

    def _read(self, node: ast.AST) -> LeftAloneError:
        line = getattr(node, "lineno", 0)
        return LeftAloneError(
            f"line {line} may read the labels of the rows, which a query counts anew; put "
            ".reset_index(drop=True) behind the filter where they do not matter"
        )
