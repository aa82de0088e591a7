"""How far apart two arrays of answers are, labels counted and floats measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SMALL_PART = 1e-3


@dataclass(frozen=True, slots=True)
class Difference:
    """How far apart answers are: the `largest` relative one of floats, how many are `unequal`.

    A pair is unequal when labels or integers are not the same, or when one float is finite and the
    other not.
    """

    largest: float
    unequal: int

    def is_within(self, relative_tolerance: float) -> bool:
        """Whether nothing is unequal and no float differs by more."""
        return self.unequal == 0 and self.largest <= relative_tolerance


def difference(expected: NDArray[Any], found: NDArray[Any]) -> Difference:
    """How far `found` is from `expected`; arrays of different shapes are unequal everywhere.

    The difference of two floats is relative to the larger of them, or to a thousandth of the
    largest expected where that is larger still: a number near zero that is what is left of large
    ones is not asked for more digits than they had.

    >>> import numpy as np
    >>> difference(np.array([1.0, 2.0]), np.array([1.0, 2.5]))
    Difference(largest=0.2, unequal=0)
    >>> difference(np.array(["a", "b"]), np.array(["a", "c"]))
    Difference(largest=0.0, unequal=1)
    """
    import numpy as np

    if expected.shape != found.shape:
        return Difference(0.0, max(expected.size, found.size, 1))
    if expected.dtype.kind != "f":
        return Difference(0.0, int(np.count_nonzero(expected != found)))
    finite = np.isfinite(expected) & np.isfinite(found)
    same = (expected == found) | (np.isnan(expected) & np.isnan(found))
    unequal = int(np.count_nonzero(~finite & ~same))
    return Difference(_largest(expected[finite], found[finite]), unequal)


def _largest(expected: NDArray[Any], found: NDArray[Any]) -> float:
    import numpy as np

    if not expected.size:
        return 0.0
    larger = np.maximum(np.abs(expected), np.abs(found))
    scale = np.maximum(larger, _SMALL_PART * np.abs(expected).max())
    apart = np.abs(expected - found)
    return float(np.max(np.divide(apart, scale, out=np.zeros_like(scale), where=scale > 0)))
