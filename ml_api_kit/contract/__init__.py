"""What a model is: a constructor that loads its artifacts, and `predict`."""

from ml_api_kit.contract.artifact_writing import (
    Artifact,
    json_artifact,
    pickle_artifact,
    write_artifacts,
)
from ml_api_kit.contract.artifacts import Artifacts
from ml_api_kit.contract.conformance import check_model
from ml_api_kit.contract.data_frame_model import DataFrameModel
from ml_api_kit.contract.frozen_estimator import (
    Estimator,
    FreezeRecord,
    FrozenEstimator,
    freeze_estimator,
    load_estimator,
)
from ml_api_kit.contract.frozen_values import freeze_values, load_frozen
from ml_api_kit.contract.linear_model import Factor, LinearModel
from ml_api_kit.contract.model import Model, Row
from ml_api_kit.contract.onnx_estimator import OnnxEstimator
from ml_api_kit.contract.rows_model import RowsModel
from ml_api_kit.contract.tensor_model import TensorModel, TensorSpec

__all__ = [
    "Artifact",
    "Artifacts",
    "DataFrameModel",
    "Estimator",
    "Factor",
    "FreezeRecord",
    "FrozenEstimator",
    "LinearModel",
    "Model",
    "OnnxEstimator",
    "Row",
    "RowsModel",
    "TensorModel",
    "TensorSpec",
    "check_model",
    "freeze_estimator",
    "freeze_values",
    "json_artifact",
    "load_estimator",
    "load_frozen",
    "pickle_artifact",
    "write_artifacts",
]
