from typing import ClassVar

import numpy as np
import pytest

from ml_api_kit.contract import (
    DataFrameModel,
    RowsModel,
    TensorModel,
    TensorSpec,
    check_model,
    json_artifact,
    write_artifacts,
)
from ml_api_kit.errors import ArtifactError, ContractError, ModelInputError

ROWS = [
    {"school": "A", "score": 5},
    {"school": "B", "score": 2.5},
    {"school": None, "score": None},
]


@pytest.fixture
def folder(tmp_path):
    write_artifacts(tmp_path / "a", {"means.json": json_artifact({"A": 4.0, "B": 2.0})})
    return tmp_path / "a"


class CentredRows(RowsModel):
    def load(self, artifacts):
        self.means = artifacts.json("means.json")

    def predict(self, rows):
        return [{"centred": self.centred(row["score"], row["school"])} for row in rows]

    def centred(self, score, school):
        return None if score is None or school is None else score - self.means[school]


class CentredFrame(DataFrameModel):
    columns: ClassVar = {"score": "float64", "school": "str"}

    def load(self, artifacts):
        self.means = artifacts.json("means.json")

    def predict(self, frame):
        frame["centred"] = frame["score"] - frame["school"].map(self.means)
        return frame[["centred"]]


class CentredTensor(TensorModel):
    inputs = (TensorSpec("scores", "float64", (2,)), TensorSpec("school", "int64"))
    outputs = (TensorSpec("centred", "float64", (2,)), TensorSpec("mean", "float64"))

    def load(self, artifacts):
        self.means = np.array(list(artifacts.json("means.json").values()))

    def predict(self, tensors):
        mean = self.means[tensors["school"]]
        return {"centred": tensors["scores"] - mean[:, None], "mean": mean}


TENSOR_ROWS = [{"scores": [5, 6.5], "school": 0}, {"scores": [1, 2], "school": 1}]


def test_rows_model_answers_each_row(folder):
    assert CentredRows(folder).predict_rows(ROWS) == [
        {"centred": 1.0},
        {"centred": 0.5},
        {"centred": None},
    ]


def test_data_frame_model_answers_as_the_rows_model_does(folder):
    assert CentredFrame(folder).predict_rows(ROWS) == CentredRows(folder).predict_rows(ROWS)


def test_data_frame_model_takes_its_columns_in_order_and_a_missing_one_as_missing(folder):
    class Seen(CentredFrame):
        def predict(self, frame):
            return frame.assign(columns=",".join(frame.columns), score=frame["score"].isna())

    answers = Seen(folder).predict_rows([{"school": "A", "more": 1}])

    assert answers == [{"score": True, "school": "A", "columns": "score,school"}]


def test_data_frame_model_answers_with_python_values(folder):
    class Typed(CentredFrame):
        columns: ClassVar = {"n": "int64", "x": "float32", "ok": "bool", "maybe": "Int64"}

        def predict(self, frame):
            return frame

    (answer,) = Typed(folder).predict_rows([{"n": 3, "x": 0.5, "ok": True, "maybe": None}])

    assert answer == {"n": 3, "x": 0.5, "ok": True, "maybe": None}
    assert [type(value) for value in answer.values()] == [int, float, bool, type(None)]


def test_data_frame_model_refuses_a_value_of_another_kind_by_row_and_column(folder):
    rows = [*ROWS, {"school": "A", "score": "five"}]

    with pytest.raises(ModelInputError, match=r'Row 3, column "score" holds str, .*float64'):
        CentredFrame(folder).predict_rows(rows)


def test_data_frame_model_that_drops_rows_breaks_the_contract(folder):
    class Dropping(CentredFrame):
        def predict(self, frame):
            return frame.dropna()

    with pytest.raises(ContractError, match="gave 2 rows for 3"):
        Dropping(folder).predict_rows(ROWS)


def test_tensor_model_answers_each_row_with_nested_lists(folder):
    assert CentredTensor(folder).predict_rows(TENSOR_ROWS) == [
        {"centred": [1.0, 2.5], "mean": 4.0},
        {"centred": [-1.0, 0.0], "mean": 2.0},
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"scores": [1, 2]}, 'Row 1 has no column "school"'),
        ({"scores": [1, 2, 3], "school": 0}, r'Row 1, column "scores" has the shape \(3,\)'),
        ({"scores": [1, "2"], "school": 0}, 'Row 1, column "scores" is no float64'),
        ({"scores": [1, 2], "school": 0.5}, 'Row 1, column "school" is no int64'),
        ({"scores": [1, 2], "school": None}, 'Row 1, column "school" is no int64'),
        ({"scores": [1, 2], "school": 2**70}, 'Row 1, column "school" is no int64'),
        ({"scores": [1, [2]], "school": 0}, 'Row 1, column "scores" is no float64'),
    ],
)
def test_tensor_model_refuses_a_row_by_number_and_column(folder, row, message):
    with pytest.raises(ModelInputError, match=message):
        CentredTensor(folder).predict_rows([TENSOR_ROWS[0], row])


def test_tensor_model_takes_a_missing_float_as_nan(folder):
    class Missing(CentredTensor):
        inputs = (TensorSpec("scores", "float64", (2,)),)
        outputs = (TensorSpec("missing", "bool", (2,)),)

        def predict(self, tensors):
            return {"missing": np.isnan(tensors["scores"])}

    assert Missing(folder).predict_rows([{"scores": [None, 1]}]) == [{"missing": [True, False]}]


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"scores": np.zeros((2, 2))}, r"the tensors are \['scores'\]"),
        ({"scores": np.zeros((2, 2)), "school": np.zeros(2)}, '"school" has the dtype float64'),
        ({"scores": np.zeros(2), "school": np.zeros(2, int)}, r"has the shape \(2,\), and needs"),
        ({"scores": np.zeros((3, 2)), "school": np.zeros(2, int)}, "different numbers of rows"),
    ],
)
def test_tensor_model_refuses_tensors_that_are_not_declared_so(folder, tensors, message):
    with pytest.raises(ModelInputError, match=message):
        CentredTensor(folder).predict_tensors(tensors)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"total": np.zeros(2, "float32")}, "has the dtype float32, and needs float64"),
        ({"total": np.zeros(1)}, "the tensors have 1 rows, for 2 given"),
        ({}, r"the tensors are \[\]"),
    ],
)
def test_tensor_model_that_answers_otherwise_than_declared_breaks_the_contract(
    folder, answers, message
):
    class Broken(CentredTensor):
        outputs = (TensorSpec("total", "float64"),)

        def predict(self, tensors):
            return answers

    with pytest.raises(ContractError, match=message):
        Broken(folder).predict_rows(TENSOR_ROWS)


@pytest.mark.parametrize("model", [CentredRows, CentredFrame, CentredTensor])
def test_every_model_conforms(folder, model):
    check_model(model(folder), TENSOR_ROWS if model is CentredTensor else ROWS)


@pytest.mark.parametrize("model", [CentredRows, CentredFrame, CentredTensor])
def test_no_model_is_made_of_altered_artifacts(folder, model):
    (folder / "means.json").write_text("{}")

    with pytest.raises(ArtifactError, match=r"means\.json"):
        model(folder)


def test_model_without_predict_cannot_be_made(folder):
    class Half(RowsModel):
        def load(self, artifacts):
            pass

    with pytest.raises(TypeError, match="predict"):
        Half(folder)
