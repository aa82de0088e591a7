"""Which statements draw, or decorate what is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from ml_api_kit.research.understand import vocabulary as words
from ml_api_kit.research.understand.calls import Call
from ml_api_kit.research.understand.category import Category
from ml_api_kit.research.understand.judged import Judged
from ml_api_kit.research.understand.kinds import Kind

# How people name what is drawn on, and with, where nothing else tells.
_FIGURES = ("ax", "fig", "axes", "axs", "figure", "g", "plt", "sns", "px", "go", "graph", "axis")


def is_drawing(call: Call) -> bool:
    """Whether a call draws, or decorates what is drawn."""
    if call.last.startswith("plot") or any(one.endswith("Display") for one in call.full.split(".")):
        return True
    if call.kind in (Kind.MODEL, Kind.TRANSFORMER) and call.last not in words.PLOTS:
        return False
    if call.last in words.SETTINGS and call.kind is not Kind.FIGURE:
        return False
    return (
        words.of_library(call.full, words.PLOT_LIBRARIES)
        or call.kind is Kind.FIGURE
        or (call.first.rstrip("0123456789") in _FIGURES and "." in call.full)
        or call.last in words.PLOTS
        or bool({"plot", "hist"} & set(call.full.split(".")[1:]))
    )


def drawn(calls: Sequence[Call]) -> Judged | None:
    """What draws, or decorates what is drawn."""
    for call in calls:
        if is_drawing(call):
            return Judged(Category.EXPLORATION, f"draws: {call.full}")
    return None


def drawn_first(calls: Sequence[Call]) -> Judged | None:
    """What draws outermost: a model that is asked only for a drawing is looked at."""
    return drawn(calls[:1])
