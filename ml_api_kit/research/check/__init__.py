"""Holds a converted project to the answers that the research code gave."""

from ml_api_kit.research.check.answers import (
    Comparison,
    FirstDifference,
    compare_answers,
    relative_difference,
)
from ml_api_kit.research.check.conversion import (
    Conversion,
    read_record,
    to_document,
    unchecked_conversion,
    write_conversion,
)
from ml_api_kit.research.check.golden import (
    GoldenCase,
    read_golden,
    sample_size,
    spread_sample,
    write_golden,
)
from ml_api_kit.research.check.layout import (
    ALL_GOLDEN,
    CONVERSION,
    NOTEBOOK_MODULES,
    SAMPLE_GOLDEN,
)

__all__ = [
    "ALL_GOLDEN",
    "CONVERSION",
    "NOTEBOOK_MODULES",
    "SAMPLE_GOLDEN",
    "Comparison",
    "Conversion",
    "FirstDifference",
    "GoldenCase",
    "compare_answers",
    "read_golden",
    "read_record",
    "relative_difference",
    "sample_size",
    "spread_sample",
    "to_document",
    "unchecked_conversion",
    "write_conversion",
    "write_golden",
]
