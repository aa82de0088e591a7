"""How much of what production needs the judgement without a run would drop.

`python -m tests.bench.category_needed NOTEBOOK...` runs each notebook once, as `mlapi understand`
does, and lists the statements that its model was seen to depend on and that are judged exploration
or export without that knowledge.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from ml_api_kit.errors import MlApiError
from ml_api_kit.research.record.process import Limits, record
from ml_api_kit.research.source.reading import read_research_code
from ml_api_kit.research.understand import Category, Understood, categorize

DROPPED = (Category.EXPLORATION, Category.EXPORT)


def main(names: list[str]) -> int:
    """The exit status of measuring these notebooks; those that do not run are named."""
    needed_all = dropped_all = 0
    for path in map(Path, names):
        try:
            needed, dropped = measure(path)
        except MlApiError as error:
            print(f"{path.name}: not run: {error}")
            continue
        needed_all += needed
        dropped_all += len(dropped)
        print(f"{path.name}: {needed} statements needed, {len(dropped)} judged not to be")
        for one in dropped:
            first = one.statement.text.splitlines()[0]
            print(f"  cell {one.statement.cell}: {first}\n    {one.category}: {one.reason}")
    share = dropped_all / needed_all if needed_all else 0.0
    print(f"{dropped_all} of {needed_all} would be dropped ({share:.1%})")
    return 0


def measure(path: Path) -> tuple[int, list[Understood]]:
    """How many statements production needs, and those of them that would be dropped."""
    with tempfile.TemporaryDirectory() as folder:
        record(path, Path(folder), limits=Limits())
        interface = json.loads(Path(folder, "interface.json").read_text("utf-8"))
    needed = set(interface["production"])
    judged = categorize(read_research_code(path))
    return len(needed), [
        one for one in judged if one.statement.number in needed and one.category in DROPPED
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
