"""Trees and forests as ONNX graphs that answer in float64, as scikit-learn does.

ONNX has tree operators whose answers are float32 and whose standard conversion, asked with float64,
sends a row down another branch than scikit-learn does, which rounds features to float32 and
compares them with float64 thresholds. Here the tree operator only finds each tree's leaf; the
answer is made of the leaves' own float64 values:

    X ─ Cast float32 ─ TreeEnsembleRegressor ─ Cast int64 ─ Gather leaf values ─ ReduceSum ─ Div
        (as sklearn)   (number of the leaf)                 [rows, trees, width]  over trees

A feature x in float32 is <= a threshold t in float64 exactly when it is <= the greatest float32
that is <= t, so the branches are the same for every input, not only for the rows that were
compared.

Source: ONNX operators ai.onnx.ml.TreeEnsembleRegressor 3, ai.onnx 13; scikit-learn's Tree.apply.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ONNX_OPSET = 13
_TREES_OPSET = 3
_EXACT_FLOAT32_INTEGERS = 2**24
_NO_CHILD = -1

Converter = Callable[[Any, Any, Any], None]
ShapeCalculator = Callable[[Any], None]


def tree_converters() -> dict[type, Converter]:
    """The converters that skl2onnx is to use, by estimator class."""
    classifiers, regressors = _tree_classes()
    return dict.fromkeys(classifiers, _convert_classifier) | dict.fromkeys(
        regressors, _convert_regressor
    )


def tree_shape_calculators() -> dict[type, ShapeCalculator]:
    """The functions that tell skl2onnx what these converters put out, by estimator class."""
    classifiers, regressors = _tree_classes()
    return dict.fromkeys(classifiers, _classifier_shape) | dict.fromkeys(
        regressors, _regressor_shape
    )


def _tree_classes() -> tuple[tuple[type, ...], tuple[type, ...]]:
    from sklearn import ensemble, tree

    return (
        (
            ensemble.ExtraTreesClassifier,
            ensemble.RandomForestClassifier,
            tree.DecisionTreeClassifier,
            tree.ExtraTreeClassifier,
        ),
        (
            ensemble.ExtraTreesRegressor,
            ensemble.RandomForestRegressor,
            tree.DecisionTreeRegressor,
            tree.ExtraTreeRegressor,
        ),
    )


def _classifier_shape(operator: Any) -> None:
    from skl2onnx.common.data_types import DoubleTensorType, Int64TensorType, StringTensorType

    _refuse_many_outputs(operator.raw_operator)
    rows = operator.inputs[0].get_first_dimension()
    classes = operator.raw_operator.classes_
    label = Int64TensorType if classes.dtype.kind in "biu" else StringTensorType
    operator.outputs[0].type = label([rows])
    operator.outputs[1].type = DoubleTensorType([rows, len(classes)])


def _regressor_shape(operator: Any) -> None:
    from skl2onnx.common.data_types import DoubleTensorType

    _refuse_many_outputs(operator.raw_operator)
    rows = operator.inputs[0].get_first_dimension()
    operator.outputs[0].type = DoubleTensorType([rows, 1])


def _refuse_many_outputs(estimator: Any) -> None:
    if estimator.n_outputs_ != 1:
        raise NotImplementedError(f"trees with {estimator.n_outputs_} outputs")


def _convert_regressor(scope: Any, operator: Any, container: Any) -> None:
    _Graph(scope, container).mean_of_leaves(operator, operator.outputs[0].full_name)


def _convert_classifier(scope: Any, operator: Any, container: Any) -> None:
    graph = _Graph(scope, container)
    label, probabilities = (output.full_name for output in operator.outputs)
    graph.mean_of_leaves(operator, probabilities)
    classes = operator.raw_operator.classes_
    # The first of the most probable, as numpy.argmax has it.
    best = graph.add("ArgMax", [probabilities], axis=1, keepdims=0)
    graph.add("Gather", [graph.labels(classes), best], output=label, axis=0)


class _Graph:
    """The graph under construction: unique names, and nodes added one after another."""

    def __init__(self, scope: Any, container: Any) -> None:
        self._scope = scope
        self._container = container

    def mean_of_leaves(self, operator: Any, output: str) -> None:
        from onnx import TensorProto

        estimator = operator.raw_operator
        trees = [each.tree_ for each in getattr(estimator, "estimators_", [estimator])]
        features = self.add("Cast", [operator.inputs[0].full_name], to=TensorProto.FLOAT)
        numbers = self.add(
            "TreeEnsembleRegressor", [features], domain="ai.onnx.ml", **_leaf_numbers(trees)
        )
        leaves = self.add("Cast", [numbers], to=TensorProto.INT64)
        values = self.add("Gather", [self._floats(_leaf_values(trees)), leaves], axis=0)
        axis = self._name("axis")
        self._container.add_initializer(axis, TensorProto.INT64, [1], [1])
        total = self.add("ReduceSum", [values, axis], keepdims=0)
        self.add("Div", [total, self._floats(_scalar(len(trees)))], output=output)

    def labels(self, classes: NDArray[Any]) -> str:
        from onnx import TensorProto

        name = self._name("classes")
        if classes.dtype.kind in "biu":
            numbers = [int(label) for label in classes]
            self._container.add_initializer(name, TensorProto.INT64, [len(numbers)], numbers)
        else:
            texts = [_text(label).encode() for label in classes]
            self._container.add_initializer(name, TensorProto.STRING, [len(texts)], texts)
        return name

    def add(
        self,
        operation: str,
        inputs: list[str],
        *,
        output: str | None = None,
        domain: str = "",
        **attributes: Any,
    ) -> str:
        name = output or self._name(operation.lower())
        self._container.add_node(
            operation,
            inputs,
            [name],
            op_domain=domain,
            op_version=_TREES_OPSET if domain else _ONNX_OPSET,
            name=self._scope.get_unique_operator_name(operation),
            **attributes,
        )
        return name

    def _floats(self, values: NDArray[np.float64]) -> str:
        from onnx import TensorProto

        name = self._name("values")
        self._container.add_initializer(
            name, TensorProto.DOUBLE, list(values.shape), values.ravel().tolist()
        )
        return name

    def _name(self, hint: str) -> str:
        return str(self._scope.get_unique_variable_name(hint))


def _text(label: Any) -> str:
    if not isinstance(label, str):
        raise NotImplementedError(f"labels that are {type(label).__name__}")
    return label


def _scalar(value: float) -> NDArray[np.float64]:
    import numpy as np

    return np.array(value, dtype=np.float64)


def _leaf_values(trees: list[Any]) -> NDArray[np.float64]:
    """The value of every leaf, tree after tree: [leaves, classes], a regressor's [leaves, 1]."""
    import numpy as np

    return np.concatenate([tree.value[tree.children_left == _NO_CHILD, 0, :] for tree in trees])


