from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ml_api_kit.cli.schema import schema
from ml_api_kit.errors import SchemaError

CLASSIC = """{
  "$schema": "http://json-schema.org/draft-04/schema#",
  "student_name": {"type": "string", "required": "True"},
  "student_grade": {"type": "string", "required": "True", "maximum": 120, "minimum": 1}
}
"""


def lint(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(schema, ["lint", *words], catch_exceptions=False)
    return result.exit_code, result.output


def write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_faults_of_the_classic_schema_are_told_with_their_lines(tmp_path: Path) -> None:
    file = write(tmp_path, "student.json", CLASSIC)
    code, output = lint(file)
    assert code == 1
    assert f'{file}:3:3: S001 error at /student_name: the property "student_name"' in output
    assert f"{file}:4:39: S002 error at /student_grade/required" in output
    assert f"{file}:4:59: S004 error at /student_grade/maximum: `maximum` is for" in output
    assert output.endswith("Found 6 errors and 1 warning in 1 file.\n")


def test_findings_as_json(tmp_path: Path) -> None:
    code, output = lint("--json", "--errors-only", write(tmp_path, "student.json", CLASSIC))
    found = json.loads(output)
    assert code == 1
    assert [one["id"] for one in found] == ["S001", "S001", "S002", "S002", "S004", "S004"]
    assert found[0]["pointer"] == "/student_name"
    assert {"file", "name", "level", "line", "column", "what", "why", "mend"} <= set(found[0])


def test_sound_folder_whose_files_refer_to_each_other(tmp_path: Path) -> None:
    write(tmp_path, "rows.json", '{"type": "array", "items": {"$ref": "row.json"}}')
    write(tmp_path, "row.json", '{"type": "object"}')
    assert lint(str(tmp_path)) == (0, "Nothing found in 2 files.\n")
    assert lint(str(tmp_path / "rows.json"), "--json") == (0, "[]\n")


def test_warning_alone_is_a_finding_unless_only_errors_are_asked_for(tmp_path: Path) -> None:
    file = write(tmp_path, "when.json", '{"type": "string", "format": "datetime"}')
    assert lint(file)[0] == 1
    assert lint(file, "--errors-only") == (0, "Nothing found in 1 file.\n")


@pytest.mark.parametrize("text", ["{", "[]", '{"maximum": Infinity}'])
def test_file_that_is_no_schema_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SchemaError, match=r"broken\.json"):
        lint(write(tmp_path, "broken.json", text))


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_bad_files_are_told_after_the_findings_of_the_others(
    tmp_path: Path, options: list[str]
) -> None:
    for name, text in (("a", "null"), ("b", '{"maximum": 1, "type": "null"}'), ("c", "{")):
        write(tmp_path, f"{name}.json", text)
    result = CliRunner().invoke(schema, ["lint", *options, str(tmp_path)])
    assert "S004" in result.output
    assert isinstance(result.exception, SchemaError)
    assert result.exception.exit_code == 2
    told = str(result.exception)
    assert "a.json is no JSON Schema" in told
    assert "c.json is not JSON" in told


def test_folder_without_schemas_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"no \*\.json files"):
        lint(str(tmp_path))
