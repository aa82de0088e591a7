"""A fitted estimator turned into an ONNX graph, and the spec by which the graph stands for it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from ml_api_kit.contract.exact_trees import tree_converters, tree_shape_calculators
from ml_api_kit.contract.onnx_estimator import OnnxAnswer, OnnxSpec

if TYPE_CHECKING:
    from numpy.typing import NDArray

INPUT_DTYPES = ("float64", "float32")
"""The input dtypes worth trying, the better first: some operators are there in float32 only."""


def to_onnx(estimator: Any, features: int, *, input_dtype: str) -> bytes:
    """The graph of a fitted `estimator` whose input X is [rows, features] of `input_dtype`.

    Raises Exception: whatever skl2onnx raises for an estimator that it cannot convert; it has no
        root.
    """
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType

    tensor = DoubleTensorType if input_dtype == "float64" else FloatTensorType
    exact = input_dtype == "float64"
    with warnings.catch_warnings():
        # That the converters read deprecated attributes is theirs to mend, not the caller's.
        warnings.simplefilter("ignore", FutureWarning)
        graph = convert_sklearn(
            estimator,
            initial_types=[("X", tensor([None, features]))],
            # Without this, probabilities come as a list of dicts, slowly.
            options={"zipmap": False} if hasattr(estimator, "predict_proba") else None,
            custom_conversion_functions=tree_converters() if exact else None,
            custom_shape_calculators=tree_shape_calculators() if exact else None,
        )
    content: bytes = graph.SerializeToString()
    return content


def to_spec(
    estimator: Any,
    expected: dict[str, NDArray[Any]],
    *,
    features: int,
    input_dtype: str,
    accepts_missing: bool,
) -> OnnxSpec:
    """How the graph of `estimator` stands for it, given its `expected` answers by method."""
    outputs = _outputs(estimator)
    classes = getattr(estimator, "classes_", None)
    return OnnxSpec(
        features=features,
        input_dtype=input_dtype,
        accepts_missing=accepts_missing,
        answers={
            method: OnnxAnswer(outputs[method], answers.dtype.str, answers.shape[1:])
            for method, answers in expected.items()
        },
        classes=None if classes is None else tuple(classes.tolist()),
    )


def _outputs(estimator: Any) -> dict[str, str]:
    # The names that skl2onnx gives the outputs of classifiers and of regressors.
    if hasattr(estimator, "classes_"):
        return {"predict": "label", "predict_proba": "probabilities"}
    return {"predict": "variable"}