def _leaf_numbers(trees: list[Any]) -> dict[str, Any]:
    """The attributes of an ensemble that gives the number of the leaf a row is in, by tree."""
    leaves = sum(tree.n_leaves for tree in trees)
    if leaves > _EXACT_FLOAT32_INTEGERS:
        raise NotImplementedError(f"{leaves} leaves, more than float32 can number")
    attributes: dict[str, Any] = {
        "n_targets": len(trees),
        "aggregate_function": "SUM",
        "post_transform": "NONE",
    }
    first = 0
    for index, tree in enumerate(trees):
        for name, values in _tree_attributes(index, tree, first).items():
            attributes.setdefault(name, []).extend(values.tolist())
        first += tree.n_leaves
    return attributes


def _tree_attributes(index: int, tree: Any, first: int) -> dict[str, NDArray[Any]]:
    import numpy as np

    is_leaf = tree.children_left == _NO_CHILD
    leaves = np.flatnonzero(is_leaf)

    def of_branches(values: NDArray[Any]) -> NDArray[Any]:
        return np.where(is_leaf, 0, values)

    return {
        "nodes_treeids": np.full(tree.node_count, index),
        "nodes_nodeids": np.arange(tree.node_count),
        "nodes_featureids": of_branches(tree.feature),
        "nodes_values": of_branches(_greatest_float32(tree.threshold)),
        "nodes_modes": np.where(is_leaf, "LEAF", "BRANCH_LEQ"),
        "nodes_truenodeids": of_branches(tree.children_left),
        "nodes_falsenodeids": of_branches(tree.children_right),
        "nodes_missing_value_tracks_true": of_branches(tree.missing_go_to_left).astype(np.int64),
        "target_treeids": np.full(len(leaves), index),
        "target_nodeids": leaves,
        "target_ids": np.full(len(leaves), index),
        "target_weights": (first + np.arange(len(leaves))).astype(np.float64),
    }


def _greatest_float32(thresholds: NDArray[np.float64]) -> NDArray[np.float32]:
    """The greatest float32 that is at most each of the `thresholds`."""
    import numpy as np

    rounded = thresholds.astype(np.float32)
    below = np.nextafter(rounded, np.float32(-np.inf))
    return np.where(rounded.astype(np.float64) > thresholds, below, rounded)
