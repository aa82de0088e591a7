"""What statements read like, by weights that were learned from labelled notebooks.

The weights are a multinomial logistic regression over tokens (see `features`), in a text file
beside this one; `python -m tests.bench.categories LABELLED --learn FILE` learns them anew.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from ml_api_kit.research.understand.category import Category

SCALE = 100  # Weights are kept as whole hundredths.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Weights:
    """A weight for each token and category.

    Attributes:
        categories: the categories, in the order of all weights.
        intercepts: what each category weighs without a token.
        tokens: for each known token what it adds for each category.
    """

    categories: tuple[Category, ...]
    intercepts: tuple[float, ...]
    tokens: Mapping[str, tuple[float, ...]]

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Weights:
        """The weights that a document holds, in hundredths."""
        return cls(
            tuple(map(Category, document["categories"])),
            tuple(one / SCALE for one in document["intercepts"]),
            {
                token: tuple(one / SCALE for one in weights)
                for token, weights in document["tokens"].items()
            },
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What statements read like.

    Attributes:
        category: the likeliest category.
        probability: how likely it is, 0 to 1.
        tokens: the tokens that say so most.
    """

    category: Category
    probability: float
    tokens: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Why it is said, in words."""
        return f"reads like {self.category}: {', '.join(self.tokens)}"


@cache
def learned_weights() -> Weights:
    """The weights that come with the package."""
    text = resources.files(__package__).joinpath("learned.json").read_text("utf-8")
    return Weights.from_json(json.loads(text))


def read_as(tokens: Collection[str], weights: Weights) -> Reading | None:
    """What statements with these tokens read like; None where no token is known.

    >>> weights = Weights((Category.ML, Category.EXPORT), (0.0, 0.0), {"call fit": (2.0, -2.0)})
    >>> read_as({"call fit", "call f"}, weights).reason
    'reads like ml: call fit'
    """
    known = sorted(token for token in tokens if token in weights.tokens)
    if not known:
        return None
    length = math.sqrt(len(known))
    scores = [
        intercept + sum(weights.tokens[token][place] for token in known) / length
        for place, intercept in enumerate(weights.intercepts)
    ]
    highest = max(scores)
    shares = [math.exp(score - highest) for score in scores]
    best = scores.index(highest)
    telling = sorted(known, key=lambda token: -weights.tokens[token][best])
    named = tuple(one for one in telling if not one.startswith("rule"))[:_NAMED]
    return Reading(weights.categories[best], shares[best] / sum(shares), named or ("the rules",))
