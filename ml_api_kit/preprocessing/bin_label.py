"""The verb `bin_label`."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any


def bin_label(
    value: Any,
    edges: Sequence[float],
    labels: Sequence[Any] | bool,
    *,
    is_right_closed: bool = True,
    is_lowest_included: bool = False,
) -> Any:
    """The label of the bin that a value falls into; NaN where it is missing or outside all bins.

    There is one label fewer than there are `edges`, which are ascending; `False` stands for the
    bins' numbers from 0. Replaces `pandas.cut` with frozen edges.

    >>> bin_label(17, [0, 18, 65], ["child", "adult"]), bin_label(90, [0, 18, 65], False)
    ('child', nan)
    """
    if value is None or value != value:
        return math.nan
    if is_right_closed:
        place = bisect_left(edges, value) - 1
        if place < 0 and is_lowest_included and value == edges[0]:
            place = 0
    else:
        place = bisect_right(edges, value) - 1
    if not 0 <= place < len(edges) - 1:
        return math.nan
    return place if isinstance(labels, bool) else labels[place]
