"""Converts every notebook of a corpus into a project, and prints what came of each.

    make corpus LIST=dev.json FOLDER=notebooks
    python -m tests.corpus dev.json notebooks [--only TEXT]

LIST is a JSON list of objects with `id` and `entry`; FOLDER holds for each a folder named by its
`id`, in which `entry` is the path of the notebook, with its data where it looks for them. Projects
are made in a temporary folder. `seconds` is the whole conversion with the check, `run` what of it
the notebook itself took.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ml_api_kit.errors import MlApiError
from ml_api_kit.project.convert import ConversionWishes, convert_project


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one notebook."""

    name: str
    state: str
    is_supervised: bool
    is_verified: bool
    is_python: bool
    golden: str
    tests: str
    seconds: float
    run_s: float
    why: str


def convert_one(name: str, path: Path) -> Outcome:
    """Convert one notebook, in a folder that is removed again."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            made = convert_project(
                path,
                "corpus-api",
                output_folder=Path(folder),
                answers={},
                wishes=ConversionWishes(timeout_s=300),
            )
        except MlApiError as error:
            seconds = time.monotonic() - started
            return Outcome(name, "failed", False, False, False, "", "", seconds, 0, str(error))
        document = json.loads((made.folder / "conversion.json").read_text("utf-8"))
    golden, tests = document["golden"], document["tests"]
    reasons = "; ".join(f"{one['what']}: {one['why']}" for one in document["reasons"])
    return Outcome(
        name,
        "converted",
        bool(document["model"] and document["model"].get("is_supervised")),
        document["verified"],
        document["python"],
        f"{golden['equal']}/{golden['rows']}",
        f"{tests['passed']}+{tests['failed']}",
        time.monotonic() - started,
        document["steps"].get("run", 0.0),
        reasons,
    )


def main() -> int:
    """Convert the corpus; the status is 0 whatever came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus")
    parser.add_argument("list", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    outcomes = []
    print(
        f"{'notebook':44} {'golden':>13} {'verified':>8} {'python':>6} {'tests':>7} "
        f"{'seconds':>7} {'run':>6}"
    )
    for entry in json.loads(given.list.read_text("utf-8")):
        if given.only in entry["id"]:
            one = convert_one(entry["id"], given.folder / entry["id"] / entry["entry"])
            outcomes.append(one)
            _print(one)
    _summary(outcomes)
    return 0


def _print(one: Outcome) -> None:
    print(
        f"{one.name[:44]:44} {one.golden:>13} {'yes' if one.is_verified else 'no':>8} "
        f"{'yes' if one.is_python else 'no':>6} {one.tests:>7} {one.seconds:7.1f} {one.run_s:6.1f}",
        flush=True,
    )
    if one.why:
        print(f"    {' '.join(one.why.split())[:300]}", flush=True)


def _summary(outcomes: list[Outcome]) -> None:
    supervised = [one for one in outcomes if one.is_supervised]
    made = [one for one in outcomes if one.state == "converted"]
    over = [one for one in made if one.seconds > one.run_s + 15]
    print(
        f"\n{len(made)} of {len(outcomes)} converted; of {len(supervised)} with a supervised model "
        f"{sum(one.is_verified for one in supervised)} are verified on every row, "
        f"{sum(one.is_python for one in supervised)} need no pandas; "
        f"{len(over)} took more than their own run and 15 s."
    )


if __name__ == "__main__":
    raise SystemExit(main())
