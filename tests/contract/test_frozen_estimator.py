import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from ml_api_kit.contract import (
    Artifacts,
    OnnxEstimator,
    freeze_estimator,
    load_estimator,
    write_artifacts,
)
from ml_api_kit.errors import ArtifactError, ModelInputError

RANDOM = np.random.default_rng(0)
# Two digits, as measurements are written: thresholds then fall where float32 and float64 disagree.
ROWS = RANDOM.normal(scale=3, size=(300, 4)).round(2)
OTHER_ROWS = RANDOM.normal(scale=3, size=(2000, 4)).round(2)
VALUES = ROWS @ [1.0, -2.0, 0.5, 0.0] + RANDOM.normal(size=300)
LABELS = (VALUES > 0).astype(int) + (VALUES > 3)
NAMES = np.array(["low", "middle", "high"])[LABELS]

CLASSIFIERS = [
    LogisticRegression(),
    make_pipeline(StandardScaler(), LogisticRegression()),
    RandomForestClassifier(20, random_state=0),
    ExtraTreesClassifier(20, random_state=0),
    DecisionTreeClassifier(random_state=0),
    make_pipeline(StandardScaler(), RandomForestClassifier(20, random_state=0)),
]
REGRESSORS = [
    LinearRegression(),
    make_pipeline(
        StandardScaler(), MLPRegressor(hidden_layer_sizes=(8,), random_state=0, max_iter=2000)
    ),
    RandomForestRegressor(20, random_state=0),
    DecisionTreeRegressor(random_state=0),
]


def frozen_and_loaded(folder, estimator, rows=ROWS, **options):
    frozen = freeze_estimator(estimator, rows, **options)
    write_artifacts(folder / "a", frozen.artifacts)
    return frozen.record, load_estimator(Artifacts(folder / "a"))


@pytest.mark.parametrize("labels", [LABELS, NAMES, LABELS > 0], ids=["ints", "names", "bools"])
@pytest.mark.parametrize("estimator", CLASSIFIERS, ids=str)
def test_classifier_is_kept_as_onnx_and_answers_other_rows_equally(tmp_path, estimator, labels):
    estimator.fit(ROWS, labels)

    record, loaded = frozen_and_loaded(tmp_path, estimator)

    assert (record.kept, record.rows_compared) == ("onnx", 300)
    assert isinstance(loaded, OnnxEstimator)
    assert record.largest_difference <= 1e-12
    expected, found = estimator.predict(OTHER_ROWS), loaded.predict(OTHER_ROWS)
    assert found.dtype == expected.dtype
    assert found.tolist() == expected.tolist()
    np.testing.assert_allclose(
        loaded.predict_proba(OTHER_ROWS), estimator.predict_proba(OTHER_ROWS), rtol=1e-9, atol=1e-12
    )
    assert loaded.classes_.tolist() == estimator.classes_.tolist()


@pytest.mark.parametrize("estimator", REGRESSORS, ids=str)
def test_regressor_is_kept_as_onnx_and_answers_other_rows_equally(tmp_path, estimator):
    estimator.fit(ROWS, VALUES)

    record, loaded = frozen_and_loaded(tmp_path, estimator)

    assert record.kept == "onnx"
    expected = estimator.predict(OTHER_ROWS)
    found = loaded.predict(OTHER_ROWS)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    assert not hasattr(loaded, "predict_proba")
    assert not hasattr(loaded, "classes_")


def test_regressor_of_two_values_keeps_their_shape(tmp_path):
    estimator = LinearRegression().fit(ROWS, np.column_stack([VALUES, -VALUES]))

    record, loaded = frozen_and_loaded(tmp_path, estimator)

    assert record.kept == "onnx"
    assert loaded.predict(ROWS[:1]).shape == (1, 2)


@pytest.mark.parametrize(
    ("estimator", "target"),
    [
        (GradientBoostingClassifier(n_estimators=20, random_state=0), LABELS),
        (GradientBoostingRegressor(n_estimators=20, random_state=0), VALUES),
    ],
    ids=["classifier", "regressor"],
)
def test_estimator_whose_graph_answers_otherwise_is_kept_as_it_is(tmp_path, estimator, target):
    estimator.fit(ROWS, target)

    record, loaded = frozen_and_loaded(tmp_path, estimator)

    assert record.kept == "original"
    assert 1e-9 < record.largest_difference < 1e-6
    assert "float32: answers differ by up to" in record.reason
    assert loaded.predict(OTHER_ROWS).tolist() == estimator.predict(OTHER_ROWS).tolist()


@pytest.mark.parametrize("estimator", [RidgeClassifier(), LinearSVC()], ids=str)
def test_estimator_of_labels_alone_is_kept_as_it_is_but_for_a_wide_tolerance(tmp_path, estimator):
    estimator.fit(ROWS, LABELS)

    record, loaded = frozen_and_loaded(tmp_path, estimator)
    wide, _ = frozen_and_loaded(tmp_path, estimator, relative_tolerance=1e-6)

    assert record.kept == "original"
    assert "equal answers, which do not show that it computes to 1.0e-09" in record.reason
    assert loaded.predict(OTHER_ROWS).tolist() == estimator.predict(OTHER_ROWS).tolist()
    assert wide.kept == "onnx"


