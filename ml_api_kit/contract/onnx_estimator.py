"""An estimator that ONNX Runtime runs, with NumPy but neither scikit-learn nor pandas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ml_api_kit.errors import ModelInputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class OnnxAnswer:
    """What a method answers: the graph's `output`, its NumPy `dtype`, the shape for one row."""

    output: str
    dtype: str
    row_shape: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OnnxSpec:
    """How a graph stands for an estimator.

    Attributes:
        features: the number of features, the width of the two-dimensional input.
        input_dtype: `float64`, or `float32` where the graph was converted so.
        accepts_missing: whether the original answers rows with missing features, and so does this.
        answers: what each method answers, by its name.
        classes: the labels in the order of the columns of `predict_proba`, or None for a regressor.
    """

    features: int
    input_dtype: str
    accepts_missing: bool
    answers: dict[str, OnnxAnswer]
    classes: tuple[Any, ...] | None = None


class OnnxEstimator:
    """A graph with the `predict` and `predict_proba` of the estimator it was made of.

    It refuses what scikit-learn refuses: features that are infinite, missing ones where the
    original takes none, no rows, another number of features. Threads may share it.
    """

    def __init__(self, graph: bytes, spec: OnnxSpec, *, threads: int = 1) -> None:
        """Make ready to run the `graph` with `threads` threads to one call.

        One is best for a server, whose workers are many already.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors, which are raised too; a warning helps no request
        self._session = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )
        self._spec = spec

    @property
    def classes_(self) -> NDArray[Any]:
        """The labels, in the order of the columns of `predict_proba`; a regressor has none.

        Raises AttributeError: when the estimator is no classifier, as scikit-learn has it.
        """
        import numpy as np

        if self._spec.classes is None:
            raise AttributeError("A regressor has no classes_.")
        return np.array(self._spec.classes, dtype=self._spec.answers["predict"].dtype)

    def predict(self, rows: ArrayLike) -> NDArray[Any]:
        """The label or value of each row, for `rows` of [rows, features].

        Raises ModelInputError: when scikit-learn would not answer such rows either.
        """
        return self._run("predict", rows)

    @property
    def predict_proba(self) -> Callable[[ArrayLike], NDArray[Any]]:
        """The method that gives the probability of each class for each row, [rows, classes].

        The classes are in the order of `classes_`.

        Raises AttributeError: when the original has no `predict_proba`, so that `hasattr` tells.
        """
        if "predict_proba" not in self._spec.answers:
            raise AttributeError("This estimator has no predict_proba.")
        return partial(self._run, "predict_proba")

    def _run(self, method: str, rows: ArrayLike) -> NDArray[Any]:
        answer = self._spec.answers[method]
        features = self._checked(rows)
        (found,) = self._session.run([answer.output], {"X": features})
        shaped: NDArray[Any] = found.reshape((len(features), *answer.row_shape))
        return shaped.astype(answer.dtype, copy=False)

    def _checked(self, rows: ArrayLike) -> NDArray[Any]:
        import numpy as np

        try:
            wide = np.asarray(rows, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise ModelInputError(f"The features are not all numbers: {error}.") from error
        if wide.ndim != 2 or wide.shape[0] == 0 or wide.shape[1] != self._spec.features:
            raise ModelInputError(
                f"The features have the shape {wide.shape}, and need (rows, {self._spec.features}) "
                "with at least one row."
            )
        if not np.isfinite(wide).all():
            self._refuse_not_finite(wide)
        return wide.astype(self._spec.input_dtype, copy=False)

    def _refuse_not_finite(self, wide: NDArray[Any]) -> None:
        import numpy as np

        refused = np.isinf(wide) if self._spec.accepts_missing else ~np.isfinite(wide)
        places = np.argwhere(refused)
        if len(places):
            row, feature = (int(each) for each in places[0])
            raise ModelInputError(
                f"Row {row}, feature {feature} is {wide[row, feature]}. Fill in what is missing "
                "before the model is asked; the original estimator refuses it too."
            )
