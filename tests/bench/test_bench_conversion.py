"""The views by hand and the generated applications do the same work. Nothing is timed here."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from ml_api_kit.project.bake import bake_project
from ml_api_kit.project.converted_filling import ConvertedFilling
from ml_api_kit.project.work_folder import read_work_folder
from ml_api_kit.research.check import GoldenCase
from ml_api_kit.research.convert import convert
from tests.bench import bench_conversion
from tests.bench.bench_conversion import (
    BY_HAND,
    EXAMPLES,
    GENERATED,
    Contender,
    Taken,
    bodies_of,
    check,
    golden_cases,
    lines_of,
    wrap,
)
from tests.bench.notebook_views import VIEWS, app_by_hand

Wrapped = tuple[list[Contender], list[GoldenCase]]


@pytest.fixture(scope="module", params=sorted(VIEWS))
def wrapped(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Wrapped:
    """Both applications of a notebook, and some of its golden rows."""
    folder = tmp_path_factory.mktemp("bench")
    notebook = EXAMPLES / f"{request.param}.ipynb"
    work = folder / "work"
    work.mkdir()
    convert(notebook, work)
    filling = ConvertedFilling(read_work_folder(work, notebook=notebook.name))
    name = f"{request.param.replace('_', '-')}-bench-test"
    project = bake_project(name, output_folder=folder, answers={}, filling=filling)
    return wrap(project, VIEWS[request.param]), golden_cases(project, size=20)


def test_both_answer_as_the_notebook_did(wrapped: Wrapped) -> None:
    contenders, cases = wrapped
    assert [one.name for one in contenders] == [BY_HAND, GENERATED]
    for contender in contenders:
        check(contender, cases)


def test_an_answer_that_is_another_is_told(wrapped: Wrapped) -> None:
    contenders, cases = wrapped
    shifted = [replace(cases[0], answer=dict.fromkeys(cases[0].answer, "none")), *cases[1:]]
    for contender in contenders:
        with pytest.raises(SystemExit, match=f"{contender.name}: FirstDifference\\(row=0"):
            check(contender, shifted)


@pytest.mark.parametrize("wrong_at", [1, 3])
def test_rows_are_checked_alone_and_together(wrong_at: int) -> None:
    def answers(frame: pd.DataFrame) -> list[dict[str, Any]]:
        added = 1.0 if len(frame) == wrong_at else 0.0
        return [{"mass": mass + added} for mass in frame["mass"].tolist()]

    contender = Contender(BY_HAND, app_by_hand(answers, endpoint="/v1/masses"), "/v1/masses")
    cases = [GoldenCase({"mass": mass}, {"mass": float(mass)}) for mass in range(3)]
    with pytest.raises(SystemExit, match="by hand: FirstDifference"):
        check(contender, cases)


def test_the_generated_app_is_behind_its_schema(wrapped: Wrapped) -> None:
    (_, generated), cases = wrapped
    with pytest.raises(SystemExit, match="generated answered 422"):
        generated.answers([{**cases[0].row, "surprise": 1}])


def test_the_generated_app_is_behind_its_token(
    wrapped: Wrapped, monkeypatch: pytest.MonkeyPatch
) -> None:
    (_, generated), cases = wrapped
    monkeypatch.setattr(bench_conversion, "TOKEN", "another")
    with pytest.raises(SystemExit, match="generated answered 401"):
        generated.answers([cases[0].row])


def test_a_refused_request_has_no_time(wrapped: Wrapped) -> None:
    for contender in wrapped[0]:
        with pytest.raises(SystemExit, match=f"{contender.name} answered 400"):
            contender.measure([b"{"], requests=1)


def test_bodies_are_sent_in_turn() -> None:
    asked: list[list[float]] = []

    def answers(frame: pd.DataFrame) -> list[dict[str, Any]]:
        asked.append(frame["mass"].tolist())
        return []

    contender = Contender(BY_HAND, app_by_hand(answers, endpoint="/v1/masses"), "/v1/masses")
    bodies = bodies_of([GoldenCase({"mass": mass}, {}) for mass in range(5)], rows=2)
    contender.measure(bodies, requests=4)
    assert asked == [[0, 1], [2, 3], [4], [0, 1]]


def test_cases_come_again_where_a_body_needs_more() -> None:
    [body] = bodies_of([GoldenCase({"mass": mass}, {}) for mass in range(2)], rows=3)
    assert json.loads(body) == {"rows": [{"mass": 0}, {"mass": 1}, {"mass": 0}]}


def test_lines_compare_cpu_and_wall_time_round_by_round() -> None:
    measured = {
        BY_HAND: [Taken(cpu_ms=10.0, wall_ms=20.0), Taken(cpu_ms=20.0, wall_ms=40.0)],
        GENERATED: [Taken(cpu_ms=1.0, wall_ms=10.0), Taken(cpu_ms=4.0, wall_ms=20.0)],
    }
    cpu, wall = (one.split() for one in lines_of("penguins", 100, measured))
    assert cpu == ["penguins", "100", "cpu", "15.00", "2.50", "0.150", "0.100-0.200"]
    assert wall == ["penguins", "100", "wall", "30.00", "15.00", "0.500", "0.500-0.500"]
