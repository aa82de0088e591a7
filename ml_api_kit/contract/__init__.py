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
from ml_api_kit.contract.model import Model, Row
from ml_api_kit.contract.rows_model import RowsModel
from ml_api_kit.contract.tensor_model import TensorModel, TensorSpec

__all__ = [
    "Artifact",
    "Artifacts",
    "DataFrameModel",
    "Model",
    "Row",
    "RowsModel",
    "TensorModel",
    "TensorSpec",
    "check_model",
    "json_artifact",
    "pickle_artifact",
    "write_artifacts",
]
