"""A fitted linear model that needs numpy alone: its coefficients, and what each multiplies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_LINKS = ("identity", "logit", "probit", "log")


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a term: a feature, its power, a function of it, or whether it is a level.

    Attributes:
        place: the feature's place.
        level: the level that it is asked for, or None.
        function: the name of a function of numpy that is applied to it, or None.
        power: what it is raised to.
    """

    place: int
    level: Any = None
    function: str | None = None
    power: float = 1


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Answers as a fitted linear model of statsmodels does, without it.

    The answer for a row is the inverse link of the sum over the terms, each its coefficient times
    the product of its factors; a term without factors is the intercept. A factor with a level is 1
    where the feature is that level, else 0.

    Attributes:
        coefficients: one for each term.
        terms: the factors of each term.
        link: `identity`, `logit`, `probit` or `log`.

    >>> LinearModel((1.0, 2.0), ((), (Factor(0),)), "identity").predict([[3.0], [4.0]]).tolist()
    [7.0, 9.0]
    """

    coefficients: tuple[float, ...]
    terms: tuple[tuple[Factor, ...], ...]
    link: str = "identity"

    def predict(self, rows: Any) -> Any:
        """The answers, [rows], for a matrix of features, [rows, features].

        Raises ValueError: when a feature that is multiplied is no number.
        """
        import numpy as np

        matrix = np.asarray(rows, dtype=object)
        columns = [self._term(matrix, factors) for factors in self.terms]
        design = np.column_stack(columns) if columns else np.zeros((len(matrix), 0))
        return self._answer(design @ np.asarray(self.coefficients))

    def _term(self, matrix: Any, factors: tuple[Factor, ...]) -> Any:
        import numpy as np

        made = np.ones(len(matrix))
        for factor in factors:
            column = matrix[:, factor.place]
            if factor.level is None:
                numbers = column.astype(np.float64)
                if factor.function is not None:
                    numbers = getattr(np, factor.function)(numbers)
                made = made * (numbers if factor.power == 1 else numbers**factor.power)
            else:
                made = made * (column == factor.level).astype(np.float64)
        return made

    def _answer(self, linear: Any) -> Any:
        import numpy as np

        if self.link == "logit":
            return 1 / (1 + np.exp(-linear))
        if self.link == "log":
            return np.exp(linear)
        if self.link == "probit":
            from scipy.special import ndtr

            return ndtr(linear)
        return linear
