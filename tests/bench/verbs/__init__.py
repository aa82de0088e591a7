"""What is measured of each verb: the verb, the loop a person would write, and pandas."""

from tests.bench.verbs import group_cases, learned_cases, row_cases, table_cases, value_cases
from tests.bench.verbs.case import Case

CASES: tuple[Case, ...] = (
    *row_cases.CASES,
    *table_cases.CASES,
    *group_cases.CASES,
    *learned_cases.CASES,
    *value_cases.CASES,
)
