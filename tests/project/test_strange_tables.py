"""Tables as research has them: any name for a column, any text for a value, hundreds of columns."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from ml_api_kit.contract import json_artifact, write_artifacts
from ml_api_kit.project.convert import ConvertedProject, convert_project
from tests.project.work_folders import STATEMENTS, interface, write_json, write_lines

NAMES = [
    'the "best"',
    "it's",
    "{{ cookiecutter }}",
    "{% raw %}",
    "a/b~c",
    "back\\slash",
    "two\nlines",
    "SELECT",
    "select",
    "row_id",
    "größe (m²)",
    "🐧",
    "0",
    "`",
    " ",
    "$ref",
]
TEXTS = ["", " ", 'say "hi"', "a,b;c", "two\nlines\r\n", "{{ 1 }}", "NULL", "nan", "00123", "🐧"]

PREDICTION = '''"""Prediction: how long the texts of a row are."""

from collections.abc import Iterable, Sequence

from ml_api_kit.contract import Artifacts, Row, RowsModel


class LengthModel(RowsModel):
    """Answers how many characters a row has."""

    def load(self, artifacts: Artifacts) -> None:
        """Take nothing."""

    def predict(self, rows: Sequence[Row]) -> list[Row]:
        """Count the characters of each row."""
        return [{"length": len("".join(map(str, row.values()))), "first": next(iter(row.values()))}
                for row in rows]


def get_lengths(model: LengthModel, rows: Iterable[Row]) -> list[Row]:
    """Count the characters of rows."""
    return model.predict(list(rows))
'''


def converted(folder: Path, names: list[str], rows: list[list[Any]]) -> ConvertedProject:
    work = folder / "work"
    (work / "package").mkdir(parents=True)
    (work / "package" / "prediction.py").write_text(PREDICTION)
    write_artifacts(work / "artifacts", {"nothing.json": json_artifact({})})
    named = [dict(zip(names, row, strict=True)) for row in rows]
    cases = [
        {
            "row": row,
            "answer": {
                "length": len("".join(map(str, row.values()))),
                "first": next(iter(row.values())),
            },
            "raw_index": index,
        }
        for index, row in enumerate(named)
    ]
    write_lines(work / "golden.jsonl", cases)
    with (work / "source.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(rows)
    kind = "string" if isinstance(rows[0][0], str) else "number"
    document = interface(rows=len(rows)) | {
        "name": "length",
        "noun": "lengths",
        "columns": [{"name": name, "type": kind, "nullable": True} for name in names],
        "answers": [{"name": "length", "type": "integer"}, {"name": "first", "type": kind}],
        "model_class": "LengthModel",
        "source": {"text": "df = {{ pd }}.read_csv('tabelle {{ 1 }}.csv')", "rows": len(rows)},
        "statements": [{**STATEMENTS[0], "source": "x = '{{ y }}' # {% z %}"}],
        "reasons": [{"file": "{{ a }}", "line": 1, "what": "{% b %}", "why": "| c\n| d"}],
    }
    write_json(work / "interface.json", document)
    return convert_project(work, "length-api", output_folder=folder, answers={})


def test_any_name_and_any_text_are_served_as_they_are(tmp_path: Path) -> None:
    rows = [[TEXTS[(row + place) % len(TEXTS)] for place in range(len(NAMES))] for row in range(10)]
    rows[3] = [*rows[3][:5], None, *rows[3][6:]]
    made = converted(tmp_path, NAMES, rows)
    assert made.conversion.holds, made.conversion.reasons
    document = json.loads((made.folder / "conversion.json").read_text())
    assert document["statements"][0]["source"] == "x = '{{ y }}' # {% z %}"


def test_hundreds_of_columns_are_sent_in_batches_that_the_api_accepts(tmp_path: Path) -> None:
    names = [f"pixel_{place}" for place in range(300)]
    rows = [[float((row * place) % 256) / 255 for place in range(300)] for row in range(120)]
    made = converted(tmp_path, names, rows)
    assert made.conversion.holds, made.conversion.reasons
    assert made.conversion.golden.rows == 120
