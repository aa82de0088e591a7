"""What each statement of research code is for, with the reason in words.

1. by form:  imports, functions, classes and constants support the rest
2. by calls: what is called, resolved through imports, says what is done
3. by use:   what production needs is no exploration, whatever it looks like
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ml_api_kit.research.source.code import ResearchCode, Statement
from ml_api_kit.research.understand import vocabulary as words
from ml_api_kit.research.understand.category import Category
from ml_api_kit.research.understand.names import called, full_name, import_aliases
from ml_api_kit.research.understand.use import readers, use_of

Judged = tuple[Category, str]


@dataclass(frozen=True, slots=True)
class Understood:
    """A statement, what it is for, and why that is said."""

    statement: Statement
    category: Category
    reason: str


def categorize(
    code: ResearchCode,
    *,
    facts: Mapping[Any, Any] | None = None,
    production: Collection[int] = (),
) -> tuple[Understood, ...]:
    """The category of every statement.

    `production` holds the numbers of the statements that the served model was found to need while
    the code ran; these are never exploration or export. `facts` is what the run recorded.
    """
    trees = [ast.parse(statement.text) for statement in code.statements]
    aliases = import_aliases(trees)
    judged = [judge(tree, aliases) for tree in trees]
    judged = _by_use(trees, judged)
    made = []
    for statement, tree, (category, reason) in zip(code.statements, trees, judged, strict=True):
        if statement.number in production:
            category, reason = _needed(tree, aliases, category, reason)
        made.append(Understood(statement, category, reason))
    return tuple(made)


def categorize_snippet(source: str) -> Category:
    """The category of several statements together: that of the one that matters most.

    Raises SyntaxError: when the source is no valid Python.
    """
    tree = ast.parse(source)
    aliases = import_aliases([tree])
    trees = [ast.Module([node], []) for node in tree.body]
    judged = [category for category, _ in _by_use(trees, [judge(one, aliases) for one in trees])]
    return _together(judged)


def _together(judged: Sequence[Category]) -> Category:
    """What several statements are for: to change data in order to draw it is to draw."""
    counts = {one: judged.count(one) for one in judged}
    shown = counts.get(Category.EXPLORATION, 0)
    changed = counts.get(Category.PREPROCESSING, 0)
    only_these = {Category.EXPLORATION, Category.PREPROCESSING, Category.SUPPORT}
    if set(counts) <= only_these and shown > 2 * changed > 0:
        return Category.EXPLORATION
    return _strongest(judged)


def _by_use(trees: Sequence[ast.Module], judged: Sequence[Judged]) -> list[Judged]:
    """What is made only to be looked at is exploration itself, from the last statement back."""
    uses = [use_of(tree) for tree in trees]
    made = list(judged)
    for place in reversed(range(len(trees))):
        category, _ = made[place]
        if category is not Category.PREPROCESSING or uses[place].changes:
            continue
        if not uses[place].defines or uses[place].defines & uses[place].reads:
            continue
        read_by = readers(uses, place)
        if read_by and all(made[one][0] is Category.EXPLORATION for one in read_by):
            made[place] = Category.EXPLORATION, "is made only to be looked at"
    return made


def judge(tree: ast.Module, aliases: dict[str, str]) -> Judged:
    """The category of one statement, and the reason."""
    node = tree.body[0]
    by_form = _by_form(node)
    if by_form is not None:
        return by_form
    if isinstance(node, ast.For | ast.While | ast.If | ast.With | ast.Try):
        return _block(node, aliases)
    calls = called(node, aliases)
    tuned = _tuned_with(node)
    if tuned is not None:
        return tuned
    if not isinstance(node, ast.Expr) and _is_submission(node):
        return Category.EXPORT, "prepares what is handed in"
    by_calls = _by_calls(node, calls, aliases)
    if by_calls is not None:
        return by_calls
    if isinstance(node, ast.Expr):
        return Category.EXPLORATION, "shows a value"
    return _assignment(node)


def _by_form(node: ast.stmt) -> Judged | None:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return Category.SUPPORT, "imports a library"
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return Category.SUPPORT, f"defines {node.name}"
    if isinstance(node, ast.Pass | ast.Assert | ast.Global):
        return Category.SUPPORT, "does nothing to the data"
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return Category.SUPPORT, "is a note"
    return None


def _by_calls(node: ast.stmt, calls: list[str], aliases: dict[str, str]) -> Judged | None:
    lasts = [name.rpartition(".")[2] for name in calls]
    is_shown = isinstance(node, ast.Expr)
    for test in (_exported, _fitted, _read):
        found = test(calls, lasts)
        if found is not None:
            return found
    if is_shown:
        shown = _shown(node, calls, lasts, aliases)
        if shown is not None:
            return shown
    for test in (_modelled, _renamed, _plotted, _set, _preprocessed):
        found = test(calls, lasts)
        if found is not None:
            return found
    return None


def _exported(calls: list[str], lasts: list[str]) -> Judged | None:
    for full, last in zip(calls, lasts, strict=True):
        if last in words.SAVED_MODELS:
            return Category.ML, f"keeps a model: {full}"
        if last in words.EXPORTS and not full.startswith("numpy.savez"):
            return Category.EXPORT, f"writes a file: {full}"
    return None


def _fitted(calls: list[str], lasts: list[str]) -> Judged | None:
    for full, last in zip(calls, lasts, strict=True):
        owner = full.split(".")[-2] if "." in full else ""
        if (
            last in words.FITS
            and owner not in words.PREPROCESSING_CLASSES
            and not _is_scaler(owner)
        ):
            return Category.ML, f"fits a model: {full}"
        if last in words.TUNES or last in words.ASKS:
            return Category.ML, f"asks or tunes a model: {full}"
    return None


def _is_scaler(owner: str) -> bool:
    return any(
        word in owner.lower()
        for word in (
            "scaler",
            "encoder",
            "imputer",
            "le",
            "tokenizer",
            "vectorizer",
            "pca",
            "sc",
            "preprocessor",
            "ohe",
            "smote",
            "sampler",
        )
    ) and (
        owner.lower() not in ("selected_model", "ensemble", "tree_reg", "rfe_model")
        and "model" not in owner.lower()
    )


def _read(calls: list[str], lasts: list[str]) -> Judged | None:
    for full, last in zip(calls, lasts, strict=True):
        if last in words.READS or last.startswith(words.READ_PREFIXES):
            return Category.PREPARATION, f"reads data: {full}"
        if full in ("open", "pickle.load", "joblib.load", "numpy.load", "json.load"):
            is_model = full in ("pickle.load", "joblib.load")
            return (
                (Category.ML, f"loads a model: {full}")
                if is_model
                else (Category.PREPARATION, f"reads a file: {full}")
            )
    return None


def _shown(
    node: ast.stmt, calls: list[str], lasts: list[str], aliases: dict[str, str]
) -> Judged | None:
    """An expression whose value is shown, unless it changes something."""
    assert isinstance(node, ast.Expr)
    for full, last in zip(calls, lasts, strict=True):
        if last in words.METRICS:
            return Category.ML, f"measures a model: {full}"
    changes = _in_place(node)
    if changes is not None:
        return changes
    for full, last in zip(calls, lasts, strict=True):
        if full.startswith(words.PLOT_LIBRARIES) and last not in words.SETTINGS:
            return Category.EXPLORATION, f"draws: {full}"
    for full, last in zip(calls, lasts, strict=True):
        if last in words.SETTINGS or full.startswith(("warnings.", "os.", "gc.", "random.seed")):
            return Category.SUPPORT, f"sets the stage: {full}"
    for full, last in zip(calls, lasts, strict=True):
        if full.startswith(words.ML_LIBRARIES) and not full.endswith(("Display",)):
            return Category.ML, f"models: {full}"
        if last == "add" and full.count(".") == 1 and "model" in full:
            return Category.ML, f"builds a model: {full}"
    if lasts and (lasts[0] in words.LOOKS | words.PLOTS or lasts[0] in ("print", "display")):
        return Category.EXPLORATION, f"shows a value: {calls[0]}"
    if not calls:
        name = full_name(node.value, aliases)
        if name.rpartition(".")[2] in words.TUNES:
            return Category.ML, f"shows what was found: {name}"
        return Category.EXPLORATION, "shows a value"
    if lasts[0] in ("append", "extend", "update", "remove", "insert"):
        return Category.PREPROCESSING, f"changes a collection: {calls[0]}"
    return Category.EXPLORATION, f"shows a value: {calls[0]}"


def _in_place(node: ast.Expr) -> Judged | None:
    """A call that changes a table in place."""
    for call in ast.walk(node):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        is_in_place = any(
            one.arg == "inplace" and isinstance(one.value, ast.Constant) and one.value.value is True
            for one in call.keywords
        )
        if is_in_place and call.func.attr in words.RENAMES:
            return Category.PREPARATION, "renames columns"
        if is_in_place or call.func.attr in ("insert", "pop"):
            return Category.PREPROCESSING, f"changes the table in place: {call.func.attr}"
    return None


def _modelled(calls: list[str], lasts: list[str]) -> Judged | None:
    for full, last in zip(calls, lasts, strict=True):
        if last in words.METRICS:
            return Category.ML, f"measures a model: {full}"
    if any(last in words.PREPROCESSING_CLASSES for last in lasts) and not any(
        last.endswith(words.MODEL_CLASSES) for last in lasts
    ):
        return Category.PREPROCESSING, f"makes what changes features: {calls[0]}"
    for full, last in zip(calls, lasts, strict=True):
        if last in ("train_test_split", "fit_transform"):
            return Category.PREPROCESSING, f"changes or splits the data: {full}"
        if full.startswith(words.ML_LIBRARIES) or last.endswith(words.MODEL_CLASSES):
            return Category.ML, f"models: {full}"
    return None


def _renamed(calls: list[str], lasts: list[str]) -> Judged | None:
    if lasts and lasts[0] in words.RENAMES:
        return Category.PREPARATION, f"renames columns: {calls[0]}"
    return None


def _plotted(calls: list[str], lasts: list[str]) -> Judged | None:
    if any(name.partition(".")[0].rstrip("0123456789") in _FIGURES for name in calls):
        return Category.EXPLORATION, f"draws: {calls[0]}"
    for full, last in zip(calls, lasts, strict=True):
        if full.startswith(words.PLOT_LIBRARIES):
            is_setting = last in words.SETTINGS
            return (Category.SUPPORT if is_setting else Category.EXPLORATION), f"draws: {full}"
    return None


_FIGURES = ("ax", "fig", "axes", "axs", "figure", "g", "plt", "sns", "px", "go", "graph", "axis")


def _set(calls: list[str], lasts: list[str]) -> Judged | None:
    for full, last in zip(calls, lasts, strict=True):
        if last in words.SETTINGS or full.startswith(("os.", "glob.", "gc.", "warnings.")):
            return Category.SUPPORT, f"sets the stage: {full}"
    return None


def _preprocessed(calls: list[str], lasts: list[str]) -> Judged | None:
    if lasts and lasts[0] in ("corr", "cov", "describe", "value_counts", "nunique"):
        return Category.EXPLORATION, f"sums up the data: {calls[0]}"
    for full, last in zip(calls, lasts, strict=True):
        if full in ("join", "replace"):  # of a text that is written out
            continue
        if last in words.PREPROCESSING_CALLS:
            return Category.PREPROCESSING, f"changes the data: {full}"
    return None


def _assignment(node: ast.stmt) -> Judged:
    """An assignment without a call that says what it is for."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
    value = getattr(node, "value", None)
    if any(isinstance(target, ast.Attribute) and target.attr == "columns" for target in targets):
        return Category.PREPARATION, "renames columns"
    if isinstance(node, ast.Delete):
        return Category.PREPROCESSING, "deletes a variable or a column"
    if any(isinstance(target, ast.Subscript | ast.Attribute) for target in targets):
        return Category.PREPROCESSING, "stores into a table"
    if value is not None and _is_plain(value):
        names = " ".join(ast.unparse(target) for target in targets).lower()
        if any(
            word in names for word in ("param", "grid", "space", "estimators", "epochs", "batch")
        ):
            return Category.ML, "sets what a model is tuned with"
        return Category.SUPPORT, "names a constant"
    return Category.PREPROCESSING, "computes from the data"


