"""A request path tried at once, in the process that still holds the model, on some of its rows."""

from __future__ import annotations

from typing import Any

from ml_api_kit.research.modularize import golden
from ml_api_kit.research.modularize.fixed import FixedValues
from ml_api_kit.research.modularize.path import RequestPath
from ml_api_kit.research.modularize.preprocessing_source import write_preprocessing
from ml_api_kit.research.modularize.sites import Candidate
from ml_api_kit.research.modularize.source_table import to_table
from ml_api_kit.research.source.code import ResearchCode

_ROWS = 60
_ALONE = 3


def is_equal(
    path: RequestPath, fixed: FixedValues, candidate: Candidate, code: ResearchCode
) -> bool:
    """Whether some raw rows, together and alone, get the answers that the model gave for them."""
    table = to_table(path.sources)
    columns = path.columns or tuple(table.columns)
    answers = golden.answers_by_position(
        candidate, name="answer", with_probabilities=False, without=path.corrections
    )
    positions = sorted(answers)[:: max(1, len(answers) // _ROWS)]
    rows = golden.raw_rows(table.iloc[positions], columns)
    expected = [answers[position] for position in positions]
    dtypes = {str(column): str(table[column].dtype) for column in columns}
    module: dict[str, Any] = {"__name__": "rehearsal"}
    try:
        exec(
            compile(write_preprocessing(path, fixed, code, dtypes=dtypes), "<path>", "exec"), module
        )
        together = _ask(module, rows, fixed, candidate)
        alone = [_ask(module, [row], fixed, candidate)[0] for row in rows[:_ALONE]]
    # Whatever it raises, this is not the path; the next one is tried, and the check says the rest.
    except Exception:  # noqa: BLE001
        return False
    found = [{"answer": answer} for answer in together]
    single = [{"answer": answer} for answer in alone]
    return (
        bool(rows)
        and golden.first_difference(expected, found) is None
        and (golden.first_difference(expected[:_ALONE], single) is None)
    )


def _ask(
    module: dict[str, Any], rows: list[dict[str, Any]], fixed: FixedValues, candidate: Candidate
) -> list[Any]:
    features = module["preprocess"](module["to_frame"](rows), fixed.frozen)
    return golden.to_list(candidate.estimator.predict(features))
