"""Prediction: the one-parameter logistic model of item response theory.

A student of ability t answers an item of difficulty b correctly with probability

    P(t) = 1 / (1 + exp(-a (t - b)))

where the discrimination a is common to all items. A student's ability is not known: it is estimated
from the answers as its expected value, abilities being normally distributed among students.

Source: Birnbaum (1968), in Lord & Novick, Statistical Theories of Mental Test Scores, chapter 17;
expected a posteriori estimate: Bock & Mislevy (1982), Applied Psychological Measurement 6, 431-444.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import mul
from typing import Any

from ml_api_kit.contract import Artifacts, RowsModel
from ml_api_kit.errors import ModelInputError

from {{ cookiecutter.package_name }}.preprocessing import Pattern, Row, clean_answers

PARAMETERS_FILE = "parameters.json"

# 3 ** 5 patterns of right, wrong and not answered; a longer test keeps the ones seen last.
_PATTERNS_KEPT = 4096


def probability_correct(ability: float, *, discrimination: float, difficulty: float) -> float:
    """Compute the chance that a student answers an item correctly.

    Args:
        ability: the student's ability, in standard deviations from the mean of all students.
        discrimination: how steeply the chance grows with ability, per standard deviation.
        difficulty: the ability at which the chance is one half.

    Returns:
        The probability, between 0 and 1.
    """
    return 1.0 / (1.0 + math.exp(-discrimination * (ability - difficulty)))


class ProbabilityModel(RowsModel):
    """Answers for each student the probabilities to answer each item correctly.

    Attributes:
        items: the items' columns, in the order of the test.
        discrimination: the discrimination that the items have in common.
        difficulties: the difficulty of each item.
    """

    def load(self, artifacts: Artifacts) -> None:
        """Take the fitted parameters from the artifacts, which have been checked.

        Args:
            artifacts: the folder that `training.py` wrote.
        """
        parameters: dict[str, Any] = artifacts.json(PARAMETERS_FILE)
        self.discrimination: float = parameters["discrimination"]
        self.difficulties: dict[str, float] = parameters["difficulties"]
        self.items = tuple(self.difficulties)
        self._nodes: list[float] = parameters["nodes"]
        self._log_weights = [math.log(weight) for weight in parameters["weights"]]
        self._log_chances = [self._log_chances_at(node) for node in self._nodes]
        self._answer = lru_cache(_PATTERNS_KEPT)(self._answer_pattern)

    def predict(self, rows: Sequence[Row]) -> list[Row]:
        """Compute the answers for students.

        Args:
            rows: one mapping per student with `student_id` and, for each item, 1 (right), 0 (wrong)
                or None (not answered); an item that is absent was not answered.

        Returns:
            One mapping per row, in order: `student_id`, `ability` (in standard deviations from the
            mean) and, for each item, the probability to answer it correctly.

        Raises:
            ModelInputError: an answer is something else.
        """
        return [
            {"student_id": row["student_id"], **self._answer(tuple(map(row.get, self.items)))}
            for row in rows
        ]

    def _answer_pattern(self, pattern: Pattern) -> dict[str, float]:
        for item, answer in zip(self.items, pattern, strict=True):
            if answer not in (0, 1, None):  # such as the -1 that stands for "missing" elsewhere
                raise ModelInputError(f"An answer to {item} is none of 0, 1 and missing.")
        ability = self._expected_ability(pattern)
        chances = {
            item: probability_correct(
                ability, discrimination=self.discrimination, difficulty=difficulty
            )
            for item, difficulty in self.difficulties.items()
        }
        return {"ability": ability, **chances}

    def _expected_ability(self, pattern: Pattern) -> float:
        """Average the nodes, each weighed by how likely the pattern is at that ability."""
        given = [(index, answer) for index, answer in enumerate(pattern) if answer is not None]
        log_posterior = [
            log_weight + sum(log_chances[index][int(answer)] for index, answer in given)
            for log_weight, log_chances in zip(self._log_weights, self._log_chances, strict=True)
        ]
        highest = max(log_posterior)
        posterior = [math.exp(value - highest) for value in log_posterior]
        return sum(map(mul, self._nodes, posterior)) / sum(posterior)

    def _log_chances_at(self, ability: float) -> list[tuple[float, float]]:
        """Logarithms of the chances to answer each item (wrongly, correctly) at an ability."""
        return [
            (-_softplus(exponent), -_softplus(-exponent))
            for exponent in (
                self.discrimination * (ability - difficulty)
                for difficulty in self.difficulties.values()
            )
        ]


def get_probabilities(model: ProbabilityModel, rows: Iterable[Row]) -> list[Row]:
    """Compute what the endpoint `/v1/probabilities` answers.

    Args:
        model: the fitted model.
        rows: one mapping per student, as `preparation.py` makes them.

    Returns:
        One mapping per student that is left after cleaning, as `ProbabilityModel.predict` says.
    """
    return model.predict(clean_answers(rows))


def _softplus(value: float) -> float:
    """Compute log(1 + exp(value)) without overflow."""
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))
