import itertools

import pytest

from ml_api_kit.contract import RowsModel, check_model
from ml_api_kit.errors import ContractError

ROWS = [{"score": 1.0}, {"score": 2.0}, {"score": 4.0}]


class Answering(RowsModel):
    """A model that answers with a function of the rows."""

    def __init__(self, answer):
        self.predict = answer

    def load(self, artifacts):
        raise NotImplementedError

    def predict(self, rows):
        raise NotImplementedError


def doubled(rows):
    return [{"doubled": row["score"] * 2} for row in rows]


def centred(rows):
    mean = sum(row["score"] for row in rows) / max(len(rows), 1)
    return [{"centred": row["score"] - mean} for row in rows]


def popping(rows):
    return [{"score": row.pop("score")} for row in rows]


def short(rows):
    return doubled(rows)[:2]


def none_for_none(rows):
    return doubled(rows) if rows else None


def not_a_number(rows):
    return [{"score": float("nan")} for _ in rows]


def not_plain(rows):
    return [{"score": {row["score"]}} for row in rows]


def not_a_row(rows):
    return [row["score"] for row in rows]


def nearly(rows):
    return [{"score": row["score"] * (1 + 1e-12 * len(rows))} for row in rows]


def test_model_that_does_as_it_must_passes():
    check_model(Answering(doubled), ROWS)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (centred, r'answers row 0 alone otherwise than among all 3: at \["centred"\], 0.0 alone'),
        (popping, r"changes row 0 of its input at the top, {'score': 1.0} before and {} after"),
        (short, "gives 2 answers for 3 rows"),
        (none_for_none, "answers no rows with None"),
        (not_a_number, r'answers row 0 at \["score"\]: nan is not a JSON number'),
        (not_plain, r'answers row 0 at \["score"\]: a builtins.set'),
        (not_a_row, "answers row 0 with a float"),
    ],
)
def test_model_that_breaks_the_contract_is_told_where_first(answer, message):
    with pytest.raises(ContractError, match=message):
        check_model(Answering(answer), ROWS)


def test_model_that_answers_otherwise_the_second_time_is_refused():
    counter = itertools.count()

    with pytest.raises(ContractError, match="otherwise when asked again"):
        check_model(Answering(lambda rows: [{"n": next(counter)} for _ in rows]), ROWS)


def test_answers_alone_may_differ_by_the_tolerance_only():
    check_model(Answering(nearly), ROWS)
    with pytest.raises(ContractError, match="row 0 alone"):
        check_model(Answering(nearly), ROWS, relative_tolerance=1e-13)


def test_answer_of_another_type_alone_is_refused():
    def answer(rows):
        return [{"n": 1 if len(rows) == 1 else True} for _ in rows]

    with pytest.raises(ContractError, match="1 alone and True together"):
        check_model(Answering(answer), ROWS)


def test_no_rows_check_nothing_and_are_refused():
    with pytest.raises(ContractError, match="on no rows"):
        check_model(Answering(doubled), [])