def test_wider_tolerance_takes_a_graph_in_float32(tmp_path):
    estimator = GradientBoostingRegressor(n_estimators=20, random_state=0).fit(ROWS, VALUES)

    record, loaded = frozen_and_loaded(tmp_path, estimator, relative_tolerance=1e-6)

    assert record.kept == "onnx"
    assert "float32: equal answers" in record.reason
    np.testing.assert_allclose(loaded.predict(ROWS), estimator.predict(ROWS), rtol=1e-5, atol=1e-5)


def test_estimator_that_cannot_be_converted_is_kept_as_it_is_and_says_so(tmp_path):
    estimator = KernelRidge().fit(ROWS, VALUES)

    record, loaded = frozen_and_loaded(tmp_path, estimator)

    assert (record.kept, record.largest_difference) == ("original", None)
    assert "float64: not possible" in record.reason
    assert "KernelRidge" in record.reason
    # Unpickled, its matrix lies otherwise in memory, and sums are added up in another order.
    np.testing.assert_allclose(loaded.predict(ROWS), estimator.predict(ROWS), rtol=1e-9)


def test_estimator_of_words_is_kept_as_it_is(tmp_path):
    frame = pd.DataFrame({"school": ["A", "B"] * 10, "score": range(20)})
    encoder = ColumnTransformer([("school", OneHotEncoder(), ["school"])], remainder="passthrough")
    estimator = make_pipeline(encoder, LinearRegression()).fit(frame, range(20))

    record, loaded = frozen_and_loaded(tmp_path, estimator, frame)

    assert record.kept == "original"
    assert "the features are not all numbers" in record.reason
    assert loaded.predict(frame).tolist() == estimator.predict(frame).tolist()


def test_estimator_fitted_on_a_data_frame_of_numbers_answers_arrays_as_onnx(tmp_path):
    frame = pd.DataFrame(ROWS, columns=list("abcd"))
    estimator = RandomForestClassifier(5, random_state=0).fit(frame, LABELS)

    record, loaded = frozen_and_loaded(tmp_path, estimator, frame)

    assert record.kept == "onnx"
    assert loaded.predict(ROWS).tolist() == estimator.predict(frame).tolist()


@pytest.mark.parametrize("fitted_on_missing", [False, True])
def test_forest_answers_missing_features_as_the_original_does(tmp_path, fitted_on_missing):
    rows, others = ROWS.copy(), OTHER_ROWS.copy()
    rows[RANDOM.random(rows.shape) < 0.2] = np.nan
    others[RANDOM.random(others.shape) < 0.2] = np.nan
    rows = rows if fitted_on_missing else ROWS
    estimator = RandomForestClassifier(20, random_state=0).fit(rows, LABELS)

    record, loaded = frozen_and_loaded(tmp_path, estimator, rows)

    assert record.kept == "onnx"
    assert loaded.predict(others).tolist() == estimator.predict(others).tolist()
    np.testing.assert_allclose(
        loaded.predict_proba(others), estimator.predict_proba(others), rtol=1e-12
    )


@pytest.mark.parametrize(
    "rows",
    [
        [[1.0, 2.0, 3.0]],
        [1.0, 2.0, 3.0, 4.0],
        np.empty((0, 4)),
        [[1.0, 2.0, np.inf, 4.0]],
        [[1.0, None, 3.0, 4.0]],
        [["one", 2.0, 3.0, 4.0]],
    ],
    ids=["narrow", "flat", "none", "infinite", "missing", "word"],
)
def test_onnx_refuses_what_the_original_refuses(tmp_path, rows):
    estimator = LogisticRegression().fit(ROWS, LABELS)
    _, loaded = frozen_and_loaded(tmp_path, estimator)

    with pytest.raises(ValueError, match=r".+"):
        estimator.predict(np.asarray(rows, dtype=object))
    with pytest.raises(ModelInputError, match=r"The features (have|are)|Row 0, feature"):
        loaded.predict(rows)


def test_original_that_cannot_be_pickled_is_refused():
    class Local(KernelRidge):
        pass

    with pytest.raises(ArtifactError, match=r"Local cannot be pickled"):
        freeze_estimator(Local().fit(ROWS, VALUES), ROWS)


ANSWER = """
import sys
from pathlib import Path
from ml_api_kit.contract import Artifacts, load_estimator
estimator = load_estimator(Artifacts(Path(sys.argv[1])))
estimator.predict([[1.0, 2.0, 3.0, 4.0]])
print([name for name in ("sklearn", "pandas", "scipy", "skl2onnx") if name in sys.modules])
"""


def test_onnx_answers_without_scikit_learn_and_pandas(tmp_path):
    frozen_and_loaded(tmp_path, LinearRegression().fit(ROWS, VALUES))
    command = [sys.executable, "-c", ANSWER, str(tmp_path / "a")]

    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert output.strip() == "[]"


@pytest.mark.parametrize("rows", [np.empty((0, 4)), np.zeros(4)])
def test_training_rows_that_compare_nothing_are_refused(rows):
    with pytest.raises(ModelInputError, match="The training rows have the shape"):
        freeze_estimator(LinearRegression().fit(ROWS, VALUES), rows)
