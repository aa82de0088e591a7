"""What every model must do, tried out on rows: each way of asking gives the same answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from ml_api_kit.contract.json_values import find_not_json
from ml_api_kit.contract.model import Model, Row
from ml_api_kit.errors import ContractError


def check_model(model: Model, rows: Sequence[Row], *, relative_tolerance: float = 1e-9) -> None:
    """Nothing, where `model` answers `rows` as every model must.

    No rows get no answers. Each row gets one answer, a row of JSON values. The rows are left as
    they were. Asked again, the model answers the same, to the bit. Asked for one row at a time it
    answers as for all together; floats may then differ by `relative_tolerance`, since sums over a
    matrix are added up in another order.

    Raises ContractError: at the first of these that does not hold, with the row, column and both
        values.

    >>> from ml_api_kit.contract import RowsModel
    >>> class Ranked(RowsModel):
    ...     def __init__(self): pass
    ...     def load(self, artifacts): pass
    ...     def predict(self, rows):
    ...         return [{"rank": rank} for rank, row in enumerate(rows)]
    >>> check_model(Ranked(), [{"score": 3}, {"score": 5}])
    Traceback (most recent call last):
    ml_api_kit.errors.ContractError: Ranked answers row 1 alone otherwise than among all 2: at \
["rank"], 0 alone and 1 together. Learn at training time what is computed from all rows.
    """
    name = type(model).__name__
    if not rows:
        raise ContractError(
            f"{name} cannot be checked on no rows. Give at least one; two show more."
        )
    if (nothing := model.predict_rows([])) != []:
        raise ContractError(f"{name} answers no rows with {nothing!r}. Answer them with [].")
    given = deepcopy(list(rows))
    together = model.predict_rows(given)
    _check_answers(name, together, rows)
    _check_unchanged(name, given, rows)
    _check_again(name, together, model.predict_rows(deepcopy(list(rows))))
    for index, row in enumerate(rows):
        alone = model.predict_rows([deepcopy(row)])
        _check_alone(name, index, alone, together, relative_tolerance)


def _check_answers(name: str, answers: Any, rows: Sequence[Row]) -> None:
    if not isinstance(answers, list) or len(answers) != len(rows):
        found = (
            f"{len(answers)} answers"
            if isinstance(answers, list)
            else f"a {type(answers).__name__}"
        )
        raise ContractError(
            f"{name} gives {found} for {len(rows)} rows. Give a list, one for each."
        )
    for index, answer in enumerate(answers):
        if not isinstance(answer, dict):
            raise ContractError(
                f"{name} answers row {index} with a {type(answer).__name__}. Give a dict."
            )
        if (fault := find_not_json(answer)) is not None:
            raise ContractError(
                f"{name} answers row {index} at {fault.path or 'the top'}: {fault.reason}."
            )


def _check_unchanged(name: str, given: list[Row], rows: Sequence[Row]) -> None:
    for index, (after, before) in enumerate(zip(given, rows, strict=True)):
        if (difference := _difference(before, after, 0.0)) is not None:
            raise ContractError(
                f"{name} changes row {index} of its input at "
                f"{_said(difference, 'before', 'after')}. Work on a copy."
            )


def _check_again(name: str, first: list[Row], second: list[Row]) -> None:
    if (difference := _difference(first, second, 0.0)) is not None:
        raise ContractError(
            f"{name} answers the same rows otherwise when asked again: at "
            f"{_said(difference, 'at first', 'then')}. Seed what is random, and keep nothing "
            "between calls."
        )


def _check_alone(
    name: str, index: int, alone: list[Row], together: list[Row], relative_tolerance: float
) -> None:
    if len(alone) != 1:
        raise ContractError(f"{name} gives {len(alone)} answers for row {index} alone. Give one.")
    if (difference := _difference(alone[0], together[index], relative_tolerance)) is not None:
        raise ContractError(
            f"{name} answers row {index} alone otherwise than among all {len(together)}: at "
            f"{_said(difference, 'alone', 'together')}. Learn at training time what is computed "
            "from all rows."
        )


_Difference = tuple[str, Any, Any]


def _said(difference: _Difference, first: str, second: str) -> str:
    path, one, other = difference
    return f"{path or 'the top'}, {one!r} {first} and {other!r} {second}"


def _difference(
    one: Any, other: Any, relative_tolerance: float, path: str = ""
) -> _Difference | None:
    """The path to the first place where two values differ, and what each holds there."""
    if isinstance(one, dict) and isinstance(other, dict) and list(one) == list(other):
        pairs = ((f'{path}["{key}"]', one[key], other[key]) for key in one)
    elif (
        isinstance(one, (list, tuple))
        and isinstance(other, (list, tuple))
        and len(one) == len(other)
    ):
        pairs = (
            (f"{path}[{index}]", *both) for index, both in enumerate(zip(one, other, strict=True))
        )
    else:
        same = _same_scalar(one, other, relative_tolerance)
        return None if same else (path, one, other)
    found = (_difference(left, right, relative_tolerance, place) for place, left, right in pairs)
    return next((difference for difference in found if difference is not None), None)


def _same_scalar(one: Any, other: Any, relative_tolerance: float) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        near = math.isclose(
            one, other, rel_tol=relative_tolerance, abs_tol=1e-3 * relative_tolerance
        )
        return near or (one != one and other != other)
    return bool(one == other)
