"""Pure-Python verbs over rows that replace pandas idioms.

Rows are dicts by column name, or lists by position, from a list or any other iterable. No verb
changes what it is given. Missing is None or NaN.
"""

from ml_api_kit.preprocessing.arithmetic import divided, floor_divided, power, remainder
from ml_api_kit.preprocessing.bin_label import bin_label
from ml_api_kit.preprocessing.count_groups import count_groups
from ml_api_kit.preprocessing.drop_duplicates import drop_duplicates
from ml_api_kit.preprocessing.drop_missing import drop_missing
from ml_api_kit.preprocessing.fill_missing import fill_missing
from ml_api_kit.preprocessing.filter_rows import filter_rows
from ml_api_kit.preprocessing.missing import is_missing
from ml_api_kit.preprocessing.one_hot import one_hot, one_hot_values
from ml_api_kit.preprocessing.put_columns import put_columns
from ml_api_kit.preprocessing.rename_columns import rename_columns
from ml_api_kit.preprocessing.replace_values import replace_values
from ml_api_kit.preprocessing.select_columns import select_columns
from ml_api_kit.preprocessing.texts import extracted, joined
from ml_api_kit.preprocessing.to_rows import to_rows
from ml_api_kit.preprocessing.totals import total_max, total_mean, total_min, total_sum
from ml_api_kit.preprocessing.typed_rows import to_number, to_time, to_type, typed_rows
from ml_api_kit.preprocessing.values import filled, for_text, for_time, replaced

__all__ = [
    "bin_label",
    "count_groups",
    "divided",
    "drop_duplicates",
    "drop_missing",
    "extracted",
    "fill_missing",
    "filled",
    "filter_rows",
    "floor_divided",
    "for_text",
    "for_time",
    "is_missing",
    "joined",
    "one_hot",
    "one_hot_values",
    "power",
    "put_columns",
    "remainder",
    "rename_columns",
    "replace_values",
    "replaced",
    "select_columns",
    "to_number",
    "to_rows",
    "to_time",
    "to_type",
    "total_max",
    "total_mean",
    "total_min",
    "total_sum",
    "typed_rows",
]
