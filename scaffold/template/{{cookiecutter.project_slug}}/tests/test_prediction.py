import math

import pytest
from ml_api_kit.contract import check_model
from ml_api_kit.errors import ModelInputError

from {{ cookiecutter.package_name }}.prediction import (
    ProbabilityModel,
    get_probabilities,
    probability_correct,
)

UNKNOWN = {"student_id": "new"}
RIGHT = {"student_id": "ada", **{f"item_{number}": 1 for number in range(1, 6)}}
WRONG = {"student_id": "bob", **{f"item_{number}": 0 for number in range(1, 6)}}
SOME = {"student_id": "eve", "item_1": 1, "item_2": None, "item_4": 0}


def test_probability_is_one_half_where_ability_equals_difficulty() -> None:
    assert probability_correct(1.5, discrimination=0.7, difficulty=1.5) == 0.5


def test_model_keeps_the_contract(model: ProbabilityModel) -> None:
    check_model(model, [UNKNOWN, RIGHT, WRONG, SOME])


def test_a_student_without_answers_is_average(model: ProbabilityModel) -> None:
    [answer] = model.predict([UNKNOWN])
    assert answer["ability"] == pytest.approx(0, abs=1e-12)
    for item, difficulty in model.difficulties.items():
        expected = 1 / (1 + math.exp(model.discrimination * difficulty))
        assert answer[item] == pytest.approx(expected, rel=1e-12)


def test_more_right_answers_mean_higher_probabilities(model: ProbabilityModel) -> None:
    wrong, some, right = model.predict([WRONG, SOME, RIGHT])
    for column in ("ability", *model.items):
        assert wrong[column] < some[column] < right[column]


def test_expected_ability_agrees_with_the_integral(model: ProbabilityModel) -> None:
    """The posterior mean, integrated by brute force over a fine grid."""
    grid = [-8 + step / 500 for step in range(8001)]

    def density(ability: float) -> float:
        likelihood = math.exp(-ability * ability / 2)
        for item, difficulty in model.difficulties.items():
            chance = probability_correct(
                ability, discrimination=model.discrimination, difficulty=difficulty
            )
            likelihood *= {1: chance, 0: 1 - chance}.get(SOME.get(item), 1)
        return likelihood

    densities = [density(ability) for ability in grid]
    moments = (ability * value for ability, value in zip(grid, densities, strict=True))
    expected = math.fsum(moments) / math.fsum(densities)
    assert model.predict([SOME])[0]["ability"] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("answer", [-1, 2, 7, 0.5])
def test_an_answer_that_is_neither_right_nor_wrong_is_refused(
    model: ProbabilityModel, answer: float
) -> None:
    with pytest.raises(ModelInputError, match="An answer to item_2 is none of 0, 1 and missing"):
        model.predict([{**RIGHT, "item_2": answer}])


def test_get_probabilities_counts_a_student_once(model: ProbabilityModel) -> None:
    assert get_probabilities(model, [WRONG, {**RIGHT, "student_id": "bob"}]) == model.predict(
        [{**RIGHT, "student_id": "bob"}]
    )
