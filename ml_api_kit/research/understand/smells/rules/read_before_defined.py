"""A variable is read above the place where it is defined, or is defined nowhere."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from ml_api_kit.research.understand.evidence import Evidence, Place

WHY = "It worked because of cells run in another order, or deleted since; a fresh run stops here."
ADVICE = "Restart, run all cells from top to bottom, and put them in the order that they need."

_GIVEN = {*dir(builtins), "display", "get_ipython", "__file__", "_", "__", "In", "Out"}


def find(evidence: Evidence) -> Iterator[Place]:
    """Each such variable, where it is read first."""
    every = set().union(*(names.defines for names in evidence.names))
    known = set(_GIVEN)
    for place, names in enumerate(evidence.names):
        for name in sorted(names.immediate - names.defines - known):
            if name in every:
                yield evidence.at(place, None, f"`{name}` is read before it is defined")
                known.add(name)
            elif not _may_come_from_elsewhere(evidence):
                yield evidence.at(place, None, f"`{name}` is defined nowhere")
                known.add(name)
        known |= names.defines


def _may_come_from_elsewhere(evidence: Evidence) -> bool:
    """Whether names may be there that the code does not show: magics, `from x import *`."""
    return bool(evidence.code.notes) or "*" in evidence.aliases
