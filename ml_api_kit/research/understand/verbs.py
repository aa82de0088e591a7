"""What a function is for by its name alone, where its body is not known."""

from __future__ import annotations

import re

from ml_api_kit.research.understand.category import Category
from ml_api_kit.research.understand.vocabulary import VERBS

_VERBS = {word: Category(category) for category, verbs in VERBS.items() for word in verbs}


def by_verb(name: str) -> Category | None:
    """The category that a function's name speaks of; None where it speaks of none.

    The first word that says something counts: `plot_train_loss` draws.

    >>> by_verb("plot_train_loss"), by_verb("cleanText"), by_verb("run")
    (<Category.EXPLORATION: 'exploration'>, <Category.PREPROCESSING: 'preprocessing'>, None)
    """
    for word in words_of(name):
        if word in _VERBS:
            return _VERBS[word]
    return None


def words_of(name: str) -> list[str]:
    """The words of a name, in lower case.

    >>> words_of("cleanText"), words_of("X_train2")
    (['clean', 'text'], ['x', 'train'])
    """
    parted = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return [word.lower() for word in parted]
