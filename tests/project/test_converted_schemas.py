import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ml_api_kit.project import read_work_folder
from ml_api_kit.project.converted_schemas import write_schemas
from ml_api_kit.research.check import GoldenCase
from ml_api_kit.schemas import ColumnSpec, SchemaFolder
from tests.project.work_folders import penguins_work_folder


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return penguins_work_folder(tmp_path_factory.mktemp("work") / "penguins")


def schemas(
    folder: Path, work: Path, columns: list[ColumnSpec], rows: list[dict[str, Any]], **wish: bool
) -> SchemaFolder:
    interface = replace(read_work_folder(work).interface, columns=tuple(columns))
    cases = [GoldenCase(row, {"mass": 1.0}) for row in rows]
    write_schemas(folder, interface, cases, **wish)
    return SchemaFolder(folder)


@pytest.mark.parametrize(
    ("declared", "values"),
    [
        ("string", ["a", 5, None, 1.5]),
        ("integer", [1, 2.0, None]),
        ("number", [1, 2.5, "many"]),
        ("boolean", [True, None]),
        ("string", [["a", "b"], {"c": 1}]),
    ],
)
def test_every_recorded_row_can_be_asked_for(
    tmp_path: Path, work: Path, declared: str, values: list[Any]
) -> None:
    rows = [{"a/b": value} for value in values]
    made = schemas(tmp_path, work, [ColumnSpec("a/b", declared)], rows)
    assert made["rows"].violations({"rows": rows}) == ()


@pytest.mark.parametrize("value", ["1", True, None, 1.5])
def test_a_value_of_another_type_is_refused(tmp_path: Path, work: Path, value: Any) -> None:
    made = schemas(tmp_path, work, [ColumnSpec("a", "integer")], [{"a": 1}])
    [violation] = made["rows"].violations({"rows": [{"a": value}]})
    assert violation.pointer == "/rows/0/a"


@pytest.mark.parametrize("body", [{"rows": []}, {"rows": [{}]}, {"rows": [{"a": 1, "b": 1}]}, {}])
def test_rows_are_one_or_more_with_these_columns(
    tmp_path: Path, work: Path, body: dict[str, Any]
) -> None:
    made = schemas(tmp_path, work, [ColumnSpec("a", "integer")], [{"a": 1}])
    assert made["rows"].violations(body)


def test_ranges_are_kept_only_where_they_are_wished_for(tmp_path: Path, work: Path) -> None:
    column = ColumnSpec("a", "integer", minimum=1, maximum=3)
    for wish in (False, True):
        folder = tmp_path / str(wish)
        folder.mkdir()
        made = schemas(folder, work, [column], [{"a": 1}], with_ranges=wish)
        assert bool(made["rows"].violations({"rows": [{"a": 4}]})) is wish


def test_an_answer_may_be_null_and_have_a_row_id(tmp_path: Path, work: Path) -> None:
    made = schemas(tmp_path, work, [ColumnSpec("a", "integer")], [{"a": 1}])
    answers = {"masses": [{"mass": 1.5}, {"mass": None, "row_id": 3}]}
    assert made["masses"].violations(answers) == ()
    assert made["masses"].violations({"masses": [{}]})
    assert json.loads((tmp_path / "page.json").read_text())["additionalProperties"] is False
