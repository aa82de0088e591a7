"""The research code that a project keeps to train its model with: what the model is made by."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

from ml_api_kit.research.modularize.sites import Site
from ml_api_kit.research.record.answers import ASKED
from ml_api_kit.research.refactor.access import refactor_access
from ml_api_kit.research.refactor.access.queried import mentions_google
from ml_api_kit.research.source.code import ResearchCode, Statement
from ml_api_kit.research.understand.use import Use, use_of
from ml_api_kit.research.understand.vocabulary import PLOT_LIBRARIES

_MODULE = '''"""Training: fits the model anew to the data in `training/`, and writes new artifacts.

`training/train.py` holds the statements of {name} that the model is made by, as they were written.
They run once, as when the project was made; what they learn becomes the artifacts, and the answers
of the model the golden cases.

Run it with `make train`, or `mlapi train`. The request path imports nothing of this module.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ml_api_kit.errors import MlApiError
from ml_api_kit.project import retrain_project


def main() -> int:
    """Train, and say what came of it.

    Returns:
        The status to exit with.
    """
    try:
        rows = retrain_project(Path(__file__).parents[1])
    except MlApiError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(f"Trained on training/train.py: new artifacts, and {{rows}} new golden rows.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
'''


def needed_statements(code: ResearchCode, numbers: Iterable[int]) -> set[int]:
    """Those statements, and the imports, functions and constants that they read."""
    uses = [use_of(ast.parse(statement.text)) for statement in code.statements]
    found: set[int] = set()
    stack = list(numbers)
    while stack:
        number = stack.pop()
        if number not in found:
            found.add(number)
            stack += _definitions(uses, number)
    return found


def asking_statements(code: ResearchCode, sites: Iterable[Site]) -> set[int]:
    """The statements in which a model is asked, without those that draw.

    Training runs them too, so that what the code itself asked is what its answers are held to.
    """
    numbers = {site.event.statement for site in sites if site.method in (*ASKED, "score")}
    plots = {
        name
        for statement in code.statements
        for node in ast.walk(ast.parse(statement.text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in _bound_plots(node)
    }
    return {
        number
        for number in numbers
        if number >= 0 and not use_of(ast.parse(code.statements[number].text)).reads & plots
    }


def _bound_plots(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The names that an import binds of libraries that draw."""
    module = getattr(node, "module", None)
    return [
        one.asname or one.name.partition(".")[0]
        for one in node.names
        if (module or one.name).startswith(PLOT_LIBRARIES)
    ]


def _definitions(uses: list[Use], number: int) -> list[int]:
    """For each name that a statement reads, the statement before it that defined the name last."""
    made = []
    for name in uses[number].reads | uses[number].changes:
        before = [place for place in range(number) if name in uses[place].defines]
        made += before[-1:]
    return made


def write_training(code: ResearchCode, numbers: Iterable[int], work: Path) -> None:
    """Write `training/train.py` and the module that runs it into the work folder.

    What it reads from BigQuery and Cloud Storage it reads by the accessors.
    """
    kept = [code.statements[number] for number in sorted(needed_statements(code, numbers))]
    folder = work / "training"
    folder.mkdir(exist_ok=True)
    script = _script(code, kept)
    if mentions_google(script):
        script = refactor_access(script).source
    (folder / "train.py").write_text(script, encoding="utf-8")
    (work / "package" / "training.py").write_text(
        _MODULE.format(name=code.path.name), encoding="utf-8"
    )


def _script(code: ResearchCode, kept: list[Statement]) -> str:
    parts = [f"# What the model is made by, of {code.path.name}."]
    cell = 0
    for statement in kept:
        if statement.cell != cell:
            cell = statement.cell
            parts.append(f"\n# %% cell {cell}")
        if statement.comment:
            parts.append(statement.comment)
        parts.append(statement.text)
    return "\n".join(parts) + "\n"
