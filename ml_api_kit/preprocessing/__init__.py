"""Pure-Python verbs over rows that replace pandas idioms.

Rows are dicts by column name, or lists by position, from a list or any other iterable. No verb
changes what it is given. Missing is None or NaN.
"""

from ml_api_kit.preprocessing.aggregate_groups import aggregate_groups
from ml_api_kit.preprocessing.arithmetic import divided, floor_divided, power, remainder
from ml_api_kit.preprocessing.assign_columns import assign_columns
from ml_api_kit.preprocessing.bin_label import bin_label
from ml_api_kit.preprocessing.clip_values import clip_values
from ml_api_kit.preprocessing.concat_rows import concat_rows
from ml_api_kit.preprocessing.convert_types import convert_types
from ml_api_kit.preprocessing.count_groups import count_groups
from ml_api_kit.preprocessing.count_unique import count_unique
from ml_api_kit.preprocessing.cut_values import cut_values
from ml_api_kit.preprocessing.date_parts import date_parts
from ml_api_kit.preprocessing.drop_columns import drop_columns
from ml_api_kit.preprocessing.drop_duplicates import drop_duplicates
from ml_api_kit.preprocessing.drop_missing import drop_missing
from ml_api_kit.preprocessing.drop_rows import drop_rows
from ml_api_kit.preprocessing.encode_codes import encode_codes
from ml_api_kit.preprocessing.extract_text import extract_text
from ml_api_kit.preprocessing.fill_backward import fill_backward
from ml_api_kit.preprocessing.fill_forward import fill_forward
from ml_api_kit.preprocessing.fill_group_values import fill_group_values
from ml_api_kit.preprocessing.fill_missing import fill_missing
from ml_api_kit.preprocessing.filter_rows import filter_rows
from ml_api_kit.preprocessing.group_rows import group_rows
from ml_api_kit.preprocessing.index_rows import index_rows
from ml_api_kit.preprocessing.join_rows import join_rows
from ml_api_kit.preprocessing.learn_bins import learn_bins
from ml_api_kit.preprocessing.learn_codes import learn_codes
from ml_api_kit.preprocessing.learn_fill import learn_fill
from ml_api_kit.preprocessing.learn_group_values import learn_group_values
from ml_api_kit.preprocessing.learn_one_hot import learn_one_hot
from ml_api_kit.preprocessing.learn_quantile_bins import learn_quantile_bins
from ml_api_kit.preprocessing.learn_scaling import learn_scaling
from ml_api_kit.preprocessing.map_values import map_values
from ml_api_kit.preprocessing.mark_duplicates import mark_duplicates
from ml_api_kit.preprocessing.melt_rows import melt_rows
from ml_api_kit.preprocessing.missing import is_missing
from ml_api_kit.preprocessing.one_hot import one_hot, one_hot_values
from ml_api_kit.preprocessing.pivot_rows import pivot_rows
from ml_api_kit.preprocessing.put_columns import put_columns
from ml_api_kit.preprocessing.put_group_values import put_group_values
from ml_api_kit.preprocessing.rename_columns import rename_columns
from ml_api_kit.preprocessing.replace_values import replace_values
from ml_api_kit.preprocessing.sample_rows import sample_rows
from ml_api_kit.preprocessing.scale_values import scale_values
from ml_api_kit.preprocessing.select_columns import select_columns
from ml_api_kit.preprocessing.sort_rows import sort_rows
from ml_api_kit.preprocessing.split_text import split_text
from ml_api_kit.preprocessing.texts import extracted, joined
from ml_api_kit.preprocessing.to_rows import to_rows
from ml_api_kit.preprocessing.totals import total_max, total_mean, total_min, total_sum
from ml_api_kit.preprocessing.typed_rows import to_number, to_time, to_type, typed_rows
from ml_api_kit.preprocessing.unique_values import unique_values
from ml_api_kit.preprocessing.value_counts import value_counts
from ml_api_kit.preprocessing.values import filled, for_text, for_time, replaced

__all__ = [
    "aggregate_groups",
    "assign_columns",
    "bin_label",
    "clip_values",
    "concat_rows",
    "convert_types",
    "count_groups",
    "count_unique",
    "cut_values",
    "date_parts",
    "divided",
    "drop_columns",
    "drop_duplicates",
    "drop_missing",
    "drop_rows",
    "encode_codes",
    "extract_text",
    "extracted",
    "fill_backward",
    "fill_forward",
    "fill_group_values",
    "fill_missing",
    "filled",
    "filter_rows",
    "floor_divided",
    "for_text",
    "for_time",
    "group_rows",
    "index_rows",
    "is_missing",
    "join_rows",
    "joined",
    "learn_bins",
    "learn_codes",
    "learn_fill",
    "learn_group_values",
    "learn_one_hot",
    "learn_quantile_bins",
    "learn_scaling",
    "map_values",
    "mark_duplicates",
    "melt_rows",
    "one_hot",
    "one_hot_values",
    "pivot_rows",
    "power",
    "put_columns",
    "put_group_values",
    "remainder",
    "rename_columns",
    "replace_values",
    "replaced",
    "sample_rows",
    "scale_values",
    "select_columns",
    "sort_rows",
    "split_text",
    "to_number",
    "to_rows",
    "to_time",
    "to_type",
    "total_max",
    "total_mean",
    "total_min",
    "total_sum",
    "typed_rows",
    "unique_values",
    "value_counts",
]
