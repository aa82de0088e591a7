from __future__ import annotations

import pytest

from ml_api_kit.research.understand import Category
from tests.bench.agreement import f1_by_class, format_agreement, macro_f1

ML, SHOWN = Category.ML, Category.EXPLORATION
PAIRS = [(ML, ML), (ML, SHOWN), (SHOWN, SHOWN), (SHOWN, None)]


def test_f1_counts_what_was_not_judged_as_missed() -> None:
    scores = f1_by_class(PAIRS)
    assert scores == {ML: pytest.approx(2 / 3), SHOWN: pytest.approx(1 / 2)}


def test_macro_f1_weighs_every_class_alike() -> None:
    assert macro_f1([*PAIRS, *[(SHOWN, SHOWN)] * 50]) == pytest.approx(
        (2 / 3 + 102 / (52 + 52)) / 2
    )


def test_table_shows_what_was_taken_for_what() -> None:
    lines = format_agreement("some", PAIRS).splitlines()
    assert lines[0] == "some: 4 judged, macro-F1 0.583"
    assert lines[1].split() == [
        "true",
        "F1",
        "preparati",
        "preproces",
        "ml",
        "explorati",
        "export",
        "support",
        "unread",
    ]
    assert lines[2].split() == ["ml", "0.667", "0", "0", "1", "1", "0", "0", "0"]
