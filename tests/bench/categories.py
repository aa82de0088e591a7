"""Measures the categories against people's labels: `python -m tests.bench.categories FILE`.

FILE holds labelled snippets, one JSON object a line (see `tests.bench.labelled`); it is never part
of the repository. `--errors TRUE JUDGED` shows the snippets of one field of the confusion table.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ml_api_kit.research.source.magics import to_python
from ml_api_kit.research.understand import Category, categorize_snippet
from tests.bench.agreement import Pair, format_agreement
from tests.bench.labelled import Snippet, read_snippets, to_category

SURE = 5
SHOWN_LINES = 12


def main(arguments: list[str]) -> int:
    """The exit status of measuring what the arguments ask for."""
    options = _parser().parse_args(arguments)
    snippets = read_snippets(options.labelled)
    pairs: list[Pair] = [(one.label, judged(one.source)) for one in snippets]
    _print_agreement("rules", snippets, pairs)
    if options.errors:
        true, found = map(to_category, options.errors)
        _print_errors(snippets, pairs, (true, found), options.most)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.categories", description=__doc__)
    parser.add_argument("labelled", type=Path, help="labelled snippets, a JSON object a line")
    parser.add_argument("--errors", nargs=2, metavar=("TRUE", "JUDGED"), help="show these")
    parser.add_argument("--most", type=int, default=30, help="how many errors to show")
    return parser


def judged(source: str) -> Category | None:
    """What the snippet is judged to be for; None where it is no valid Python."""
    try:
        return categorize_snippet(to_python(source).text)
    except SyntaxError:
        return None


def _print_agreement(how: str, snippets: list[Snippet], pairs: list[Pair]) -> None:
    print(format_agreement(f"{how}, all", pairs), end="\n\n")
    sure = [pair for one, pair in zip(snippets, pairs, strict=True) if one.confidence == SURE]
    if sure:
        print(format_agreement(f"{how}, confidence {SURE}", sure), end="\n\n")


def _print_errors(snippets: list[Snippet], pairs: list[Pair], wanted: Pair, most: int) -> None:
    found = [one for one, pair in zip(snippets, pairs, strict=True) if pair == wanted]
    for one in sorted(found, key=lambda one: -one.confidence)[:most]:
        lines = one.source.strip().splitlines()
        print(f"--- {one.notebook}, confidence {one.confidence}")
        print("\n".join(lines[:SHOWN_LINES]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
