"""What the README of a converted project says, from a work folder."""

from __future__ import annotations

import json
from pathlib import Path

from ml_api_kit.project.converted_readme import readme_variables
from ml_api_kit.project.work_folder import read_work_folder
from ml_api_kit.research.check import GoldenCase
from tests.project.work_folders import penguins_work_folder, write_json


def test_readme_says_each_reason_in_a_line_and_its_place_where_it_is_known(tmp_path: Path) -> None:
    folder = penguins_work_folder(tmp_path / "work")
    document = json.loads((folder / "interface.json").read_text("utf-8"))
    document["reasons"] = [
        {"file": "a.ipynb", "line": None, "what": "the model", "why": "It is large.\nSee below."},
        {"file": "a.ipynb", "line": 7, "what": "the path", "why": "no rule"},
    ]
    write_json(folder / "interface.json", document)
    said = readme_variables(read_work_folder(folder), GoldenCase({}, {}, 0))["reasons_text"]
    assert said == "What fell short:\n\n- the model: It is large.\n- line 7: the path: no rule\n\n"
