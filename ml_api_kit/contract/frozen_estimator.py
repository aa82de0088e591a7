"""The gate: an estimator is served as ONNX only where that answers as the estimator itself does."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from ml_api_kit.contract.answer_difference import Difference, difference
from ml_api_kit.contract.artifact_writing import Artifact, json_artifact, pickle_artifact
from ml_api_kit.contract.artifacts import Artifacts
from ml_api_kit.contract.onnx_conversion import INPUT_DTYPES, to_onnx, to_spec
from ml_api_kit.contract.onnx_estimator import OnnxAnswer, OnnxEstimator, OnnxSpec
from ml_api_kit.errors import ModelInputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_METHODS = ("predict", "predict_proba")
_ROWS_WITH_HOLES = 5
_FLOAT32_RESOLUTION = 1e-7


class Estimator(Protocol):
    """What a loaded estimator offers; `predict_proba` and `classes_` too if the original does."""

    def predict(self, rows: Any, /) -> NDArray[Any]:
        """The label or value of each row."""


@dataclass(frozen=True, slots=True)
class FreezeRecord:
    """What the gate found.

    Attributes:
        kept: `onnx` or `original`.
        reason: why, in a sentence.
        rows_compared: how many rows both answered.
        largest_difference: the largest relative difference between them, as `difference` measures
            it, for the graph that came nearest; None where none could be run.
        relative_tolerance: what it had to be within.
    """

    kept: Literal["onnx", "original"]
    reason: str
    rows_compared: int
    largest_difference: float | None
    relative_tolerance: float


@dataclass(frozen=True, slots=True)
class FrozenEstimator:
    """An estimator ready for `write_artifacts`: its files by name, and what the gate found."""

    artifacts: dict[str, Artifact]
    record: FreezeRecord


@dataclass(frozen=True, slots=True)
class _Trial:
    """One conversion tried: the graph and its spec where it could be run, and how it went."""

    input_dtype: str
    outcome: str
    is_equal: bool = False
    difference: Difference | None = None
    graph: bytes = b""
    spec: OnnxSpec | None = None


def freeze_estimator(
    estimator: Any,
    training_rows: ArrayLike,
    *,
    name: str = "estimator",
    relative_tolerance: float = 1e-9,
) -> FrozenEstimator:
    """A fitted `estimator` as artifacts: an ONNX graph where that answers equally, else a pickle.

    Both answer the `training_rows`, [rows, features], with `predict`, and `predict_proba` where
    there is one; where the original answers rows with missing features, also some of the rows with
    holes. Equal means that labels and integers are the same, and floats within
    `relative_tolerance`.

    What holds at 1e-9: linear models, neural networks, and trees and forests, which compute in
    float64 throughout. What does not: gradient boosting and others whose ONNX operators answer in
    float32, which differ by about 1e-7, and by more where a probability is small; the record says
    by how much, for you to allow where that is as good. Where all answers are labels they are the
    same on many rows whatever the arithmetic, so below a tolerance of 1e-7 such an estimator is
    kept as it is. Equality on the training rows is evidence for other rows, not proof.

    An estimator that was fitted on a data frame and is kept as it is wants a data frame again.

    Raises ArtifactError: when the original has to be kept and cannot be pickled.
    Raises ModelInputError: when the training rows are none, or not two-dimensional.

    >>> import numpy as np
    >>> from sklearn.linear_model import LinearRegression
    >>> rows = np.array([[0.0], [1.0], [2.0]])
    >>> frozen = freeze_estimator(LinearRegression().fit(rows, [1.0, 3.0, 5.0]), rows)
    >>> frozen.record.kept, sorted(frozen.artifacts)
    ('onnx', ['estimator.json', 'estimator.onnx'])
    """
    trials = _try_all(estimator, training_rows, relative_tolerance)
    equal = next((trial for trial in trials if trial.is_equal), None)
    nearest = _nearest(trials if equal is None else [equal])
    record = FreezeRecord(
        kept="original" if equal is None else "onnx",
        reason="; ".join(f"{trial.input_dtype}: {trial.outcome}" for trial in trials),
        rows_compared=0 if nearest is None else len(cast(Any, training_rows)),
        largest_difference=nearest,
        relative_tolerance=relative_tolerance,
    )
    document = asdict(record) | {"spec": asdict(equal.spec) if equal and equal.spec else None}
    kept = (
        {f"{name}.pickle": pickle_artifact(estimator)}
        if equal is None
        else {f"{name}.onnx": Artifact(equal.graph, "onnx")}
    )
    return FrozenEstimator({f"{name}.json": json_artifact(document), **kept}, record)


def load_estimator(artifacts: Artifacts, name: str = "estimator", *, threads: int = 1) -> Estimator:
    """The estimator frozen under `name`: an OnnxEstimator, or the original where that was kept.

    `threads` is how many an ONNX graph runs one call with.

    Raises ArtifactError: when it is not among the `artifacts`.
    """
    document = artifacts.json(f"{name}.json")
    if document["kept"] == "original":
        return cast(Estimator, artifacts.pickle(f"{name}.pickle"))
    spec = _from_json(document["spec"])
    return OnnxEstimator(artifacts.bytes(f"{name}.onnx"), spec, threads=threads)


def _from_json(spec: dict[str, Any]) -> OnnxSpec:
    answers = {
        method: OnnxAnswer(one["output"], one["dtype"], tuple(one["row_shape"]))
        for method, one in spec["answers"].items()
    }
    classes = None if spec["classes"] is None else tuple(spec["classes"])
    return OnnxSpec(**{**spec, "answers": answers, "classes": classes})


def _nearest(trials: list[_Trial]) -> float | None:
    found = [trial.difference.largest for trial in trials if trial.difference is not None]
    return min(found, default=None)


def _try_all(estimator: Any, training_rows: ArrayLike, relative_tolerance: float) -> list[_Trial]:
    """The conversions tried, up to the first that answers equally."""
    import numpy as np

    try:
        rows = np.asarray(training_rows, dtype=np.float64)
    except (TypeError, ValueError) as error:
        return [_Trial("input", f"the features are not all numbers ({_first_line(error)})")]
    if rows.ndim != 2 or rows.size == 0:
        raise ModelInputError(
            f"The training rows have the shape {rows.shape}, and need (rows, features)."
        )
    rows, accepts_missing = _with_holes(estimator, rows)
    expected = {
        method: np.asarray(_ask(estimator, method, rows))
        for method in _METHODS
        if hasattr(estimator, method)
    }
    trials: list[_Trial] = []
    for input_dtype in INPUT_DTYPES:
        trial = _try(estimator, rows, expected, input_dtype, accepts_missing, relative_tolerance)
        trials.append(trial)
        if trial.is_equal:
            break
    return trials


def _try(
    estimator: Any,
    rows: NDArray[Any],
    expected: dict[str, NDArray[Any]],
    input_dtype: str,
    accepts_missing: bool,
    relative_tolerance: float,
) -> _Trial:
    features = rows.shape[1]
    try:
        graph = to_onnx(estimator, features, input_dtype=input_dtype)
        spec = to_spec(
            estimator,
            expected,
            features=features,
            input_dtype=input_dtype,
            accepts_missing=accepts_missing,
        )
        found = _compare(OnnxEstimator(graph, spec), rows, expected)
    # Whatever the two libraries raise, which have no common root, means the same: the original
    # is kept, and the record says why.
    except Exception as error:  # noqa: BLE001
        return _Trial(input_dtype, f"not possible ({type(error).__name__}: {_first_line(error)})")
    has_floats = any(answers.dtype.kind == "f" for answers in expected.values())
    is_shown = relative_tolerance >= _FLOAT32_RESOLUTION or (
        has_floats and input_dtype == "float64"
    )
    is_equal = is_shown and found.is_within(relative_tolerance)
    outcome = _outcome(found, relative_tolerance, is_shown=is_shown)
    return _Trial(input_dtype, outcome, is_equal, found, graph, spec)


def _compare(
    graph: OnnxEstimator, rows: NDArray[Any], expected: dict[str, NDArray[Any]]
) -> Difference:
    """How far the graph is from what is expected, for all rows and for the first alone."""
    each = []
    for method, answers in expected.items():
        ask = getattr(graph, method)
        each += [difference(answers, ask(rows)), difference(answers[:1], ask(rows[:1]))]
    return Difference(max(one.largest for one in each), sum(one.unequal for one in each))


def _outcome(found: Difference, relative_tolerance: float, *, is_shown: bool) -> str:
    if found.is_within(relative_tolerance) and not is_shown:
        return f"equal answers, which do not show that it computes to {relative_tolerance:.1e}"
    if found.is_within(relative_tolerance):
        return f"equal answers (largest relative difference {found.largest:.1e})"
    if found.unequal:
        return f"{found.unequal} answers are not equal"
    return f"answers differ by up to {found.largest:.1e}, more than {relative_tolerance:.1e}"


def _with_holes(estimator: Any, rows: NDArray[Any]) -> tuple[NDArray[Any], bool]:
    """The rows to compare, and whether the estimator answers rows with missing features."""
    import numpy as np

    holes = np.repeat(rows[:_ROWS_WITH_HOLES], rows.shape[1], axis=0)
    holes[np.arange(len(holes)), np.arange(len(holes)) % rows.shape[1]] = np.nan
    try:
        _ask(estimator, "predict", holes)
    except ValueError:
        return rows, False
    return np.concatenate([rows, holes]), True


def _ask(estimator: Any, method: str, rows: NDArray[Any]) -> Any:
    names = getattr(estimator, "feature_names_in_", None)
    if names is None:
        return getattr(estimator, method)(rows)
    import pandas as pd

    return getattr(estimator, method)(pd.DataFrame(rows, columns=list(names)))


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0][:200]
