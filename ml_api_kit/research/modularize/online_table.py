"""A project that answers rows with the rows of a table that the research code computes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ml_api_kit.research.modularize import filters
from ml_api_kit.research.modularize.interface_columns import answer_type, raw_column
from ml_api_kit.research.modularize.interface_origins import describe_source, path_lines
from ml_api_kit.research.modularize.prediction_source import write_table_prediction
from ml_api_kit.research.modularize.row_table import RowTable, write_row_table
from ml_api_kit.research.source.code import ResearchCode


def write_online_table(table: RowTable, code: ResearchCode, work: Path) -> dict[str, Any]:
    """What the interface says of the project, after its parts were written into `work`."""
    written = write_row_table(table, code, work)
    interface: dict[str, Any] = {
        "name": written["name"],
        "noun": written["noun"],
        "model_class": written["model_class"],
        "model": None,
        "columns": [
            raw_column(table.table[column], str(column), table.cases) for column in table.columns
        ],
        "dtypes": table.dtypes,
        "answers": [
            {"name": name, "type": answer_type([case["answer"][name] for case in table.cases])}
            for name in written["answer_names"]
        ],
        "answering": {
            "given": "table",
            "answer_names": written["answer_names"],
            "origin": written["origin"],
        },
        "source": describe_source(table.path, code),
        "has_row_path": True,
        "request_path": "pandas",
        "statements_behind": sorted({event.statement for event in table.path.events}),
        "filters": filters.find_filters(table.path.events, code),
        "path": path_lines(table.path),
    }
    (work / "package" / "prediction.py").write_text(
        write_table_prediction(interface, is_plain=False), encoding="utf-8"
    )
    return interface
