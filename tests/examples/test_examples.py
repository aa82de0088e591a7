"""The example notebooks, each converted and held to its own answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_api_kit.project.convert import convert_project
from ml_api_kit.research.convert import convert

EXAMPLES = Path(__file__).parents[2] / "examples"
_EXPECTED = {
    "affairs": ("python", 6366),
    "breast_cancer": ("python", 569),
    "clinics": ("pandas", 442),
    "diabetes": ("python", 442),
    "messy": ("python", 342),
    "penguins": ("python", 342),
    "student_answers": ("python", 1000),
    "wine": ("python", 178),
}


def test_every_example_is_expected() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.ipynb")) == sorted(_EXPECTED)


@pytest.mark.parametrize("name", _EXPECTED)
def test_example_answers_as_its_notebook_did(name: str, tmp_path: Path) -> None:
    request_path, rows = _EXPECTED[name]
    before = (EXAMPLES / f"{name}.ipynb").read_bytes()
    interface = convert(EXAMPLES / f"{name}.ipynb", tmp_path)
    assert (interface["trial"]["rows"], interface["trial"]["equal"]) == (rows, rows)
    assert interface["request_path"] == request_path
    assert (EXAMPLES / f"{name}.ipynb").read_bytes() == before


def test_example_becomes_a_project_that_is_verified_over_http(tmp_path: Path) -> None:
    made = convert_project(
        EXAMPLES / "penguins.ipynb", "penguin-api", output_folder=tmp_path, answers={}
    )
    assert made.conversion.holds
    assert (made.folder / "conversion.json").is_file()
