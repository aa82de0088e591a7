from importlib.metadata import version
from pathlib import Path

from ml_api_kit.contract import json_artifact, pickle_artifact, write_artifacts
from ml_api_kit.project.model_requirements import split_requirements

PINS = ["scikit-learn==1.2.3", "pandas==2.0", "NumPy==2.1", "seaborn==0.13"]


def test_what_answers_import_is_apart_from_what_training_does(tmp_path: Path) -> None:
    write_artifacts(tmp_path, {"a.json": json_artifact(1)})
    needed = split_requirements(
        PINS,
        answering_sources=["from numpy import sqrt\nimport ml_api_kit.contract\n"],
        artifacts=tmp_path,
        trains=False,
    )
    assert needed.answering == ("NumPy==2.1",)
    assert needed.training == ("pandas==2.0", "scikit-learn==1.2.3", "seaborn==0.13")


def test_what_a_pickle_is_made_of_is_needed_to_answer(tmp_path: Path) -> None:
    from sklearn.linear_model import LinearRegression

    fitted = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
    write_artifacts(tmp_path, {"estimator.pickle": pickle_artifact(fitted)})
    needed = split_requirements(PINS, answering_sources=[], artifacts=tmp_path, trains=False)
    assert needed.answering == ("NumPy==2.1", "scikit-learn==1.2.3")


def test_what_freezes_estimators_is_pinned_as_it_is_installed(tmp_path: Path) -> None:
    write_artifacts(tmp_path, {"a.json": json_artifact(1)})
    needed = split_requirements(PINS, answering_sources=[], artifacts=tmp_path, trains=True)
    assert f"skl2onnx=={version('skl2onnx')}" in needed.training
    assert "scikit-learn==1.2.3" in needed.training
