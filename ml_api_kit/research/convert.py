"""From research code to what a project is baked from.

1. record:     the code runs once, traced: `df = pd.read_csv("cars.csv")`, `model.fit(X, y)`
2. modularize: what a row goes through becomes functions, what was learned artifacts
3. refactor:   `df["age"].fillna(mean)` becomes plain Python, where the golden rows stay equal
4. try:        all golden rows go through the modules, together and alone

What it writes is described in `docs/converted-project.md`; the project is baked from it by
`ml_api_kit.project`, and checked through HTTP by `ml_api_kit.research.check`.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ml_api_kit.research.check.trials import Trials
from ml_api_kit.research.formatting import format_modules
from ml_api_kit.research.modularize.postprocessing_source import POSTPROCESSING
from ml_api_kit.research.modularize.prediction_source import (
    Answering,
    write_prediction,
    write_table_prediction,
)
from ml_api_kit.research.record.process import Limits, Progress, record
from ml_api_kit.research.source.code import ResearchCode
from ml_api_kit.research.source.reading import read_research_code

_DATA_BYTES = 50_000_000

# The name to install a package by, where it is not the name to import it by.
_DISTRIBUTIONS = {
    "sklearn": "scikit-learn",
    "imblearn": "imbalanced-learn",
    "cv2": "opencv-python",
    "PIL": "pillow",
    "yaml": "pyyaml",
    "bs4": "beautifulsoup4",
    "db_dtypes": "db-dtypes",
}

# The client makes frames with libraries that it does not bring itself.
_FRAMES_OF_QUERIES = re.compile(r"\.to_dataframe\(|\.query_frame\(|read_gbq\(")


@dataclass(frozen=True, slots=True)
class ConversionOptions:
    """What is asked of a conversion.

    Attributes:
        model: the variable of the model to serve; the last one fitted that predicts when None.
        noun: the name of one answer; taken from the target when None.
        limits: what the code may use while it runs.
    """

    model: str | None = None
    noun: str | None = None
    limits: Limits = field(default_factory=Limits)


def convert(
    path: Path,
    work: Path,
    *,
    options: ConversionOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> dict[str, Any]:
    """Convert a notebook or script into the modules, artifacts and golden cases in `work`.

    `work` is an empty folder. What is returned is also in its `interface.json`.

    Raises ResearchError: when the code cannot be read, does not run, or takes too much.
    """
    options = options or ConversionOptions()
    code = read_research_code(path)
    record(
        path,
        work,
        limits=options.limits,
        on_progress=on_progress,
        options={"model": options.model, "noun": options.noun},
    )
    interface: dict[str, Any] = json.loads((work / "interface.json").read_text(encoding="utf-8"))
    started = time.monotonic()
    with Trials(work) as trials:
        interface["trial"] = trials.run()
        if interface["has_row_path"]:
            _refactor(work, interface, trials)
    interface["seconds"]["refactor"] = time.monotonic() - started
    format_modules(work / "package", work / "pandas")
    _copy_data(path, work, interface)
    interface["requirements"] = requirements(work, code)
    interface["statements"] = _statements(code, interface)
    interface["research_requirements"] = list(code.requirements)
    interface["notes"] = list(code.notes)
    (work / "interface.json").write_text(json.dumps(interface, indent=1), encoding="utf-8")
    return interface


_IMPORTS_PANDAS = re.compile(r"^\s*(import|from) pandas\b", re.MULTILINE)


def _refactor(work: Path, interface: dict[str, Any], trials: Trials) -> None:
    """Rewrite the preprocessing into plain Python, as far as the golden rows stay equal.

    Where they are not equal in pandas, as when a batch of missing texts has no `.str`, plain Python
    may still answer them all: it is tried as a whole.
    """
    from ml_api_kit.research.refactor import refactor_module

    is_equal = _is_equal(interface["trial"])
    refusals: list[str | None] = []
    package = work / "package"
    pandas_form = (package / "preprocessing.py").read_text(encoding="utf-8")
    kept = work / "pandas"
    kept.mkdir(exist_ok=True)
    for module in package.glob("*.py"):
        shutil.copy2(module, kept / module.name)

    def accepts(source: str) -> str | None:
        if is_equal or not refusals:
            refusals.append(_try_source(work, interface, source, trials))
        return refusals[-1]

    refactored = refactor_module(pandas_form, accepts=accepts)
    if not is_equal and refusals[-1:] != [None]:
        for module in kept.glob("*.py"):
            shutil.copy2(module, package / module.name)
        return
    interface["functions"] = [
        {
            "name": one.name,
            "is_rewritten": one.is_rewritten,
            "reason": one.reason,
            "statements": [asdict(statement) for statement in one.statements],
        }
        for one in refactored.functions
    ]
    reason = _try_source(work, interface, refactored.source, trials)
    if reason is not None:
        for module in kept.glob("*.py"):
            shutil.copy2(module, package / module.name)
        interface["reasons"].append(_reason("the request path stays pandas", reason))
        for function in interface["functions"]:
            function |= {"is_rewritten": False, "reason": reason}
            for statement in function["statements"]:
                statement |= {"after": None, "reason": reason}
        return
    made_of_answers = package / f"{POSTPROCESSING}.py"
    sources = [refactored.source]
    sources += [made_of_answers.read_text(encoding="utf-8")] if made_of_answers.is_file() else []
    is_plain = not any(_IMPORTS_PANDAS.search(source) for source in sources)
    for one in refactored.functions:
        if not one.is_rewritten:
            interface["reasons"].append(_reason(f"{one.name} stays pandas", one.reason or ""))
    # Whether it works without pandas in truth is for the check of the project to say.
    interface["request_path"] = "python" if is_plain else "pandas"


def _try_source(work: Path, interface: dict[str, Any], source: str, trials: Trials) -> str | None:
    """Why modules with this preprocessing do not answer as before; None where they do."""
    package = work / "package"
    (package / "preprocessing.py").write_text(source, encoding="utf-8")
    is_plain = "def to_rows(" in source
    if interface["answering"]["given"] == "table":
        text = write_table_prediction(interface, is_plain=is_plain)
    else:
        text = _model_prediction(interface, is_plain=is_plain)
    (package / "prediction.py").write_text(text, encoding="utf-8")
    trial = trials.run()
    if _is_equal(trial):
        interface["trial"] = trial
        return None
    first = trial.get("first_difference")
    return str(trial.get("error") or f"the answers differ: {first}")


def _model_prediction(interface: dict[str, Any], *, is_plain: bool) -> str:
    answering = Answering(
        name=interface["name"],
        noun=interface["noun"],
        model_class=interface["model_class"],
        estimator_class=interface["answering"]["estimator_class"],
        has_probabilities=interface["answering"]["has_probabilities"],
        given=interface["answering"]["given"],
        origin=interface["answering"]["origin"],
        has_own_code=interface["answering"]["has_own_code"],
        outputs=tuple(interface["answering"]["outputs"]),
        derived=tuple(interface["answering"]["derived"]),
    )
    return write_prediction(answering, is_plain=is_plain)


def _copy_data(path: Path, work: Path, interface: dict[str, Any]) -> None:
    """Put the files that the code read beside the training script, as far as they lie below it."""
    training = work / "training"
    if not training.is_dir():
        return
    folder = path.resolve().parent
    # A file that the code makes before it reads it is made anew whenever it runs.
    names = [name for name in interface["files_read"] if (folder / name).is_file()]
    size = sum((folder / name).stat().st_size for name in names)
    why = None
    if any(name.startswith("..") for name in names):
        why = "it reads files outside the notebook's folder, which the project does not hold"
    elif size > _DATA_BYTES:
        why = f"its data has {size:,} bytes, more than a project should hold"
    if why is not None:
        interface["notes_on_training"] = why
        shutil.rmtree(training)
        (work / "package" / "training.py").unlink()
        return
    for name in names:
        (training / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / name, training / name)


def _is_equal(trial: dict[str, Any]) -> bool:
    return "error" not in trial and trial["rows"] > 0 and trial["rows"] == trial["equal"]


def _reason(what: str, why: str) -> dict[str, Any]:
    return {"file": "preprocessing.py", "line": None, "what": what, "why": why}


def requirements(work: Path, code: ResearchCode) -> list[str]:
    """The libraries that the project's modules and training import, pinned as they are here."""
    names: set[str] = {"pandas"}
    texts = [module.read_text(encoding="utf-8") for module in (work / "package").glob("*.py")]
    texts += [statement.text for statement in code.statements]
    for text in texts:
        names.update(re.findall(r"^\s*(?:import|from)\s+(\w+)", text, re.MULTILINE))
        if _FRAMES_OF_QUERIES.search(text):
            names |= {"db_dtypes", "pyarrow"}
    found = set()
    for name in names - set(sys.stdlib_module_names) - {"ml_api_kit", "__package__name__"}:
        distribution = _DISTRIBUTIONS.get(name, name)
        try:
            found.add(f"{distribution}=={importlib.metadata.version(distribution)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return sorted(found)


def _statements(code: ResearchCode, interface: dict[str, Any]) -> list[dict[str, Any]]:
    from ml_api_kit.research.understand import categorize
    from ml_api_kit.research.understand.smells.secrets import (
        sentence_without_secrets,
        without_secrets,
    )

    production = set(interface["production"])
    understood = categorize(code, facts=interface["facts"], production=production)
    return [
        one.statement.to_json(
            source=without_secrets(one.statement.text),
            category=one.category,
            reason=sentence_without_secrets(one.reason),
        )
        for one in understood
    ]
