"""A variable is given a value that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.research.understand.evidence import Evidence, Place
from ml_api_kit.research.understand.smells.unused import unused_statements

WHY = "It takes time to compute and to read, or it was meant to be used and was forgotten."
ADVICE = "Take it out, or use it."


def find(evidence: Evidence) -> Iterator[Place]:
    """Each such assignment; cells of nothing else are named as a whole, by `unused-cell`."""
    unused = unused_statements(evidence)
    used_cells = {
        one.cell for place, one in enumerate(evidence.code.statements) if place not in unused
    }
    for place in sorted(unused):
        if evidence.code.statements[place].cell in used_cells:
            name = next(iter(evidence.names[place].defines))
            is_read = any(name in names.reads for names in evidence.names)
            what = (
                f"`{name}` gets a value that nothing reads"
                if is_read
                else f"`{name}` is read nowhere"
            )
            yield evidence.at(place, None, what)
