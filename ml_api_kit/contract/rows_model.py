"""A model in plain Python: rows in, rows out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from ml_api_kit.contract.model import Model, Row


class RowsModel(Model):
    """A model whose `predict` takes rows and gives a row for each; it needs no library.

    >>> from tempfile import TemporaryDirectory
    >>> from pathlib import Path
    >>> from ml_api_kit.contract import json_artifact, write_artifacts
    >>> class Centred(RowsModel):
    ...     def load(self, artifacts):
    ...         self.mean = artifacts.json("parameters.json")["mean"]
    ...     def predict(self, rows):
    ...         return [{"centred": row["score"] - self.mean} for row in rows]
    >>> with TemporaryDirectory() as parent:
    ...     folder = Path(parent, "artifacts")
    ...     write_artifacts(folder, {"parameters.json": json_artifact({"mean": 2.0})})
    ...     Centred(folder).predict([{"score": 5}])
    [{'centred': 3.0}]
    """

    @abstractmethod
    def predict(self, rows: Sequence[Row]) -> list[Row]:
        """One answer for each row, in the rows' order; the rows are left as they are."""

    def predict_rows(self, rows: Sequence[Row]) -> list[Row]:
        """One answer for each row: what `predict` gives."""
        return self.predict(rows)
