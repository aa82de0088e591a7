"""A model over named arrays, the shape in which inference servers and runtimes speak."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from ml_api_kit.contract.model import Model, Row
from ml_api_kit.errors import ContractError, ModelInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Tensor: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """One named array: its NumPy dtype, and the shape of one row's part of it.

    The array itself has one dimension more, in front: the rows. A number for each row has the
    `row_shape` `()`, a row of four numbers `(4,)`; None stands for a size that may vary between
    calls.
    """

    name: str
    dtype: str
    row_shape: tuple[int | None, ...] = ()


def find_tensor_fault(specs: Sequence[TensorSpec], tensors: Mapping[str, Tensor]) -> str | None:
    """A sentence on the first way in which `tensors` are not what `specs` declare, or None.

    Names must be the same, dtypes equal, shapes fit, and all arrays have the same number of rows.

    >>> import numpy as np
    >>> find_tensor_fault([TensorSpec("x", "float64", (2,))], {"x": np.zeros((5, 3))})
    'the tensor "x" has the shape (5, 3), and needs (rows, 2)'
    """
    names = [spec.name for spec in specs]
    if set(names) != set(tensors):
        return f"the tensors are {sorted(tensors)}, and need to be {sorted(names)}"
    for spec in specs:
        found = tensors[spec.name]
        if found.dtype != spec.dtype:
            return f'the tensor "{spec.name}" has the dtype {found.dtype}, and needs {spec.dtype}'
        if not _shape_fits(spec, found.shape):
            needed = ", ".join(str(size or "any") for size in ("rows", *spec.row_shape))
            return f'the tensor "{spec.name}" has the shape {found.shape}, and needs ({needed})'
    counts = {name: len(tensors[name]) for name in names}
    if len(set(counts.values())) > 1:
        return f"the tensors have different numbers of rows: {counts}"
    return None


def _shape_fits(spec: TensorSpec, shape: tuple[int, ...]) -> bool:
    return len(shape) == 1 + len(spec.row_shape) and all(
        needed in (None, size) for needed, size in zip(spec.row_shape, shape[1:], strict=True)
    )


class TensorModel(Model):
    """A model whose `predict` takes named arrays and gives named arrays, with a row for each row.

    `inputs` and `outputs` declare them. Answering rows, an input takes its part from the column of
    its name, and an output becomes a column: a number, or nested lists of numbers.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from ml_api_kit.contract import json_artifact, write_artifacts
    >>> class Summed(TensorModel):
    ...     inputs = (TensorSpec("answers", "float64", (3,)),)
    ...     outputs = (TensorSpec("total", "float64"),)
    ...     def load(self, artifacts):
    ...         self.bias = artifacts.json("bias.json")
    ...     def predict(self, tensors):
    ...         return {"total": tensors["answers"].sum(axis=1) + self.bias}
    >>> with TemporaryDirectory() as parent:
    ...     write_artifacts(Path(parent, "a"), {"bias.json": json_artifact(0.5)})
    ...     Summed(Path(parent, "a")).predict_rows([{"answers": [1, 0, 1]}])
    [{'total': 2.5}]
    """

    inputs: ClassVar[tuple[TensorSpec, ...]]
    outputs: ClassVar[tuple[TensorSpec, ...]]

    @abstractmethod
    def predict(self, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The outputs for the inputs, as declared; the arrays given are left as they are."""

    def predict_tensors(self, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """What `predict` gives for `tensors`, both held to what is declared.

        Raises ModelInputError: when the tensors given are not the inputs declared.
        Raises ContractError: when the tensors that `predict` gives are not the outputs declared, or
            have another number of rows.
        """
        fault = find_tensor_fault(self.inputs, tensors)
        if fault is not None:
            raise ModelInputError(f"{type(self).__name__} cannot answer: {fault}.")
        answers = self.predict(tensors)
        fault = find_tensor_fault(self.outputs, answers) or _count_fault(tensors, answers)
        if fault is not None:
            raise ContractError(f"Of what {type(self).__name__}.predict gave, {fault}.")
        return answers

    def predict_rows(self, rows: Sequence[Row]) -> list[Row]:
        """One answer for each row.

        Raises ModelInputError: when a row lacks an input, or holds one of another kind or shape; a
            missing value is None only where the dtype is a float, and becomes NaN.
        Raises ContractError: as `predict_tensors` does.
        """
        if not rows:
            return []
        answers = self.predict_tensors({spec.name: _to_tensor(spec, rows) for spec in self.inputs})
        columns = [answers[spec.name].tolist() for spec in self.outputs]
        names = [spec.name for spec in self.outputs]
        return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _count_fault(tensors: Mapping[str, Tensor], answers: Mapping[str, Tensor]) -> str | None:
    given, got = (len(next(iter(each.values()))) for each in (tensors, answers))
    return None if given == got else f"the tensors have {got} rows, for {given} given"


def _to_tensor(spec: TensorSpec, rows: Sequence[Row]) -> Tensor:
    import numpy as np

    try:
        return np.stack([_part(spec, row) for row in rows])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ModelInputError(_row_fault(spec, rows) or str(error)) from error


def _part(spec: TensorSpec, row: Row) -> Tensor:
    import numpy as np

    part = np.asarray(row[spec.name])
    if part.dtype == object:
        # It holds a None, which becomes NaN where the dtype is a float and is refused elsewhere.
        return part.astype(np.dtype(spec.dtype))
    if part.dtype.kind == "i":
        # Whether whole numbers fit is a question of their values, not of the int64 they arrive in.
        return np.asarray(row[spec.name], dtype=np.dtype(spec.dtype))
    return part.astype(np.dtype(spec.dtype), casting="same_kind")


def _row_fault(spec: TensorSpec, rows: Sequence[Row]) -> str | None:
    for index, row in enumerate(rows):
        if spec.name not in row:
            return f'Row {index} has no column "{spec.name}"; it has {", ".join(map(repr, row))}.'
        try:
            part = _part(spec, row)
        except (TypeError, ValueError, OverflowError) as error:
            return f'Row {index}, column "{spec.name}" is no {spec.dtype}: {error}.'
        if not _shape_fits(spec, (1, *part.shape)):
            return (
                f'Row {index}, column "{spec.name}" has the shape {part.shape}, and needs '
                f"{spec.row_shape}."
            )
    return None
