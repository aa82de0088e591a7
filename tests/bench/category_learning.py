"""Learns the weights of `ml_api_kit.research.understand.learned` from labelled snippets.

A token is kept where it is seen in some notebooks and is made of names that libraries know, or
that everybody gives: nothing that only one author wrote gets into the weights.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml_api_kit.research.source.magics import to_python
from ml_api_kit.research.understand import Category
from ml_api_kit.research.understand.cells import tokens_of_snippet
from ml_api_kit.research.understand.learned import SCALE, Reading, Weights, read_as
from tests.bench.category_names import is_everybodys
from tests.bench.labelled import Snippet

FEWEST_NOTEBOOKS = 5
FOLDS = 8
STRENGTH = 5.0
# How much a label counts by the confidence of the person who gave it, from 0 to 5.
TRUST = (0.0, 0.1, 0.15, 0.3, 0.6, 1.0)


@dataclass(frozen=True, slots=True)
class Example:
    """A snippet as the learner sees it."""

    tokens: frozenset[str]
    snippet: Snippet


def to_examples(snippets: Sequence[Snippet]) -> list[Example]:
    """The snippets that are valid Python, as tokens."""
    return list(_examples(snippets))


def _examples(snippets: Sequence[Snippet]) -> Iterator[Example]:
    for one in snippets:
        try:
            tokens = tokens_of_snippet(to_python(one.source).text)
        except SyntaxError:
            continue
        yield Example(tokens, one)


def learn(examples: Sequence[Example]) -> Weights:
    """The weights that tell the examples' labels from their tokens."""
    from sklearn.linear_model import LogisticRegression

    tokens = _kept_tokens(examples)
    trust = [TRUST[one.snippet.confidence] for one in examples]
    labels = [str(one.snippet.label) for one in examples]
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    model.fit(_matrix(examples, tokens), labels, sample_weight=trust)
    return Weights(
        tuple(map(Category, model.classes_)),
        tuple(model.intercept_),
        {token: tuple(model.coef_[:, place]) for place, token in enumerate(tokens)},
    )


def _matrix(examples: Sequence[Example], tokens: Sequence[str]) -> object:
    """One row of length one for each example, as `read_as` weighs them."""
    from scipy.sparse import csr_matrix

    places = {token: place for place, token in enumerate(tokens)}
    rows, columns, values = [], [], []
    for row, one in enumerate(examples):
        known = [places[token] for token in one.tokens if token in places]
        rows += [row] * len(known)
        columns += known
        values += [1 / np.sqrt(len(known) or 1)] * len(known)
    return csr_matrix((values, (rows, columns)), shape=(len(examples), len(tokens)))


def _kept_tokens(examples: Sequence[Example]) -> list[str]:
    seen: dict[str, set[str]] = defaultdict(set)
    for one in examples:
        for token in one.tokens:
            seen[token].add(one.snippet.notebook)
    return sorted(
        token
        for token, notebooks in seen.items()
        if len(notebooks) >= FEWEST_NOTEBOOKS and is_everybodys(token)
    )


def cross_validated(examples: Sequence[Example]) -> list[Reading | None]:
    """What each example reads like by weights that were learned without its notebook."""
    from sklearn.model_selection import GroupKFold

    found: list[Reading | None] = [None] * len(examples)
    groups = [one.snippet.notebook for one in examples]
    for known, asked in GroupKFold(FOLDS).split(examples, groups=groups):
        weights = learn([examples[place] for place in known])
        for place in asked:
            found[place] = read_as(examples[place].tokens, weights)
    return found


def write_weights(weights: Weights, count: int, path: Path) -> None:
    """Write the weights as text, a token a line; tokens that weigh nothing are left out."""
    rounded = {
        token: [round(one * SCALE) for one in values] for token, values in weights.tokens.items()
    }
    tokens = ",\n".join(
        f"  {json.dumps(token)}: {json.dumps(values, separators=(',', ':'))}"
        for token, values in sorted(rounded.items())
        if any(values)
    )
    head = {
        "learned_from": f"{count} labelled snippets of Code4ML (Drozdova et al. 2023)",
        "categories": [str(one) for one in weights.categories],
        "intercepts": [round(one * SCALE) for one in weights.intercepts],
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    path.write_text("{\n" + ",\n".join(lines) + ',\n "tokens": {\n' + tokens + "\n}}\n", "utf-8")