def _tuned_with(node: ast.stmt) -> Judged | None:
    """Whether a statement says what models are tuned with, or collects models."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        name = node.targets[0].id.lower()
        is_listed = isinstance(node.value, ast.Dict | ast.List) or (
            isinstance(node.value, ast.Call) and full_name(node.value.func, {}) == "range"
        )
        if is_listed and any(word in name for word in ("param", "grid", "hyper", "classifiers")):
            return Category.ML, "sets what a model is tuned with"
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        name = full_name(node.value.func, {}).lower()
        if name.endswith(".append") and any(
            word in name for word in ("model", "classif", "regress", "estimators")
        ):
            return Category.ML, f"collects models: {name}"
    return None


def _is_submission(node: ast.stmt) -> bool:
    """Whether an assignment is to a table that is handed in, as competitions ask for."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    names = [full_name(target, {}).partition(".")[0].lower() for target in targets]
    return any(name in _SUBMISSIONS or "submi" in name for name in names) and not any(
        isinstance(inner, ast.Call) and full_name(inner.func, {}).endswith("read_csv")
        for inner in ast.walk(node)
    )


_SUBMISSIONS = ("sub", "subm", "output", "sample_sub")


def _is_plain(value: ast.expr) -> bool:
    return not any(
        isinstance(inner, ast.Call | ast.Subscript | ast.Name | ast.Attribute | ast.BinOp)
        for inner in ast.walk(value)
    )


