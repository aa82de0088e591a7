"""A model in pandas, for research code whose answers plain Python cannot give."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ml_api_kit.contract.model import Model, Row
from ml_api_kit.errors import ContractError, ModelInputError

if TYPE_CHECKING:
    from pandas import DataFrame


class DataFrameModel(Model):
    """A model whose `predict` takes a data frame and gives one with a row for each row of it.

    `columns` declares the frame that `predict` is given: its columns in order, each with its pandas
    dtype. It is needed because pandas guesses a dtype from all the values it sees, and would guess
    differently for one row than for many. Columns of a row that are not declared are left out; a
    declared one that a row lacks, or holds as None, is missing, as its dtype has it.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from ml_api_kit.contract import json_artifact, write_artifacts
    >>> class Doubled(DataFrameModel):
    ...     columns = {"score": "float64"}
    ...     def load(self, artifacts):
    ...         self.factor = artifacts.json("factor.json")
    ...     def predict(self, frame):
    ...         return frame.assign(doubled=frame["score"] * self.factor)[["doubled"]]
    >>> with TemporaryDirectory() as parent:
    ...     write_artifacts(Path(parent, "a"), {"factor.json": json_artifact(2)})
    ...     Doubled(Path(parent, "a")).predict_rows([{"score": 5}, {"score": None}])
    [{'doubled': 10.0}, {'doubled': None}]
    """

    columns: ClassVar[Mapping[str, str]]

    @abstractmethod
    def predict(self, frame: DataFrame) -> DataFrame:
        """One row for each row of the `frame`, in its order; the frame may be changed."""

    def predict_rows(self, rows: Sequence[Row]) -> list[Row]:
        """One answer for each row; missing values are None on the way out as on the way in.

        Raises ModelInputError: when a value cannot be of its column's dtype.
        Raises ContractError: when `predict` gives another number of rows than it was given.
        """
        if not rows:
            return []
        answers = self.predict(self._to_frame(rows))
        if len(answers) != len(rows):
            raise ContractError(
                f"{type(self).__name__}.predict gave {len(answers)} rows for {len(rows)}. "
                "Give one row for each, and filter rows before the model is asked."
            )
        return _to_rows(answers)

    def _to_frame(self, rows: Sequence[Row]) -> DataFrame:
        import pandas as pd

        return pd.DataFrame(
            {
                column: _series([row.get(column) for row in rows], column, dtype)
                for column, dtype in self.columns.items()
            }
        )


def _series(values: list[Any], column: str, dtype: str) -> Any:
    import pandas as pd

    try:
        return pd.Series(values, dtype=dtype)
    except (TypeError, ValueError, OverflowError) as error:
        place = next((i for i, value in enumerate(values) if not _fits(value, dtype)), 0)
        found = type(values[place]).__name__ if values[place] is not None else "nothing"
        raise ModelInputError(
            f'Row {place}, column "{column}" holds {found}, which is no {dtype}: {error}. '
            "Send a value of that kind, or declare another dtype in the model's columns."
        ) from error


def _fits(value: Any, dtype: str) -> bool:
    import pandas as pd

    try:
        pd.Series([value], dtype=dtype)
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def _to_rows(frame: DataFrame) -> list[Row]:
    # Through object, since only there can a missing number be None.
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]
