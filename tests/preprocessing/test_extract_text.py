import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import extract_text
from tests.preprocessing.tables import NAN, normal, unchanged

texts = st.lists(st.text("ab1. ", max_size=8) | st.sampled_from([None, NAN, 7]), max_size=8)
patterns = st.sampled_from(
    [r"(?P<word>[ab]+)", r"(?P<word>[ab]+)(?P<digit>1)?", r"(?P<digit>\d)\.", r"(?P<none>x)"]
)


@given(texts, patterns)
def test_extract_text_agrees_with_pandas(values, pattern):
    names = list(re.compile(pattern).groupindex)
    column = pd.Series(values, dtype=object)
    is_any = any(isinstance(value, str) for value in values)
    frame = column.str.extract(pattern) if is_any else pd.DataFrame(None, column.index, names)

    found = unchanged(extract_text, [{"text": value} for value in values], "text", pattern)

    expected = normal(frame.astype(object).to_dict("records"))
    assert normal([{name: row[name] for name in names} for row in found]) == expected


def test_extract_text_of_lists_puts_the_groups_behind():
    pattern = re.compile(r"(?P<a>\d)(?P<b>\w)?")
    assert extract_text([["1x"], ["2"], [""]], 0, pattern) == [
        ["1x", "1", "x"],
        ["2", "2", None],
        ["", None, None],
    ]


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [("(", "is wrong"), ("a", "has 0 groups"), ("(?P<a>a)(b)", "2 groups, of which 1 have")],
)
def test_extract_text_refuses_a_pattern_it_cannot_name_columns_by(pattern, fault):
    with pytest.raises(PreprocessingError, match=fault):
        extract_text([], "text", pattern)


def test_extract_text_refuses_a_column_that_is_not_there():
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'text'"):
        extract_text([{}], "text", "(?P<a>a)")
