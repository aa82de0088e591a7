"""Measures the categories against people's labels: `python -m tests.bench.categories FILE`.

FILE holds labelled snippets, or labelled statements of whole notebooks, one JSON object a line (see
`tests.bench.labelled`); it is never part of the repository. What is learned from snippets is
measured by cross-validation over notebooks, beside the rules alone.

`--errors TRUE JUDGED` shows the snippets of one field of the last confusion table, `--learn OUT`
learns the weights anew from all of FILE.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ml_api_kit.research.source.magics import to_python
from ml_api_kit.research.source.reading import read_research_code
from ml_api_kit.research.understand import Category, categorize, categorize_snippet
from ml_api_kit.research.understand.cells import LIKELY
from tests.bench.agreement import Pair, format_agreement
from tests.bench.category_learning import (
    Example,
    cross_validated,
    learn,
    to_examples,
    write_weights,
)
from tests.bench.labelled import (
    Snippet,
    has_statements,
    read_snippets,
    read_statements,
    to_category,
)

SURE = 5

SHOWN_LINES = 12


def main(arguments: list[str]) -> int:
    """The exit status of measuring what the arguments ask for."""
    options = _parser().parse_args(arguments)
    if has_statements(options.labelled):
        return _measure_notebooks(options)
    snippets = read_snippets(options.labelled)
    pairs: list[Pair] = [(one.label, judged(one.source)) for one in snippets]
    _print_agreement("rules", snippets, pairs)
    if not options.rules:
        examples = to_examples(snippets)
        pairs = _learned_pairs(snippets, examples, pairs)
        _print_agreement("rules and what is learned, cross-validated", snippets, pairs)
        if options.learn:
            write_weights(learn(examples), len(examples), options.learn)
    if options.errors:
        true, found = map(to_category, options.errors)
        wrong = [one for one, pair in zip(snippets, pairs, strict=True) if pair == (true, found)]
        _print_errors(wrong, options.most)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.categories", description=__doc__)
    parser.add_argument("labelled", type=Path, help="labelled code, a JSON object a line")
    parser.add_argument("--errors", nargs=2, metavar=("TRUE", "JUDGED"), help="show these")
    parser.add_argument("--most", type=int, default=30, help="how many errors to show")
    parser.add_argument("--rules", action="store_true", help="measure the rules only")
    parser.add_argument("--learn", type=Path, metavar="OUT", help="write weights of all of FILE")
    return parser


def judged(source: str) -> Category | None:
    """What the rules judge the snippet to be for; None where it is no valid Python."""
    try:
        return categorize_snippet(to_python(source).text, by_rules=True)
    except SyntaxError:
        return None


def _learned_pairs(
    snippets: Sequence[Snippet], examples: Sequence[Example], pairs: Sequence[Pair]
) -> list[Pair]:
    """The pairs, with what is learned in place of the rules where it is likelier than not."""
    likely = {
        id(example.snippet): reading.category
        for example, reading in zip(examples, cross_validated(examples), strict=True)
        if reading is not None and reading.probability > LIKELY
    }
    return [
        (true, likely.get(id(one), found))
        for one, (true, found) in zip(snippets, pairs, strict=True)
    ]


def _print_agreement(how: str, snippets: Sequence[Snippet], pairs: Sequence[Pair]) -> None:
    print(format_agreement(f"{how}, all", pairs), end="\n\n")
    sure = [pair for one, pair in zip(snippets, pairs, strict=True) if one.confidence == SURE]
    if sure:
        print(format_agreement(f"{how}, confidence {SURE}", sure), end="\n\n")


def _print_errors(wrong: Sequence[Snippet], most: int) -> None:
    for one in sorted(wrong, key=lambda one: -one.confidence)[:most]:
        print(f"--- {one.notebook}, confidence {one.confidence}")
        print("\n".join(one.source.strip().splitlines()[:SHOWN_LINES]))


def _measure_notebooks(options: argparse.Namespace) -> int:
    """Statements in whole notebooks, judged without running them."""
    pairs: list[Pair] = []
    wrong = []
    for path, labels in read_statements(options.labelled).items():
        for one in categorize(read_research_code(path)):
            true = labels.get((one.statement.cell, one.statement.line))
            if true is None:
                continue
            pairs.append((true, one.category))
            if true is not one.category:
                where = f"{path.name}, cell {one.statement.cell}, line {one.statement.line}"
                text = one.statement.text.splitlines()[0]
                wrong.append(f"{where}: {text}\n  {true}, judged {one.category}: {one.reason}")
    print(format_agreement("statements of whole notebooks", pairs), end="\n\n")
    print("\n".join(wrong[: options.most]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
