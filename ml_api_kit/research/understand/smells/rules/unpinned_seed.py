"""Random choices come out differently at every run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ml_api_kit.research.understand.evidence import Called, Evidence, Place

WHY = "A second run gives another model, and nobody can tell whether a change made it better."
ADVICE = "Give it a fixed random_state (or seed), and keep it."

# fmt: off
_RANDOM = frozenset(
    {
        "ADASYN", "AdaBoostClassifier", "AdaBoostRegressor", "BaggingClassifier",
        "BaggingRegressor", "DecisionTreeClassifier", "DecisionTreeRegressor",
        "ExtraTreeClassifier", "ExtraTreeRegressor", "ExtraTreesClassifier",
        "ExtraTreesRegressor", "GaussianMixture", "GradientBoostingClassifier",
        "GradientBoostingRegressor", "GroupShuffleSplit", "IsolationForest", "KMeans",
        "MLPClassifier", "MLPRegressor", "MiniBatchKMeans", "NMF", "Perceptron",
        "RandomForestClassifier", "RandomForestRegressor", "RandomOverSampler",
        "RandomUnderSampler", "RandomizedSearchCV", "RepeatedKFold", "RepeatedStratifiedKFold",
        "SGDClassifier", "SGDRegressor", "SMOTE", "ShuffleSplit", "StratifiedShuffleSplit",
        "TSNE", "TruncatedSVD", "train_test_split",
    }
)
_IF_SHUFFLED = frozenset({"KFold", "StratifiedKFold", "StratifiedGroupKFold"})
_NUMPY_DRAWS = frozenset(
    {
        "binomial", "bytes", "choice", "exponential", "gamma", "integers", "laplace",
        "multivariate_normal", "normal", "permutation", "poisson", "rand", "randint", "randn",
        "random", "random_sample", "sample", "shuffle", "standard_normal", "uniform",
    }
)
_PYTHON_DRAWS = frozenset(
    {"choice", "choices", "gauss", "randint", "random", "randrange", "sample", "shuffle", "uniform"}
)
# fmt: on


def find(evidence: Evidence) -> Iterator[Place]:
    """Each call that draws, and that neither its own seed nor one set before it pins."""
    for call in evidence.calls:
        what, seed = _draws(evidence, call)
        if what and not _is_seeded(evidence, call, seed):
            yield evidence.at(call.place, call.node, what)


def _draws(evidence: Evidence, call: Called) -> tuple[str, str]:
    """What a call draws without a seed of its own, and the function that would pin it."""
    if call.name.startswith("random."):
        is_draw = call.last in _PYTHON_DRAWS and call.name.count(".") == 1
        return (f"`{call.name}` without random.seed", "random.seed") if is_draw else ("", "")
    if call.name.startswith("numpy.random."):
        return _numpy_draw(call)
    if call.has_unknown_keywords or _is_pinned(call.keyword("random_state")):
        return "", ""
    if call.receiver and call.receiver not in evidence.aliases and call.last != "sample":
        return "", ""  # another library's, of the same name
    seed = "numpy.random.seed"
    if call.last in _RANDOM:
        is_split = call.last == "train_test_split"
        if is_split and _is_constant(call.keyword("shuffle"), False):
            return "", ""
        return f"{call.last} without random_state", seed
    if call.last in _IF_SHUFFLED and _is_constant(call.keyword("shuffle"), True):
        return f"{call.last} shuffles without random_state", seed
    if call.name == "sklearn.utils.shuffle":
        return "shuffle without random_state", seed
    if call.last == "sample" and isinstance(call.node.func, ast.Attribute):
        return _table_sample(evidence, call, seed)
    return "", ""


def _table_sample(evidence: Evidence, call: Called, seed: str) -> tuple[str, str]:
    """A `sample` of a table; `random.sample` and other libraries' are not meant."""
    root = call.name.partition(".")[0]
    is_module = root in {name.partition(".")[0] for name in evidence.aliases.values()}
    is_table = call.keyword("frac") or call.keyword("n") or len(call.node.args) <= 1
    is_only_shown = isinstance(evidence.trees[call.place].body[0], ast.Expr)
    if is_module or not is_table or call.owner or is_only_shown:
        return "", ""
    return "sample without random_state", seed


def _numpy_draw(call: Called) -> tuple[str, str]:
    if call.last in ("default_rng", "RandomState"):
        if call.node.args or call.node.keywords:
            return "", ""
        return f"{call.last} without a seed", ""
    is_draw = call.name.count(".") == 2 and call.last in _NUMPY_DRAWS
    return (
        (f"`{call.name}` without numpy.random.seed", "numpy.random.seed") if is_draw else ("", "")
    )


def _is_pinned(value: ast.expr | None) -> bool:
    return value is not None and not _is_constant(value, None)


def _is_constant(value: ast.expr | None, constant: object) -> bool:
    return isinstance(value, ast.Constant) and value.value is constant


def _is_seeded(evidence: Evidence, call: Called, seed: str) -> bool:
    """Whether a seed was set before; for what a function does, anywhere at all."""
    return any(
        one.name == seed and one.node.args and (one.place <= call.place or not call.is_now)
        for one in evidence.calls
    )
