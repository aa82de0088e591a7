"""Measures several variants in turn, A B A B ..., so that a machine's moods fall on all alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

Measured = TypeVar("Measured")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One variant beside the baseline.

    Attributes:
        name: the variant.
        median: its median over all rounds.
        ratio: the median of its ratios to the baseline, each within one round.
        ratio_low: the least of these ratios.
        ratio_high: the greatest of them.
    """

    name: str
    median: float
    ratio: float
    ratio_low: float
    ratio_high: float


def interleave(
    variants: Mapping[str, Callable[[], Measured]], *, rounds: int, warmups: int = 1
) -> dict[str, list[Measured]]:
    """What each variant measured in each of `rounds` rounds, after `warmups` that do not count.

    Every round runs every variant once; every second round in reverse order, so that none is always
    the one that follows another.

    >>> times = iter(range(1, 9))
    >>> interleave({"a": lambda: next(times), "b": lambda: next(times)}, rounds=2, warmups=1)
    {'a': [3, 6], 'b': [4, 5]}
    """
    measured: dict[str, list[Measured]] = {name: [] for name in variants}
    for _ in range(warmups):
        for measure in variants.values():
            measure()
    for turn in range(rounds):
        for name in list(variants)[:: 1 if turn % 2 == 0 else -1]:
            measured[name].append(variants[name]())
    return measured


def compare(measured: Mapping[str, Sequence[float]], *, baseline: str) -> list[Comparison]:
    """Every variant beside `baseline`, in order, compared round by round.

    Raises KeyError: when `baseline` is no variant.
    Raises ValueError: when the variants have not the same number of rounds, or none.

    >>> compare({"a": [1.0, 2.0, 4.0], "b": [2.0, 6.0, 8.0]}, baseline="a")[1]
    Comparison(name='b', median=6.0, ratio=2.0, ratio_low=2.0, ratio_high=3.0)
    """
    base = measured[baseline]
    if not base:
        raise ValueError("there are no rounds to compare; run at least one")
    comparisons = []
    for name, values in measured.items():
        ratios = [value / beside for value, beside in zip(values, base, strict=True)]
        comparisons.append(
            Comparison(name, median(values), median(ratios), min(ratios), max(ratios))
        )
    return comparisons


def format_comparisons(comparisons: Sequence[Comparison], *, unit: str) -> str:
    """A table with a line per variant: its median in `unit`, its ratio, and the ratio's range.

    >>> rows = compare({"bare": [1.0, 2.0], "generated": [1.5, 3.5]}, baseline="bare")
    >>> print(format_comparisons(rows, unit="ms"))
    variant    median (ms)  ratio    (range)
    bare              1.50   1.00  1.00-1.00
    generated         2.50   1.62  1.50-1.75
    """
    lines = [("variant", f"median ({unit})", "ratio", "(range)")]
    lines += [
        (
            each.name,
            f"{each.median:,.2f}",
            f"{each.ratio:.2f}",
            f"{each.ratio_low:.2f}-{each.ratio_high:.2f}",
        )
        for each in comparisons
    ]
    return format_table(lines)


def format_table(lines: Sequence[Sequence[str]]) -> str:
    """The fields of all `lines` in columns: the first to the left, the others to the right.

    >>> print(format_table([("server", "CPU"), ("bare", "10"), ("guarded", "5")]))
    server   CPU
    bare      10
    guarded    5
    """
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])])
        for line in lines
    )
