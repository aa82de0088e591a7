"""What is made of the tape, in the process that still holds the values.

1. choose:   the model, and where it was asked
2. path:     what is done to a raw row before the model sees it
3. freeze:   what was learned, as artifacts
4. golden:   raw rows, and what the research code's model answered for them
5. write:    all of it into the work folder, for the project that is baked from it
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from ml_api_kit.research.modularize import production, row_table, training_source
from ml_api_kit.research.modularize.batch import write_batch
from ml_api_kit.research.modularize.chosen_model import (
    Derived,
    choose_model,
    derive_answers,
    values_behind,
)
from ml_api_kit.research.modularize.interface_origins import describe_model
from ml_api_kit.research.modularize.mixed_answers import find_mixed
from ml_api_kit.research.modularize.online import write_online
from ml_api_kit.research.modularize.online_table import write_online_table
from ml_api_kit.research.modularize.own_code import own_code_of
from ml_api_kit.research.modularize.sites import candidates
from ml_api_kit.research.record.tape import Tape, Value
from ml_api_kit.research.source.code import ResearchCode


def finish(
    tape: Tape, code: ResearchCode, namespace: dict[str, Any], work: Path, options: dict[str, Any]
) -> None:
    """Write what a project is baked from into `work`.

    Raises ConversionError: when the model that was asked for is not there.
    """
    started = time.monotonic()
    found = candidates(tape)
    reasons: list[dict[str, Any]] = []
    chosen = choose_model(tape, code, found, options, reasons)
    derived = Derived() if chosen is None else derive_answers(tape, chosen, code, options)
    reasons += [] if chosen is None else find_mixed(tape, code, found)
    behind = production.outputs(tape) if chosen is None else values_behind(chosen, derived)
    numbers = _statements_needed(tape, code, behind)
    document: dict[str, Any] = {
        "models": [describe_model(code, one) for one in found],
        "production": sorted(numbers),
        "reasons": reasons,
        "files_read": options.get("files_read", []),
        "seconds": {"run": options.get("run_seconds", 0.0)},
        "facts": production.facts(tape, code),
    }
    table = None
    if chosen is None and not options.get("model"):
        table = row_table.find_row_table(tape, namespace, code, lambda: own_code_of(code))
    if table is not None:
        reasons.clear()
        numbers = _statements_needed(tape, code, [table.value])
        document["production"] = sorted(numbers)
        document |= write_online_table(table, code, work)
        training_source.write_training(code, numbers, work)
    elif chosen is None:
        document |= write_batch(tape, code, namespace, work, options)
    else:
        document |= write_online(chosen, derived, code, work, options)
        asking = training_source.asking_statements(code, chosen.candidate.sites)
        training_source.write_training(code, numbers | asking, work)
    document["seconds"]["modularize"] = time.monotonic() - started
    (work / "interface.json").write_text(json.dumps(document, indent=1), encoding="utf-8")


def _statements_needed(tape: Tape, code: ResearchCode, values: list[Value]) -> set[int]:
    """The numbers of the statements that values depend on, with those that these need."""
    return training_source.needed_statements(code, production.statement_numbers(tape, values))
