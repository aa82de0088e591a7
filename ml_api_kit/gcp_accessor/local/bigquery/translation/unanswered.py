"""Functions that BigQuery has and that are not answered here, told from names that it has not.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/functions-all
"""

from __future__ import annotations

_PREFIXES = ("AEAD.", "AI.", "DLP_", "KEYS.", "KLL_QUANTILES.", "ML.", "OBJ.", "S2_", "ST_",
             "VECTOR_")  # fmt: skip
_NAMES = frozenset([
    "APPENDS", "ARRAY_FILTER", "ARRAY_FIND", "ARRAY_FIND_ALL", "ARRAY_OFFSET", "ARRAY_OFFSETS",
    "ARRAY_TRANSFORM", "ARRAY_ZIP", "BAG_OF_WORDS", "CHANGES", "COLLATE", "COSINE_DISTANCE",
    "DETERMINISTIC_DECRYPT_BYTES", "DETERMINISTIC_DECRYPT_STRING", "DETERMINISTIC_ENCRYPT",
    "EUCLIDEAN_DISTANCE", "EXTERNAL_OBJECT_TRANSFORM", "EXTERNAL_QUERY", "GAP_FILL", "IFERROR",
    "ISERROR", "NET.PUBLIC_SUFFIX", "NET.REG_DOMAIN", "NULLIFERROR", "RANGE_SESSIONIZE", "SEARCH",
    "SESSION_USER", "TEXT_ANALYZE", "TF_IDF",
])  # fmt: skip


def is_unanswered(name: str) -> bool:
    """Whether BigQuery has a function of the name, in capitals, that is not answered here.

    >>> is_unanswered("ST_AREA"), is_unanswered("ARREA")
    (True, False)
    """
    return name in _NAMES or name.startswith(_PREFIXES)
