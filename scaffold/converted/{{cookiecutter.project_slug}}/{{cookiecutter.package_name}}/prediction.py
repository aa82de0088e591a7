"""Prediction: the results that the notebook ended in, as it computed them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ml_api_kit.contract import Artifacts, RowsModel
from ml_api_kit.errors import ModelInputError

Row = dict[str, Any]

OUTPUTS_FILE = "outputs.json"


class {{ cookiecutter._api.model_class }}(RowsModel):
    """Holds the results of the notebook; it answers no rows.

    Attributes:
        outputs: the results, in order.
    """

    def load(self, artifacts: Artifacts) -> None:
        """Take the results from the artifacts, which have been checked.

        Args:
            artifacts: the folder of what the notebook computed.
        """
        self.outputs: list[Row] = artifacts.json(OUTPUTS_FILE)

    def predict(self, rows: Sequence[Row]) -> list[Row]:
        """Answer no rows, which is all that can be answered.

        Args:
            rows: none.

        Returns:
            No answers.

        Raises:
            ModelInputError: there are rows.
        """
        if rows:
            raise ModelInputError("The notebook has no path from a row to an answer.")
        return []
