"""Pure-Python verbs over rows that replace pandas idioms.

Rows are dicts by column name, or lists by position, from a list or any other iterable. No verb
changes what it is given. Missing is None or NaN.
"""

from ml_api_kit.preprocessing.count_groups import count_groups
from ml_api_kit.preprocessing.drop_duplicates import drop_duplicates
from ml_api_kit.preprocessing.drop_missing import drop_missing
from ml_api_kit.preprocessing.fill_missing import fill_missing
from ml_api_kit.preprocessing.filter_rows import filter_rows
from ml_api_kit.preprocessing.missing import is_missing
from ml_api_kit.preprocessing.rename_columns import rename_columns
from ml_api_kit.preprocessing.replace_values import replace_values
from ml_api_kit.preprocessing.select_columns import select_columns
from ml_api_kit.preprocessing.to_rows import to_rows

__all__ = [
    "count_groups",
    "drop_duplicates",
    "drop_missing",
    "fill_missing",
    "filter_rows",
    "is_missing",
    "rename_columns",
    "replace_values",
    "select_columns",
    "to_rows",
]
