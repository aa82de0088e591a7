"""Verbs of texts: `extracted`, `joined`."""

from __future__ import annotations

import math
import re
from typing import Any

from ml_api_kit.preprocessing.missing import is_missing


def extracted(value: Any, pattern: str, *, flags: int = 0) -> Any:
    r"""What the pattern's first group finds in a text; NaN where it finds nothing, or in no text.

    What `Series.str.extract(pattern, expand=False)` does to each value.

    >>> extracted("3 rooms", r"(\d+)"), extracted("none", r"(\d+)"), extracted(None, r"(\d+)")
    ('3', nan, nan)
    """
    found = re.search(pattern, value, flags) if isinstance(value, str) else None
    part = found.group(1) if found is not None else None
    return math.nan if part is None else part


def joined(*texts: Any) -> Any:
    """The texts as one; NaN where one is missing, as adding columns of texts gives it.

    Raises TypeError: when one is neither a text nor missing.

    >>> joined("Ulm", "_", "f"), joined("Ulm", "_", None)
    ('Ulm_f', nan)
    """
    return math.nan if any(is_missing(one) for one in texts) else "".join(texts)
