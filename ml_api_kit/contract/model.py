"""What every model is: a constructor that loads its artifacts, and an answer for each row."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

from ml_api_kit.contract.artifacts import Artifacts

Row: TypeAlias = dict[str, Any]


class Model(ABC):
    """A model that answers rows with rows; each place that runs models calls `predict_rows`.

    Derive from RowsModel, DataFrameModel or TensorModel, which say what `predict` takes and derive
    `predict_rows` from it.
    """

    def __init__(self, folder: Path) -> None:
        """Load the model from its artifacts folder, whose every digest is checked first.

        Raises ArtifactError: when an artifact is missing, altered or of the wrong kind.
        """
        self.load(Artifacts(Path(folder)))

    @abstractmethod
    def load(self, artifacts: Artifacts) -> None:
        """Keep on `self` what `predict` needs of the `artifacts`."""

    @abstractmethod
    def predict_rows(self, rows: Sequence[Row]) -> list[Row]:
        """One answer for each row, in the rows' order, as rows of JSON values; none for no rows.

        Raises ModelInputError: when a row is not one that the model can answer.
        """
