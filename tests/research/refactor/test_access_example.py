"""The example that reads BigQuery by hand: it and its rewrite make the same."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.gcp_accessor.local.process import LocalServer
from ml_api_kit.research.refactor.file import read_source_file, refactor_file
from ml_api_kit.settings import Settings
from tests.research.refactor.running import run

_EXAMPLES = Path(__file__).parents[3] / "examples"


def test_example_and_its_rewrite_make_the_same(gcp: LocalServer) -> None:
    accessor = BigQueryAccessor(settings=Settings(bigquery_emulator=gcp.url))
    accessor.load_file("exams.answers", _EXAMPLES / "student_answers.csv", replace=True)
    source = read_source_file(_EXAMPLES / "answers_in_bigquery.py")
    made = refactor_file(source)
    assert made.access.left == made.pushed.left == ()
    assert "google.cloud" not in made.text
    before, after = run(source.text), run(made.text)
    assert before["answers"].shape == (501, 3)
    pd.testing.assert_frame_equal(_sorted(after["answers"]), _sorted(before["answers"]))
    pd.testing.assert_frame_equal(after["by_solved"], before["by_solved"])
    accessor.client.close()


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values("student_id").reset_index(drop=True)