def _block(node: ast.stmt, aliases: dict[str, str]) -> Judged:
    """A loop or a condition is for what the strongest of its statements is for."""
    inner: list[Judged] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            inner.append(judge(ast.Module([child], []), aliases))
        elif isinstance(child, ast.ExceptHandler):
            inner += [judge(ast.Module([one], []), aliases) for one in child.body]
    if isinstance(node, ast.With):
        header = [full_name(item.context_expr, aliases) for item in node.items]
        if any(name == "open" for name in header) and not inner:
            return Category.PREPARATION, "opens a file"
    if isinstance(node, ast.For) and full_name(node.iter, aliases).startswith("os."):
        return Category.SUPPORT, "lists files"
    if not inner:
        return Category.SUPPORT, "does nothing to the data"
    strongest = _strongest([category for category, _ in inner])
    reason = next(reason for category, reason in inner if category is strongest)
    return strongest, f"in a block: {reason}"


_STRENGTH = (
    Category.EXPORT,
    Category.ML,
    Category.PREPARATION,
    Category.PREPROCESSING,
    Category.EXPLORATION,
    Category.SUPPORT,
)


def _strongest(judged: Sequence[Category]) -> Category:
    return next((one for one in _STRENGTH if one in judged), Category.SUPPORT)


def _needed(tree: ast.Module, aliases: dict[str, str], category: Category, reason: str) -> Judged:
    """The category of a statement that production needs: never exploration or export."""
    if category not in (Category.EXPLORATION, Category.EXPORT):
        return category, reason
    calls = called(tree, aliases)
    lasts = [name.rpartition(".")[2] for name in calls]
    for test in (_fitted, _read, _modelled, _renamed):
        found = test(calls, lasts)
        if found is not None:
            return found[0], f"{found[1]}; the model needs it"
    return Category.PREPROCESSING, "its result is needed by the model"
