"""How well two judgements agree, class by class: F1, macro-F1 and the confusion table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ml_api_kit.research.understand import Category

Pair = tuple[Category, Category | None]


def f1_by_class(pairs: Iterable[Pair]) -> dict[Category, float]:
    """For each class that is true somewhere: the harmonic mean of precision and recall.

    `pairs` holds the true class and the judged one, None where nothing was judged.
    """
    counts = Counter(pairs)
    classes = [one for one in Category if any(true is one for true, _ in counts)]
    return {one: _f1(counts, one) for one in classes}


def _f1(counts: Counter[Pair], one: Category) -> float:
    right = counts[one, one]
    truly = sum(count for (true, _), count in counts.items() if true is one)
    judged = sum(count for (_, found), count in counts.items() if found is one)
    return 2 * right / (truly + judged)


def macro_f1(pairs: Sequence[Pair]) -> float:
    """The mean of the F1 of all classes that are true somewhere, each counting the same."""
    scores = f1_by_class(pairs)
    return sum(scores.values()) / len(scores)


def format_agreement(title: str, pairs: Sequence[Pair]) -> str:
    """Macro-F1, then F1 by class with the confusion table: true classes down, judged across."""
    scores = f1_by_class(pairs)
    counts = Counter(pairs)
    judged: list[Category | None] = [*Category]
    if any(found is None for _, found in counts):
        judged.append(None)
    names = "".join(f"{(one or 'unread')[:9]:>10}" for one in judged)
    lines = [f"{title}: {len(pairs)} judged, macro-F1 {macro_f1(pairs):.3f}"]
    lines.append(f"  {'true':14}    F1{names}")
    for true, score in scores.items():
        row = "".join(f"{counts[true, found]:10}" for found in judged)
        lines.append(f"  {true:14} {score:.3f}{row}")
    return "\n".join(lines)
