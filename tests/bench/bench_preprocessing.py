"""What the verbs over rows cost: beside the loop a person would write, and beside pandas.

pandas gets the rows as they come from JSON and gives rows back, since that is what a request needs:
its frame is made, and taken apart again. All three answer the same rows in turn, round by round,
and have to answer equally.
"""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable, Iterable
from statistics import median
from typing import Any, TypeAlias

from tests.bench.interleave import compare, interleave
from tests.bench.verbs import CASES
from tests.bench.verbs.case import Case, check, students
from tests.bench.verbs.pipeline import PIPELINES, check_pipelines, crossing

Ratios: TypeAlias = list[float | None]

SIZES = (1, 10, 100, 1_000, 10_000)
HAND_SIZES = (100, 1_000, 10_000)
PIPELINE_SIZES = (1, 100, 1_000, 10_000, 30_000, 100_000)
OTHERS = [name for name in PIPELINES if name != "verbs"]
#: What a verb may cost, measured in loops by hand.
LIMIT = 1.3
ROUNDS = 5
SLOW_ROUNDS = 3
#: A round calls what it measures until about this much time has gone by.
ROUND_S = 0.0006


def main() -> None:
    """Print a line for each verb, then the pipeline and where pandas overtakes it."""
    for case in CASES:
        check(case, students(100))
    print_verbs()
    print_pipeline()


def print_verbs() -> None:
    print("by hand: how many times as long as the loop by hand the verb takes")
    print("pandas: how many times as long as the verb pandas takes, rows in and rows out\n")
    heads = [f"{size:,}" for size in HAND_SIZES], [f"{size:,}" for size in SIZES]
    print("rows".ljust(20) + "by hand" + cells(heads[0]) + "   pandas" + cells(heads[1]))
    lines = {}
    for case in CASES:
        lines[case.verb] = ratios(case)
        print_line(case.verb, *lines[case.verb])
    print()
    for name, choose in (("least", min), ("median", median), ("most", max)):
        print_line(
            name, *(over_verbs(choose, sizes) for sizes in zip(*lines.values(), strict=True))
        )
    slow = [name for name, (by_hand, _) in lines.items() if max(by_hand) > LIMIT]
    print(f"\nmore than {LIMIT} loops by hand: {', '.join(slow) or 'none'}")


def print_line(name: str, by_hand: Ratios, in_pandas: Ratios) -> None:
    hand = cells([f"{ratio:.2f}" for ratio in by_hand])
    pandas = cells(["-" if ratio is None else f"{ratio:,.1f}" for ratio in in_pandas])
    print(name.ljust(20) + " " * 7 + hand + " " * 9 + pandas, flush=True)


def cells(texts: Iterable[str]) -> str:
    return "".join(text.rjust(8) for text in texts)


def over_verbs(choose: Callable[[list[float]], float], lines: Iterable[Ratios]) -> Ratios:
    """One ratio for each size, of those of all verbs that have it."""
    sizes = zip(*lines, strict=True)
    return [choose([ratio for ratio in size if ratio is not None]) for size in sizes]


def ratios(case: Case) -> tuple[Ratios, Ratios]:
    """What the verb takes of the loop by hand, and pandas of the verb, each at its sizes."""
    hand: Ratios = []
    pandas: Ratios = []
    for size in SIZES:
        if size < case.least_rows:
            pandas.append(None)
            continue
        given = case.given(students(size))
        calls = {"verb": case.call, "by hand": case.by_hand, "pandas": case.in_pandas}
        measured = interleave(
            {name: timer(call, given) for name, call in calls.items()}, rounds=ROUNDS, warmups=1
        )
        times = {one.name: one.ratio for one in compare(measured, baseline="verb")}
        pandas.append(times["pandas"])
        if size in HAND_SIZES:
            hand.append(1 / times["by hand"])
    return hand, pandas


def timer(call: Callable[[Any], Any], given: Any) -> Callable[[], float]:
    """A measure of the seconds of CPU that one call takes, without the garbage collector's."""
    clock = timeit.Timer(lambda: call(given), timer=time.process_time)
    clock.timeit(1)
    repeats = max(1, round(ROUND_S / max(clock.timeit(1), 1e-7)))
    return lambda: clock.timeit(repeats) / repeats


def print_pipeline() -> None:
    print("\nA pipeline of four operations, rows in and rows out.")
    print("How many times as long as the verbs the others take:\n")
    print(f"{'rows':>8}{'verbs (ms)':>12}" + "".join(f"{name:>10}" for name in OTHERS), flush=True)
    found: dict[str, list[float]] = {name: [] for name in OTHERS}
    for size in PIPELINE_SIZES:
        rows = students(size)
        check_pipelines(rows)
        measured = interleave(
            {name: timer(call, rows) for name, call in PIPELINES.items()}, rounds=SLOW_ROUNDS
        )
        verbs, *others = compare(measured, baseline="verbs")
        for other in others:
            found[other.name].append(other.ratio)
        line = "".join(f"{other.ratio:10.2f}" for other in others)
        print(f"{size:8,}{verbs.median * 1000:12.3f}{line}", flush=True)
    print()
    for name in OTHERS[1:]:
        rows_at = crossing(PIPELINE_SIZES, found[name])
        crosses = f"from about {rows_at:,.0f} rows on" if rows_at else "at none of these"
        print(f"{name} is quicker {crosses}")
    if "polars" not in PIPELINES:
        print("polars is not installed, and so not measured")


if __name__ == "__main__":
    main()
