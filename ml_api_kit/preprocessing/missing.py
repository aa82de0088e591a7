"""What counts as missing in a row: None, and NaN."""

from __future__ import annotations


def is_missing(value: object) -> bool:
    """Whether `value` is None or NaN; an empty string, an empty list and 0 are not missing.

    As `pandas.isna` of one value, without NaT and NA, which no JSON value is.

    >>> [is_missing(value) for value in (None, float("nan"), "", 0, [])]
    [True, True, False, False, False]
    """
    # NaN alone is not equal to itself (IEEE 754), whichever number type it comes in. Loops over all
    # rows spell this out, since a call for each value would take longer than all else they do.
    return value is None or value != value
