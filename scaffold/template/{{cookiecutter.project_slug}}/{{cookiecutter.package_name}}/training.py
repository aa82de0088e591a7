"""Training: fits the model to the stored answers and freezes the result as artifacts.

1. fetch the answers of every student
2. count how many students gave each pattern of answers
3. maximise the marginal likelihood of the patterns
4. write the parameters, with their digest, into the artifacts folder

Run it with `make train`. The request path imports nothing of this module.

Source: marginal maximum likelihood, Bock & Lieberman (1970), Psychometrika 35, 179-197.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from ml_api_kit.contract import json_artifact, write_artifacts
from ml_api_kit.gcp_accessor import BigQueryAccessor
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from {{ cookiecutter.package_name }}.config import load_settings
from {{ cookiecutter.package_name }}.prediction import PARAMETERS_FILE
from {{ cookiecutter.package_name }}.preparation import ITEMS, fetch_all_answers
from {{ cookiecutter.package_name }}.preprocessing import Pattern, clean_answers, count_patterns

QUADRATURE_NODES = 41

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parameters:
    """What is learned from the answers; the artifact `parameters.json` holds the same names.

    Attributes:
        discrimination: the discrimination that the items have in common.
        difficulties: the difficulty of each item.
        nodes: abilities at which integrals over the students are evaluated.
        weights: the share of students that each node stands for; they add up to 1.
        log_likelihood: natural logarithm of the marginal likelihood at these parameters.
        students: the number of students.
    """

    discrimination: float
    difficulties: dict[str, float]
    nodes: list[float]
    weights: list[float]
    log_likelihood: float
    students: int


def fit(patterns: Mapping[Pattern, int], *, items: Sequence[str]) -> Parameters:
    """Fit the one-parameter logistic model by marginal maximum likelihood.

    Args:
        patterns: the number of students for each pattern, as `count_patterns` gives them.
        items: the items, in the order of the patterns.

    Returns:
        The parameters at which the patterns are most likely.

    Raises:
        ValueError: there are no patterns, an item was answered alike by everybody (its difficulty
            would be infinite), or the maximum was not found.
    """
    answers = np.array(list(patterns), dtype=float).reshape(-1, len(items))
    counts = np.array(list(patterns.values()), dtype=float)
    _refuse_unanimous_items(answers, items)
    nodes, weights = _normal_quadrature(QUADRATURE_NODES)

    def loss(parameters: Floats) -> float:
        return -float(counts @ _log_likelihoods(parameters, answers, nodes, weights))

    found = minimize(loss, x0=np.array([1.0, *np.zeros(len(items))]), tol=1e-7)
    # BFGS also stops when rounding hides any further gain; the slope says whether it has arrived.
    if np.abs(found.jac).max() > 1e-2:
        raise ValueError(f"the likelihood has no maximum that can be found: {found.message}")
    discrimination, *difficulties = found.x.tolist()
    return Parameters(
        discrimination=discrimination,
        difficulties=dict(zip(items, difficulties, strict=True)),
        nodes=nodes.tolist(),
        weights=weights.tolist(),
        log_likelihood=-float(found.fun),
        students=int(counts.sum()),
    )


def train(accessor: BigQueryAccessor, *, table: str, folder: Path) -> Parameters:
    """Fit the model to a table of answers and write its artifacts.

    Args:
        accessor: the way to BigQuery.
        table: the table of answers.
        folder: where the artifacts go; what was there is replaced once all is written.

    Returns:
        The fitted parameters.

    Raises:
        DataAccessError: the table cannot be read.
        ValueError: the answers cannot be fitted.
    """
    rows = clean_answers(fetch_all_answers(accessor, table=table))
    parameters = fit(count_patterns(rows, items=ITEMS), items=ITEMS)
    write_artifacts(folder, {PARAMETERS_FILE: json_artifact(asdict(parameters))})
    return parameters


def _log_likelihoods(
    parameters: Floats,
    answers: Floats,
    nodes: Floats,
    weights: Floats,
) -> Floats:
    """Log-likelihood of each pattern, with the students' abilities integrated out."""
    discrimination, difficulties = parameters[0], parameters[1:]
    chance = expit(discrimination * (nodes[:, None] - difficulties))[:, None, :]
    given = np.where(answers == 1, chance, 1 - chance)
    log_given = np.where(np.isnan(answers), 0.0, np.log(given)).sum(axis=2)
    return np.asarray(logsumexp(log_given, axis=0, b=weights[:, None]))


def _normal_quadrature(count: int) -> tuple[Floats, Floats]:
    """Nodes and weights of Gauss-Hermite quadrature over the standard normal distribution."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    return nodes, weights / weights.sum()


def _refuse_unanimous_items(answers: Floats, items: Sequence[str]) -> None:
    if not len(answers):
        raise ValueError("there are no answers to learn from")
    for item, column in zip(items, answers.T, strict=True):
        if len({answer for answer in column.tolist() if answer == answer}) < 2:
            raise ValueError(f"{item} was not answered both rightly and wrongly: leave it out")


def main() -> None:
    """Train on the configured table and print the parameters."""
    settings = load_settings(os.environ)
    folder = settings.artifacts_folder
    parameters = train(BigQueryAccessor(), table=settings.answers_table, folder=folder)
    print(f"{parameters.students} students, log-likelihood {parameters.log_likelihood:.2f}")
    print(f"discrimination {parameters.discrimination:.3f}")
    for item, difficulty in parameters.difficulties.items():
        print(f"{item} difficulty {difficulty:.3f}")
    print(f"written to {folder}")


if __name__ == "__main__":
    main()
